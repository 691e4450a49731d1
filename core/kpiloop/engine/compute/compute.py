"""Computing: the numbers of all measures first, then the formulas over them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.asking import Asking
from kpiloop.engine.compute.cells import Cell, Cells
from kpiloop.engine.compute.distinct import OF_ROWS, compute_distinct
from kpiloop.engine.compute.flows import ROLLED_UP, compute_flows
from kpiloop.engine.compute.guard import TIME_LIMIT, Guard
from kpiloop.engine.compute.kept import compute_kept
from kpiloop.engine.compute.question import Cut, Moment, Question, all_periods, asked_periods
from kpiloop.engine.compute.rows import cuts_of
from kpiloop.engine.compute.stocks import compute_stocks
from kpiloop.engine.compute.survival import WAITED, compute_survival
from kpiloop.errors import DefinitionError
from kpiloop.kpi.calendar import Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.evaluate import Result, evaluate
from kpiloop.kpi.formula import DAYS_IN_PERIOD, Formula, Name, Operation, names
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.measure import Absent, Basis, Function, Measure, Part
from kpiloop.kpi.value import Completeness, KpiValue


def compute(
    connection: DuckDBPyConnection,
    catalog: Catalog,
    questions: Sequence[Question],
    moment: Moment,
    *,
    time_limit: float = TIME_LIMIT,
) -> Iterator[KpiValue]:
    """Every value that the questions ask for, from the resolved tables.

    Bit-identical whatever the number of threads and the order of rows. Raises DefinitionError
    where a KPI cannot be cut as asked, or where one statement takes longer than the limit, in
    seconds.
    """
    measures: dict[str, Measure] = {}
    cuts: dict[str, dict[Cut, None]] = {}
    for question in questions:
        for kpi in question.kpis:
            for measure in catalog.measures_of(kpi):
                measures[measure.name] = measure
                asked = _legal_cuts(catalog, kpi, question.cuts)
                cuts.setdefault(measure.name, {}).update(dict.fromkeys(asked))
                if _tells_coverage(measure):
                    cuts[measure.name][()] = None
    asking = Asking(
        guard=Guard(connection=connection, time_limit=time_limit),
        moment=moment,
        periods=all_periods(questions, moment),
        cuts={each: cuts_of(measures[each], asked) for each, asked in cuts.items()},
        cells=Cells(moment.coverage),
    )
    if asking.periods:
        asking.prepare()
        _measure(measures, asking)
    for question in questions:
        for kpi in question.kpis:
            yield from _values(catalog, catalog.kpi(kpi), question, asking)


def _tells_coverage(measure: Measure) -> bool:
    """Whether a cut without rows has to look at the total to know what that means."""
    return measure.absent is Absent.NONE and measure.aggregate.function is Function.SUM


def _legal_cuts(catalog: Catalog, kpi: str, cuts: Sequence[Cut]) -> Sequence[Cut]:
    legal = catalog.dimensions_of(kpi)
    for dimension in (each for cut in cuts for each in cut):
        if dimension not in legal:
            without = next(
                each.name for each in catalog.measures_of(kpi) if dimension not in each.dimensions
            )
            raise DefinitionError(
                f"{kpi} cannot be cut by {dimension}: {without} does not have it",
                legal=", ".join(legal),
            )
    return cuts


def _measure(measures: Mapping[str, Measure], asking: Asking) -> None:
    flows = [each for each in measures.values() if each.basis is not Basis.STOCK]
    stocks = [each for each in measures.values() if each.basis is Basis.STOCK]
    compute_flows([each for each in flows if each.aggregate.function in ROLLED_UP], asking)
    compute_distinct([each for each in flows if each.aggregate.function in OF_ROWS], asking)
    compute_survival([each for each in flows if each.aggregate.function in WAITED], asking)
    compute_stocks([each for each in stocks if each.part is not Part.KEPT], asking)
    compute_kept([each for each in stocks if each.part is Part.KEPT], asking)


def _values(catalog: Catalog, kpi: Kpi, question: Question, asking: Asking) -> Iterator[KpiValue]:
    measures = {each.name: each for each in catalog.measures_of(kpi.name)}
    formula = catalog.expanded(kpi.name)
    sample = behind(formula, measures)
    asked = [
        (period, completeness(kpi, measures.values(), period, asking.moment))
        for period in asked_periods(question, asking.moment)
    ]
    for cut in question.cuts:
        for dimensions in asking.cells.values_of(measures, cut):
            for period, how_complete in asked:
                cells = {
                    name: asking.cells.get(measure, cut, period, dimensions)
                    for name, measure in measures.items()
                }
                result = _result(formula, cells, asking.moment.days_of(period))
                yield KpiValue(
                    kpi=kpi.name,
                    period=period,
                    dimensions=dict(zip(cut, dimensions, strict=True)),
                    value=result.value,
                    numerator=result.numerator,
                    denominator=result.denominator,
                    sample_size=sum(cells[each].rows for each in sample),
                    completeness=_settled(how_complete, cells.values()),
                    reason=result.reason,
                    version=kpi.version,
                    as_of=asking.moment.as_of,
                )


def behind(formula: Formula, measures: Iterable[str]) -> Sequence[str]:
    """The measures whose rows are the sample: those of the denominator, else all."""
    if isinstance(formula, Operation) and formula.operator == "/":
        below = names(formula.right)
        return below or tuple(measures)
    return tuple(measures)


def _settled(how_complete: Completeness, cells: Iterable[Cell]) -> Completeness:
    """Immature as well where one of the numbers may yet change by time alone."""
    if how_complete is Completeness.COMPLETE and not all(each.is_final for each in cells):
        return Completeness.IMMATURE
    return how_complete


def _result(formula: Formula, cells: Mapping[str, Cell], days: int) -> Result:
    if isinstance(formula, Name):
        cell = cells[formula.name]
        return Result(cell.value, cell.reason, cell.numerator, cell.denominator)
    values = {name: cell.value for name, cell in cells.items()}
    result = evaluate(formula, {**values, DAYS_IN_PERIOD: days})
    if result.value is None:
        reasons = (cell.reason for cell in cells.values() if cell.value is None)
        return Result(
            None, next(reasons, None) or result.reason, result.numerator, result.denominator
        )
    return result


def completeness(
    kpi: Kpi, measures: Iterable[Measure], period: Period, moment: Moment
) -> Completeness:
    """Whether a value is of a whole period, and can no more change by time alone."""
    begins_inside = any(
        moment.coverage.is_partial(each.on, period.earlier(each.delay_days)) for each in measures
    )
    if begins_inside or not moment.is_over(period):
        return Completeness.PARTIAL
    if kpi.within_days is not None and not moment.is_mature(period, kpi.within_days):
        return Completeness.IMMATURE
    return Completeness.COMPLETE
