"""Derivations: tables that plugins make of the resolved ones, as their authors describe them.

    class Visit(Resolved):
        entity: ClassVar[str] = "visits"
        singular: ClassVar[str] = "visit"

        person_id: Text = None
        begun_at: Instant = None

    @derives(Visit, needs=("page_views",))
    def visits(deriving: Deriving[PluginSettings]) -> Iterator[Visit]:
        for visit, person, begun in deriving.rows(
            "SELECT visit_id, min(person_id), min(viewed_at) FROM page_views GROUP BY visit_id"
        ):
            yield Visit(id=visit, person_id=person, begun_at=begun)

KPIs stand on such a table as on any other. Where it has the columns `model` and `is_chosen`, it
holds the same facts once for each model, and measures count those of the chosen one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar, overload
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from kpiloop.schema.resolved import Resolved


class PluginSettings(BaseModel):
    """What a plugin reads of kpiloop.toml; subclass it, and name its section.

    Unknown settings are an error. Where the file has no such section, the defaults hold.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: ClassVar[str] = ""
    """The name of the table in kpiloop.toml."""


SettingsType = TypeVar("SettingsType", bound=PluginSettings)
Row = TypeVar("Row", bound=Resolved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deriving(Generic[SettingsType]):
    """What a derivation is told: its settings, the as-of time, and what it reads."""

    settings: SettingsType
    as_of: datetime
    """Up to which the records are complete; never the clock."""
    timezone: ZoneInfo
    """In which days begin."""
    currency: str
    """Of every amount that ends in `_home`."""
    models: Mapping[str, Callable[..., Any]] = field(default_factory=lambda: MappingProxyType({}))
    """The functions that plugins add to this derivation, by name."""
    query: Callable[[str, Mapping[str, object]], Iterator[tuple[Any, ...]]] = field(repr=False)

    def rows(self, statement: str, **values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of one SELECT over the tables that the derivation needs; times are in UTC.

        `$name` in the statement stands for the value of that name. Say an order wherever it
        matters: without one, rows come as the warehouse likes.
        """
        return self.query(statement, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """One table that a plugin fills, and what it is made of."""

    table: type[Resolved]
    needs: tuple[str, ...]
    """The tables that it reads: resolved ones, or such as are derived themselves."""
    made_of: tuple[str, ...]
    """Those of them of which a source has to tell at least one: else nothing is known."""
    depends_on_time: bool = False
    """Whether its rows change with the as-of time alone: then it is run in each cycle."""
    settings: type[PluginSettings] = PluginSettings
    run: Callable[[Any], Iterable[Resolved]]
    """Gives every row of the table, from what it is told."""

    @property
    def name(self) -> str:
        """The name of its table."""
        return self.table.entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A function that a plugin adds to derivations: one more way to come to their numbers."""

    of: str
    """The section of the settings of these derivations; their docs say what functions they take."""
    name: str
    run: Callable[..., Any]


_Made = Callable[[Callable[[Deriving[SettingsType]], Iterable[Row]]], Derivation]


@overload
def derives(
    table: type[Row],
    *,
    needs: tuple[str, ...],
    made_of: tuple[str, ...] = (),
    depends_on_time: bool = False,
) -> Callable[[Callable[[Deriving[PluginSettings]], Iterable[Row]]], Derivation]: ...


@overload
def derives(
    table: type[Row],
    *,
    needs: tuple[str, ...],
    made_of: tuple[str, ...] = (),
    depends_on_time: bool = False,
    settings: type[SettingsType],
) -> _Made[SettingsType, Row]: ...


def derives(
    table: type[Row],
    *,
    needs: tuple[str, ...],
    made_of: tuple[str, ...] = (),
    depends_on_time: bool = False,
    settings: type[PluginSettings] = PluginSettings,
) -> Callable[[Callable[[Deriving[Any]], Iterable[Row]]], Derivation]:
    """Declare that a function gives the rows of a table, each time that what it reads changed.

    `table` is the model of its rows, a `Resolved` of the plugin's own. `needs` names the tables
    that it reads, and `made_of` those of which a source has to tell at least one, any of them
    unless said: where none is told, KPIs have no value instead of zero.
    With `depends_on_time` the rows change with the as-of time alone, and are made in each cycle.
    `settings` is the section of kpiloop.toml that it is told.
    A function that cannot tell anything yet (too few records, a library that is not installed)
    raises NotYetError: KPIs on its table have no value and this reason, and the run stays green.
    """

    def declare(run: Callable[[Deriving[Any]], Iterable[Row]]) -> Derivation:
        return Derivation(
            table=table,
            needs=needs,
            made_of=made_of or needs,
            depends_on_time=depends_on_time,
            settings=settings,
            run=run,
        )

    return declare
