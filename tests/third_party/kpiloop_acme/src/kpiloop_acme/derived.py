"""What Acme's marketers ask of those who opt out: how soon they did."""

from collections.abc import Iterator
from typing import ClassVar

from kpiloop import Deriving, Flag, Instant, PluginSettings, Resolved, Text, Whole, derives


class ReachSettings(PluginSettings):
    """`[reach]` in kpiloop.toml."""

    section: ClassVar[str] = "reach"

    early_days: int = 30


class OptOut(Resolved):
    """A person who opted out, and after how many days."""

    entity: ClassVar[str] = "opt_outs"
    singular: ClassVar[str] = "opt_out"

    person_id: Text = None
    opted_out_at: Instant = None
    days: Whole = None
    is_early: Flag = None


@derives(OptOut, needs=("people",), settings=ReachSettings)
def opt_outs(deriving: Deriving[ReachSettings]) -> Iterator[OptOut]:
    """Everybody who opted out."""
    rows = deriving.rows(
        "SELECT id, opted_out_at, opted_out_day - created_day FROM people"
        " WHERE opted_out_at >= created_at ORDER BY id"
    )
    for person, opted_out_at, days in rows:
        yield OptOut(
            id=person,
            person_id=person,
            opted_out_at=opted_out_at,
            days=days,
            is_early=days <= deriving.settings.early_days,
        )
