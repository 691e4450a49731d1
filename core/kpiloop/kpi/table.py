"""What a row of a resolved table can get at: its own columns, and those of what it references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TypeAlias

from kpiloop.kpi.measure import Reach
from kpiloop.schema.fields import Kind
from kpiloop.schema.registry import RESOLVED, day_of, resolved_columns
from kpiloop.schema.resolved import Resolved
from kpiloop.schema.scores import Score

VIA = ("person", "company", "deal", "campaign", "owner")
"""The entities that may be referenced by `<singular>_id`; the first that has a column gives it."""

RECORDS = ("person", "company", "deal", "campaign")
"""The records that a KPI may be asked for one by one."""

DIMENSIONS = (
    "channel",
    "campaign_id",
    "product",
    "segment",
    "country",
    "industry",
    "form_id",
    "variant",
    "page",
    "network",
    "stage",
    "pipeline_id",
    "deal_type",
    "kind",
    "department",
    "owner_id",
    "team",
    "source",
)
"""The columns that mean the same in every table, and may cut any measure that reaches them."""

MODEL, CHOSEN = "model", "is_chosen"
"""What a table has that holds the same facts once for each model: the model's name, and whether it
is the one that the settings choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A resolved table with the columns of all that its rows reference; one hop, never two."""

    entity: str
    row: str
    absent_is_zero: bool = True
    """Whether a day without rows means that nothing happened, rather than that nothing is known."""
    reaches: Mapping[str, Mapping[str, Reach]]
    """By singular, then by column; the row's own first, then in the order of `VIA`."""

    @property
    def own(self) -> Mapping[str, Reach]:
        """The row's own columns."""
        return self.reaches[self.row]

    def find(self, column: str) -> Reach | None:
        """The nearest column of a name: the row's own, else the person's, the company's and on."""
        return next((own[column] for own in self.reaches.values() if column in own), None)

    @property
    def has_models(self) -> bool:
        """Whether it holds the same facts once for each model."""
        return {MODEL, CHOSEN} <= self.own.keys()

    def names(self) -> Iterator[str]:
        """Every way to write a column."""
        yield from self.own
        for via, columns in self.reaches.items():
            yield from (f"{via}.{column}" for column in columns)

    def dimensions(self) -> Mapping[str, Reach]:
        """The dimensions that it has, each with the column that gives it."""
        found = {name: self.find(name) for name in DIMENSIONS}
        return MappingProxyType({name: reach for name, reach in found.items() if reach})

    def records(self) -> Mapping[str, Reach]:
        """The records that its rows belong to, each with the column that holds its id."""
        found = {
            record: self.own["id"] if record == self.row else self.find(f"{record}_id")
            for record in RECORDS
        }
        return MappingProxyType({record: reach for record, reach in found.items() if reach})

    def day_of(self, reach: Reach) -> Reach | None:
        """The column with a moment's day in the reporting time zone, where there is one."""
        if reach.kind is Kind.DAY:
            return reach
        return self.reaches[reach.via].get(day_of(reach.column))


Tables: TypeAlias = Mapping[str, Table]
"""By name."""


@cache
def tables(derived: tuple[type[Resolved], ...] = ()) -> Tables:
    """Every table that measures may stand on: the resolved ones, and those that plugins derive."""
    models: list[type[Resolved]] = [*RESOLVED, Score, *derived]
    return MappingProxyType({each.entity: _table(each) for each in models})


def _table(model: type[Resolved]) -> Table:
    own = resolved_columns(model)
    others = {other.singular: other for other in RESOLVED if other is not model}
    referenced = {via: others[via] for via in VIA if via in others and f"{via}_id" in own}
    reaches = {via: _reaches(each) for via, each in {model.singular: model, **referenced}.items()}
    return Table(
        entity=model.entity,
        row=model.singular,
        absent_is_zero=model.absent_is_zero,
        reaches=MappingProxyType(reaches),
    )


def _reaches(model: type[Resolved]) -> Mapping[str, Reach]:
    return MappingProxyType(
        {
            name: Reach(model.singular, model.entity, name, kind)
            for name, kind in resolved_columns(model).items()
        }
    )
