"""KPIs of single records: one row per person, company, deal or campaign that has any row.

The formula is worked out in SQL: in the order in which it is written, exact until the first
multiplication or division, as everywhere.
"""

from dataclasses import dataclass

from duckdb import DuckDBPyConnection
from sqlglot import exp

from kpiloop.engine.compute.compute import behind, completeness
from kpiloop.engine.compute.functions import define_functions
from kpiloop.engine.compute.guard import TIME_LIMIT, Guard
from kpiloop.engine.compute.kept import id_of
from kpiloop.engine.compute.pieces import column, condition, day_literal, text_of
from kpiloop.engine.compute.question import Moment
from kpiloop.engine.compute.rows import counted_day, from_clause, own, reached
from kpiloop.engine.compute.survival import WAITED
from kpiloop.errors import DefinitionError
from kpiloop.kpi.calendar import Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import Days, Formula, Name, Number, Operation
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.measure import Absent, Basis, Function, Measure, Part
from kpiloop.warehouse.sql import name, text

TABLE = "computed.record_values"

_MAKE = f"""
CREATE SCHEMA IF NOT EXISTS computed;
CREATE TABLE IF NOT EXISTS {TABLE} (
    kpi VARCHAR, "by" VARCHAR, grain VARCHAR, period VARCHAR, record_id VARCHAR,
    exact_value DECIMAL(38, 4), float_value DOUBLE, sample_size BIGINT, completeness VARCHAR,
    version VARCHAR, as_of TIMESTAMP
);
"""
_EXACT = "DECIMAL(38, 4)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQuestion:
    """One KPI, by one kind of record, for one period."""

    kpi: str
    by: str
    """person, company, deal or campaign."""
    period: Period


def compute_records(
    connection: DuckDBPyConnection,
    catalog: Catalog,
    question: RecordQuestion,
    moment: Moment,
    *,
    time_limit: float = TIME_LIMIT,
) -> None:
    """Write a KPI's values by record into `computed.record_values`, in place of earlier ones.

    A record without a row that counts in any measure has no value, and is left out. Raises
    DefinitionError where the KPI cannot be asked by such records, or where it takes longer than the
    limit, in seconds.
    """
    kpi = catalog.kpi(question.kpi)
    if question.by not in catalog.per_record(kpi.name):
        raise DefinitionError(
            f"{kpi.name} cannot be asked for each {question.by}",
            legal=", ".join(catalog.per_record(kpi.name)) or "no records: it has totals only",
            todo=_why_not(catalog, kpi.name),
        )
    define_functions(connection)
    connection.execute(_MAKE)
    connection.execute(
        f'DELETE FROM {TABLE} WHERE kpi = $kpi AND "by" = $by AND grain = $grain',
        {"kpi": kpi.name, "by": question.by, "grain": question.period.grain.value},
    )
    guard = Guard(connection=connection, time_limit=time_limit)
    guard.run(_insert(catalog, kpi, question, moment), [kpi.name])


def _why_not(catalog: Catalog, kpi: str) -> str:
    """A word on medians over rows that wait, which no single record has."""
    waited = [each for each in catalog.measures_of(kpi) if each.aggregate.function in WAITED]
    if not waited:
        return ""
    return (
        f"{waited[0].name} is a median over many rows, of which some still wait; for each record "
        "take days_between(…) of those that got there"
    )


def _insert(catalog: Catalog, kpi: Kpi, question: RecordQuestion, moment: Moment) -> str:
    measures = catalog.measures_of(kpi.name)
    formula = catalog.expanded(kpi.name)
    places = {measure.name: f"m{place}" for place, measure in enumerate(measures)}
    subqueries = [
        f"{places[measure.name]} AS ({_by_record(measure, question, moment)})"
        for measure in measures
    ]
    operands = {
        measure.name: _operand(measure, places[measure.name])
        if moment.coverage.gap(measure.on, question.period.earlier(measure.delay_days)) is None
        else f"NULL::{_EXACT}"
        for measure in measures
    }
    sample = [places[each] for each in behind(formula, places)]
    is_exact = _is_exact(formula, {measure.name: measure for measure in measures})
    value = _spelled(formula, operands, moment.days_of(question.period))
    columns = [
        text(kpi.name),
        text(question.by),
        text(question.period.grain.value),
        text(question.period.key),
        "record_id",
        f"{value}::{_EXACT}" if is_exact else "NULL",
        "NULL" if is_exact else f"({value})::DOUBLE",
        " + ".join(f"coalesce({place}.rows, 0)" for place in sample),
        text(completeness(kpi, measures, question.period, moment).value),
        text(kpi.version),
        f"TIMESTAMP '{moment.stored.isoformat(sep=' ')}'",
    ]
    joined = " ".join(
        ["FROM m0", *(f"FULL JOIN m{place} USING (record_id)" for place in range(1, len(measures)))]
    )
    return (
        f"INSERT INTO {TABLE} WITH {', '.join(subqueries)} "
        f"SELECT {', '.join(columns)} {joined} WHERE record_id IS NOT NULL"
    )


