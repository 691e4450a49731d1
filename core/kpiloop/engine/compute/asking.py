"""What every way of computing shares: the connection, the days, the cuts, and where cells go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpiloop.engine.compute.cells import Cell, Cells, Dimensions
from kpiloop.engine.compute.functions import define_functions
from kpiloop.engine.compute.guard import Guard
from kpiloop.engine.compute.question import Cut, Moment
from kpiloop.engine.compute.rows import counted_day
from kpiloop.kpi.calendar import DAILY_GRAINS, Period
from kpiloop.kpi.measure import Function, Measure

_MAKE_PERIODS = (
    "CREATE OR REPLACE TEMP TABLE asked_periods "
    "(period INTEGER, first_day DATE, last_day DATE, is_daily BOOLEAN)"
)
_FILL_PERIODS = (
    "INSERT INTO asked_periods SELECT unnest(range(len($first_days::DATE[]))), "
    "unnest($first_days::DATE[]), unnest($last_days::DATE[]), unnest($are_daily::BOOLEAN[])"
)
_MAKE_PERIOD_DAYS = (
    "CREATE OR REPLACE TEMP TABLE period_days AS "
    "SELECT period, unnest(generate_series(first_day, last_day, INTERVAL 1 DAY))::DATE "
    "AS day FROM asked_periods"
)
_MAKE_TILING_DAYS = (
    "CREATE OR REPLACE TEMP TABLE tiling_days AS SELECT period_days.* "
    "FROM period_days JOIN asked_periods USING (period) WHERE NOT asked_periods.is_daily"
)
_MAKE_SPAN_DAYS = (
    "CREATE OR REPLACE TEMP TABLE span_days AS "
    "SELECT day, (dense_rank() OVER (ORDER BY periods))::INTEGER AS span FROM ("
    "SELECT day, list(period ORDER BY period) AS periods FROM period_days GROUP BY day)"
)
"""A span: the days that are in the same periods, so that each period is made of whole spans."""
_MAKE_SPAN_PERIODS = (
    "CREATE OR REPLACE TEMP TABLE span_periods AS "
    "SELECT DISTINCT span, period FROM span_days JOIN period_days USING (day)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One computation under way."""

    guard: Guard
    moment: Moment
    periods: tuple[Period, ...]
    """In the warehouse a period is its place here."""
    cuts: Mapping[str, tuple[Cut, ...]]
    """Measure → the cuts that it is asked by."""
    cells: Cells

    def prepare(self) -> None:
        """Make the tables that days and boundaries are joined with.

        Days of a period that lie before the first or after the last day asked are in it too: a
        period is always whole.
        """
        connection = self.guard.connection
        define_functions(connection)
        connection.execute(_MAKE_PERIODS)
        connection.execute(
            _FILL_PERIODS,
            {
                "first_days": [each.first_day for each in self.periods],
                "last_days": [each.last_day for each in self.periods],
                "are_daily": [each.grain in DAILY_GRAINS for each in self.periods],
            },
        )
        connection.execute(_MAKE_PERIOD_DAYS)
        connection.execute(_MAKE_TILING_DAYS)
        connection.execute(_MAKE_SPAN_DAYS)
        connection.execute(_MAKE_SPAN_PERIODS)

    def period(self, place: object) -> Period:
        """The period that the warehouse means."""
        return self.periods[int(str(place))]

    @property
    def first_day(self) -> str:
        """The first day of any period, as a literal."""
        return f"DATE '{min(each.first_day for each in self.periods).isoformat()}'"

    @property
    def last_day(self) -> str:
        """The last day of any period, as a literal."""
        return f"DATE '{max(each.last_day for each in self.periods).isoformat()}'"

    @property
    def as_of(self) -> str:
        """The as-of time, as a literal."""
        return f"TIMESTAMP '{self.moment.stored.isoformat(sep=' ')}'"


def cell_of(measure: Measure, value: object, rows: object) -> Cell | None:
    """The cell that an aggregate and its number of rows give; None where no row counted."""
    count = int(str(rows or 0))
    if not count:
        return None
    function = measure.aggregate.function
    if function is Function.AVG:
        total = _exact(value)
        return Cell(
            value=float(total) / count, rows=count, numerator=total, denominator=Decimal(count)
        )
    return Cell(value=value if isinstance(value, float) else _exact(value), rows=count)


def _exact(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def dimensions_of(values: Sequence[object]) -> Dimensions:
    """Dimension values of a row, as text."""
    return tuple(None if value is None else str(value) for value in values)


def grouped(
    measures: Iterable[Measure], asking: Asking
) -> Mapping[tuple[str, str, tuple[Cut, ...]], list[Measure]]:
    """Measures that one question can answer: of one table, by the same days and the same cuts."""
    found: dict[tuple[str, str, tuple[Cut, ...]], list[Measure]] = {}
    for measure in measures:
        key = measure.on, counted_day(measure), asking.cuts[measure.name]
        found.setdefault(key, []).append(measure)
    return found
