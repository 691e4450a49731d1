"""Scoring rules whose conditions have been checked: what the statements are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from kpiloop.kpi.measure import Reach
from kpiloop.schema.registry import day_of
from kpiloop.schema.resolved import Person

STAGES = frozenset({"stage", *(each for each in Person.model_fields if each.startswith("became_"))})
"""What of a person follows from the rules, and thus cannot be asked in them."""

SCALE = 1_000_000
"""Into how many parts a point is divided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A condition as SQL over a row and what the row refers to."""

    sql: str
    reaches: tuple[Reach, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """Rows of a table that are worth points, each at its own moment."""

    name: str
    entity: str
    row: str
    """The singular of the table: the qualifier of its columns."""
    when: str
    where: Checked | None = None
    points: int = 0

    @property
    def day(self) -> str:
        """The column with the local day of the moment."""
        return day_of(self.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRule:
    """What a person is, worth points at any time."""

    where: Checked
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRule:
    """Rows of people or companies that are in a segment."""

    name: str
    entity: str
    where: Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRules:
    """How scores are made, and which stages are decided by rules over them."""

    half_life: int | None = None
    """Days in which points of events lose half their worth; None: they keep it."""
    events: tuple[EventRule, ...] = ()
    attributes: tuple[AttributeRule, ...] = ()
    stages: Mapping[str, Checked] = field(default_factory=lambda: MappingProxyType({}))
    """Stage → the condition by which people enter it."""

    @property
    def has_points(self) -> bool:
        """Whether anything is worth anything."""
        worths = (
            *(each.points for each in self.events),
            *(each.points for each in self.attributes),
        )
        return any(worths)

    def worths(self) -> list[int]:
        """What a point is worth after 0, 1, 2 … days, in millionths, until it is worth nothing."""
        if self.half_life is None:
            return []
        found: list[int] = []
        while worth := worth_after(len(found), self.half_life):
            found.append(worth)
        return found


def worth_after(days: int, half_life: int) -> int:
    """Millionths of a point that are left after so many days; the same on every machine."""
    return round(SCALE * Decimal(2) ** (Decimal(-days) / Decimal(half_life)))


def month_ends(first: date, last: date) -> list[date]:
    """The last days of the months from one day to another, and that other day."""
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    starts = (date(each // 12, each % 12 + 1, 1) for each in months)
    return [*(date.fromordinal(each.toordinal() - 1) for each in starts), last]
