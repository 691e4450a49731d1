"""Conditions over the columns of one pulled entity, as the settings write them."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from kpiloop.kpi.aggregate import read_filter
from kpiloop.kpi.measure import Reach
from kpiloop.kpi.table import Table
from kpiloop.schema.fields import Kind
from kpiloop.schema.record import Record, columns_of


def parse_condition(text: str, model: type[Record], where: str) -> exp.Expr:
    """A condition over a record, with every column qualified by the record's singular.

    Raises DefinitionError, with the place and what is legal, for anything that is no condition.
    """
    return read_filter(text, _table(model), where).condition


def _table(model: type[Record]) -> Table:
    columns: Mapping[str, Kind] = {**columns_of(model), "source": Kind.TEXT}
    reaches = {
        name: Reach(model.singular, model.entity, name, kind) for name, kind in columns.items()
    }
    return Table(
        entity=model.entity,
        row=model.singular,
        reaches=MappingProxyType({model.singular: MappingProxyType(reaches)}),
    )
