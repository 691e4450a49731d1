"""The numbers of measures, by period and cut, before formulas make KPIs of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kpiloop.engine.compute.coverage import ALL, Coverage
from kpiloop.engine.compute.question import Cut
from kpiloop.kpi.calendar import Period
from kpiloop.kpi.measure import Absent, Function, Measure

Dimensions = tuple[str | None, ...]
"""The values of a cut's dimensions, in its order; None is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What the rows of one measure give for one period and cut."""

    value: Decimal | float | None
    rows: int
    numerator: Decimal | None = None
    """With the denominator, where the value is an average."""
    denominator: Decimal | None = None
    reason: str | None = None
    is_final: bool = True
    """Whether time alone cannot change it: of a median, that none who waits could come before."""


@dataclass(slots=True)
class Cells:
    """Cells by measure, cut, period and dimension values; absent ones by the measure's rule."""

    coverage: Coverage = ALL
    found: dict[tuple[str, Cut, Period, Dimensions], Cell] = field(
        default_factory=dict[tuple[str, Cut, Period, Dimensions], Cell]
    )
    known: dict[tuple[str, Cut], set[Dimensions]] = field(
        default_factory=dict[tuple[str, Cut], set[Dimensions]]
    )

    def put(
        self, measure: str, cut: Cut, period: Period, dimensions: Dimensions, cell: Cell
    ) -> None:
        """Keep a cell, and that these dimension values occur."""
        self.found[measure, cut, period, dimensions] = cell
        self.known.setdefault((measure, cut), set()).add(dimensions)

    def values_of(self, measures: Mapping[str, Measure], cut: Cut) -> Iterator[Dimensions]:
        """The dimension values that occur in any of the measures, known ones first, in order."""
        if not cut:
            yield ()
            return
        seen = {each for name in measures for each in self.known.get((name, cut), ())}
        yield from sorted(seen, key=lambda each: [(value is None, value or "") for value in each])

    def get(self, measure: Measure, cut: Cut, period: Period, dimensions: Dimensions) -> Cell:
        """A cell, or what it means that no row gave one."""
        cell = self.found.get((measure.name, cut, period, dimensions))
        return cell or self._absent(measure, cut, period, dimensions)

    def _absent(self, measure: Measure, cut: Cut, period: Period, dimensions: Dimensions) -> Cell:
        if gap := self.coverage.gap(measure.on, period.earlier(measure.delay_days)):
            return Cell(value=None, rows=0, reason=gap)
        if measure.absent is Absent.ZERO:
            return Cell(value=Decimal(0), rows=0)
        if measure.aggregate.function is not Function.SUM:
            return Cell(value=None, rows=0, reason=f"no rows for {measure.name}")
        if self._is_assigned(measure, cut, period, dimensions):
            return Cell(value=Decimal(0), rows=0)
        is_covered = (measure.name, (), period, ()) in self.found
        return Cell(
            value=None, rows=0, reason=_uncovered(measure, cut, period, is_covered=is_covered)
        )

    def _is_assigned(
        self, measure: Measure, cut: Cut, period: Period, dimensions: Dimensions
    ) -> bool:
        """Whether a source covers the period and all that it tells is assigned to the cut.

        Then a cut without rows really cost nothing; otherwise what is not assigned may be its.
        """
        if not cut or (measure.name, (), period, ()) not in self.found:
            return False
        unknown = (
            found
            for found in self.known.get((measure.name, cut), ())
            if all(value in {asked, None} for value, asked in zip(found, dimensions, strict=True))
        )
        return all((measure.name, cut, period, each) not in self.found for each in unknown)


def _uncovered(measure: Measure, cut: Cut, period: Period, *, is_covered: bool) -> str:
    if is_covered:
        return f"{measure.name} of {period.key} is not all assigned to a {cut[0]}"
    return f"nothing is known of {measure.name} in {period.key}"