def _by_record(measure: Measure, question: RecordQuestion, moment: Moment) -> str:
    """Record id, the aggregate and the number of rows behind it."""
    record = measure.records[question.by]
    where = _stock_rows(measure, question.period, moment)
    if measure.basis is not Basis.STOCK:
        day = counted_day(measure)
        first, last = day_literal(question.period.first_day), day_literal(question.period.last_day)
        where = f"{day} BETWEEN {first} AND {last} AND {text_of(condition(measure))}"
    source = from_clause([measure], ())
    if record.via != measure.row and f" AS {name(record.via)} " not in source:
        source += (
            f" LEFT JOIN resolved.{name(record.entity)} AS {name(record.via)}"
            f" ON {name(record.via)}.id = {name(measure.row)}.{name(record.via + '_id')}"
        )
    return (
        f"SELECT {reached(record)} AS record_id, {_folded(measure)} AS value, "
        f"{_counted(measure)} AS rows {source} WHERE {where} GROUP BY 1 HAVING rows > 0"
    )


def _stock_rows(measure: Measure, period: Period, moment: Moment) -> str:
    if measure.basis is not Basis.STOCK:
        return "TRUE"
    start, until = own(measure, measure.start), own(measure, measure.until)
    start_day, until_day = own(measure, measure.start_day), own(measure, measure.until_day)
    as_of = f"TIMESTAMP '{moment.stored.isoformat(sep=' ')}'"
    left = f"CASE WHEN {until} < {as_of} THEN {until_day} END"

    def state(day: str) -> str:
        return f"{start_day} < {day} AND coalesce({left} >= {day}, TRUE)"

    at_start = state(day_literal(period.first_day))
    at_end = state(f"{day_literal(period.last_day)} + 1")
    always = f"{start} < {as_of} AND {text_of(condition(measure))}"
    there_again = (
        f"SELECT {id_of(measure)} {from_clause([measure], ())} WHERE {always} AND {at_end}"
    )
    parts = {
        Part.START: at_start,
        Part.END: at_end,
        # Whoever left and came back was kept, though by another row.
        Part.KEPT: f"{at_start} AND {id_of(measure)} IN ({there_again})",
    }
    assert measure.part is not None
    return f"{always} AND {parts[measure.part]}"


def _folded(measure: Measure) -> str:
    argument = measure.aggregate.argument
    spelled = "*" if argument is None else text_of(argument)
    function = measure.aggregate.function
    if function is Function.COUNT_DISTINCT:
        return f"count(DISTINCT {spelled})"
    if function is Function.AVG:
        # As everywhere: the exact sum, then one division.
        return f"sum({spelled})::{_EXACT}::DOUBLE / nullif(count({spelled}), 0)::DOUBLE"
    return f"{function.value}({spelled})"


def _counted(measure: Measure) -> str:
    argument = measure.aggregate.argument
    if argument is None:
        return "count(*)"
    # Of different values the sample is as many, however many rows say so: as in every other cut.
    is_distinct = measure.aggregate.function is Function.COUNT_DISTINCT
    return f"count({'DISTINCT ' if is_distinct else ''}{text_of(argument)})"


def _operand(measure: Measure, alias: str) -> str:
    """A measure's value in the formula; a record without rows has 0 of what can be counted."""
    value = text_of(column(alias, "value"))
    if measure.absent is Absent.ZERO:
        return f"coalesce({value}, 0)::{_EXACT}"
    return value if measure.aggregate.function in _FLOATING else f"{value}::{_EXACT}"


_FLOATING = frozenset({Function.AVG, Function.MEDIAN})


def _is_exact(formula: Formula, measures: dict[str, Measure]) -> bool:
    if isinstance(formula, Name):
        return measures[formula.name].aggregate.function not in _FLOATING
    if isinstance(formula, Operation):
        if formula.operator in {"*", "/"}:
            return False
        return _is_exact(formula.left, measures) and _is_exact(formula.right, measures)
    return True


def _spelled(formula: Formula, operands: dict[str, str], days: int) -> str:
    if isinstance(formula, Number):
        return exp.Literal.number(format(formula.value, "f")).sql(dialect="duckdb")
    if isinstance(formula, Name):
        return operands[formula.name]
    if isinstance(formula, Days):
        return str(days)
    left, right = (_spelled(each, operands, days) for each in (formula.left, formula.right))
    if formula.operator in {"+", "-"}:
        return f"({left} {formula.operator} {right})"
    if formula.operator == "/":
        return f"(({left})::DOUBLE / nullif(({right})::DOUBLE, 0))"
    return f"(({left})::DOUBLE * ({right})::DOUBLE)"
