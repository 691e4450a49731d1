"""What a measure is: one aggregate over one resolved table, by the days of the period."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from kpiloop.kpi.units import Unit
from kpiloop.schema.fields import Kind
from kpiloop.schema.registry import day_of


class Basis(StrEnum):
    """How a number stands in time."""

    FLOW = "flow"
    """Events inside the period."""
    COHORT = "cohort"
    """Of those who entered in the period, how many converted in time."""
    STOCK = "stock"
    """The state at a moment."""


class Part(StrEnum):
    """Which state of a stock is meant. State at t is: from < t, and until is open or t <= until."""

    START = "start"
    """At the start of the period, which is the end of the one before."""
    END = "end"
    """At the end of the period, or at the as-of time where that is earlier."""
    KEPT = "kept"
    """The ids that are there at the start and at the end."""


class Function(StrEnum):
    """The aggregates that there are."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    MEDIAN = "median"
    MEDIAN_SURVIVAL = "median_survival"
    """Days until half of the rows got there, with those counted that are still on their way."""


class Absent(StrEnum):
    """What a cut without rows is worth."""

    ZERO = "zero"
    """Nothing happened: counts, and sums of what was sold."""
    NONE = "none"
    """Nothing is known: averages, and costs, which only the days that have rows cover."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregate function over the rows; `argument` is None for `count(*)`."""

    function: Function
    argument: exp.Expr | None = None

    def __str__(self) -> str:
        """As one would write it."""
        if self.function is Function.MEDIAN_SURVIVAL:
            return f"{self.function}()"
        inner = "*" if self.argument is None else self.argument.sql(dialect="duckdb")
        plain = inner.replace('"', "").replace("DAYS_BETWEEN", "days_between")
        if self.function is Function.COUNT_DISTINCT:
            return f"count(distinct {plain})"
        return f"{self.function}({plain})"


@dataclass(frozen=True, slots=True)
class Reach:
    """A column and how a row gets at it.

    `via` is the singular of an entity: the row's own, or one that the row references by
    `<via>_id`. It is also the qualifier of the column in the measure's expressions.
    """

    via: str
    entity: str
    column: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A checked measure; every column in its expressions is quoted and qualified by a `Reach.via`.

    Flow: rows by the day of `when`, or `delay_days` later. Cohort: rows by the day of `when` whose
    `then` follows within `within_days` local days; without `within_days`, how long it takes them,
    where a row that has not got there is watched up to `until`, or else the as-of time. Stock: rows
    that are there at a moment, from `start` to `until`.
    The four are columns of the row itself, of kind INSTANT or DAY.
    """

    name: str
    on: str
    """The resolved table."""
    row: str
    """The singular of that table: the qualifier of its own columns."""
    basis: Basis
    aggregate: Aggregate
    where: exp.Expr | None = None
    when: str | None = None
    then: str | None = None
    within_days: int | None = None
    delay_days: int = 0
    start: str | None = None
    until: str | None = None
    part: Part | None = None
    kept_by: str | None = None
    """The column with the id that makes a row of a sum count as kept."""
    absent: Absent
    unit: Unit
    columns: tuple[Reach, ...]
    """Every column that the aggregate and the filter use, without repeats."""
    dimensions: Mapping[str, Reach]
    """What it may be cut by."""
    records: Mapping[str, Reach]
    """Which records it may be asked for (person, company, deal, campaign), with their id."""
    title: str | None = None
    meaning: str = ""
    derived_from: str | None = None
    """The measure in a pack that this one follows from."""
    origin: str
    """The pack or file that defines it."""
    version: str
    """Changes if, and only if, the meaning does."""

    @property
    def when_day(self) -> str | None:
        """The column with the local day of `when`."""
        return _day(self.when)

    @property
    def then_day(self) -> str | None:
        """The column with the local day of `then`."""
        return _day(self.then)

    @property
    def start_day(self) -> str | None:
        """The column with the local day on which a stock's row begins."""
        return _day(self.start)

    @property
    def until_day(self) -> str | None:
        """The column with the local day on which a row ends, or is watched no longer."""
        return _day(self.until)


def _day(column: str | None) -> str | None:
    return None if column is None else day_of(column) if column.endswith("_at") else column
