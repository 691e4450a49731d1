"""The rows that measures stand on: a resolved table with what its rows reference."""

from collections.abc import Iterable, Sequence

from kpiloop.engine.compute.pieces import column, text_of
from kpiloop.engine.compute.question import Cut
from kpiloop.kpi.measure import Measure, Reach
from kpiloop.warehouse.sql import name, names, table


def from_clause(measures: Sequence[Measure], cut_by: Iterable[str]) -> str:
    """FROM the measures' table, joined with each entity that a column or dimension is reached by.

    All measures stand on one table.
    """
    first = measures[0]
    reaches = [reach for measure in measures for reach in measure.columns]
    reaches += [first.dimensions[each] for each in cut_by]
    entities = {reach.via: reach.entity for reach in reaches if reach.via != first.row}
    joins = [
        f"LEFT JOIN {table('resolved', entity)} AS {name(via)}"
        f" ON {name(via)}.id = {name(first.row)}.{name(via + '_id')}"
        for via, entity in sorted(entities.items())
    ]
    return " ".join([f"FROM {table('resolved', first.on)} AS {name(first.row)}", *joins])


def dimension_columns(measure: Measure, cut_by: Iterable[str]) -> list[str]:
    """Select-list items that give dimensions their own names."""
    return [f"{reached(measure.dimensions[each])} AS {name(each)}" for each in cut_by]


def reached(reach: Reach) -> str:
    """A reached column."""
    return text_of(column(reach.via, reach.column))


def own(measure: Measure, column_name: str | None) -> str:
    """A column of the measure's own row."""
    return text_of(column(measure.row, column_name))


def counted_day(measure: Measure) -> str:
    """The day on which a row counts: that of its `when`, or so many days later."""
    day = own(measure, measure.when_day)
    return f"{day} + {measure.delay_days}" if measure.delay_days else day


def cuts_of(measure: Measure, cuts: Iterable[Cut]) -> tuple[Cut, ...]:
    """The cuts that a measure can be asked by."""
    return tuple(cut for cut in cuts if all(each in measure.dimensions for each in cut))


def dimensions_in(cuts: Iterable[Cut]) -> tuple[str, ...]:
    """Every dimension of some cuts, each once."""
    return tuple(dict.fromkeys(each for cut in cuts for each in cut))


def group_by(expressions: Iterable[str]) -> str:
    """GROUP BY some columns, or nothing where there are none."""
    listed = ", ".join(expressions)
    return f" GROUP BY {listed}" if listed else ""


def listed(columns: Iterable[str], *, before: str = "") -> str:
    """Columns as they follow others in a select list."""
    found = names(columns, of=before)
    return f", {found}" if found else ""
