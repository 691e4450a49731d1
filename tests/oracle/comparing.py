"""What compute says against what the oracle says: every value, to the last digit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import Any

from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Cut, Moment, Question
from kpiloop.kpi.calendar import Grain, Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import parse_pack, read_pack
from kpiloop.kpi.value import Completeness, KpiValue
from kpiloop_marketing import kpiloop_packs
from oracle.answers import Answer
from oracle.kpis import KPIS, MATURE_AFTER, STANDS_ON
from oracle.resolving import Tables
from oracle.world import AsOf, Span, Values, World, reaches

DIMENSIONS = (
    *("channel", "campaign_id", "product", "segment", "country", "industry", "form_id"),
    *(
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
    ),
)

MORE = """
[measures.companies_in_pipeline]
title = "Companies in the pipeline"
on = "deals"
aggregate = "count(distinct company_id)"
from = "created_at"
until = "closed_at"

[kpis.companies_staying]
formula = "companies_in_pipeline_kept / companies_in_pipeline_at_start"
unit = "ratio"
"""
"""What no bundled KPI asks for yet: a stock whose times overlap."""


def catalog_of_all() -> Catalog:
    """The bundled packs and what they lack."""
    packs = [read_pack(file) for file in kpiloop_packs()]
    return Catalog.of([*packs, parse_pack(MORE, "oracle")])


def dimensions_of(kpi: str) -> tuple[str, ...]:
    """What a KPI may be cut by: what all of its tables reach."""
    return tuple(
        each for each in DIMENSIONS if all(reaches(table, each) for table in STANDS_ON[kpi])
    )


@dataclass(frozen=True)
class Trial:
    """One company, asked twice."""

    connection: DuckDBPyConnection
    catalog: Catalog
    tables: Tables
    moment: Moment

    @cached_property
    def world(self) -> World:
        """The oracle's company."""
        return World(self.tables)

    def per_record(self, record: str) -> dict[str, World]:
        """The part of every record of a kind."""
        if record not in self._per_record:
            self._per_record[record] = self.world.per(record)
        return self._per_record[record]

    @cached_property
    def _per_record(self) -> dict[str, dict[str, World]]:
        return {}

    @cached_property
    def as_of(self) -> AsOf:
        """The moment, as the oracle has it."""
        return AsOf(self.moment.as_of.astimezone(UTC), self.moment.zone)

    def disagreements(self, question: Question) -> Iterator[str]:
        """Every value that differs, and every value that only one side has."""
        given: dict[tuple[str, Cut], dict[tuple[Period, Values], KpiValue]] = {}
        for value in compute(self.connection, self.catalog, [question], self.moment):
            cut, values = tuple(value.dimensions), tuple(value.dimensions.values())
            given.setdefault((value.kpi, cut), {})[value.period, values] = value
        for cut in question.cuts:
            parts: dict[Values, World] = self.world.by(*cut) if cut else {(): self.world}
            for kpi in question.kpis:
                yield from self._compare(kpi, cut, parts, given.get((kpi, cut), {}))

    def _compare(
        self,
        kpi: str,
        cut: Cut,
        parts: dict[Values, World],
        given: dict[tuple[Period, Values], KpiValue],
    ) -> Iterator[str]:
        for (period, values), value in given.items():
            part = parts.get(values) or self.world.nothing(*cut, values=values)
            span = Span(period.first_day, period.last_day, self.as_of)
            yield from self._judge(value, KPIS[kpi](part, span))
        periods = {period for period, _ in given}
        for values, part in parts.items():
            for period in periods:
                if (period, values) not in given:
                    span = Span(period.first_day, period.last_day, self.as_of)
                    answer = KPIS[kpi](part, span)
                    if answer.value:
                        yield f"{kpi} {period.key} {cut} {values}: missing, not {answer}"

    def _judge(self, value: KpiValue, answer: Answer) -> Iterator[str]:
        found = Answer(value.value, value.sample_size or 0, value.numerator, value.denominator)
        name = f"{value.kpi} {value.period.key} {dict(value.dimensions)}"
        if not same(found, answer):
            yield f"{name}: {found}, not {answer}"
        completeness = self.completeness(value.kpi, value.period, is_final=answer.is_final)
        if value.completeness is not completeness:
            yield f"{name}: {value.completeness}, not {completeness}"
        if value.value is None and not value.reason:
            yield f"{name}: no value, and no reason"

    def completeness(self, kpi: str, period: Period, *, is_final: bool = True) -> Completeness:
        """Whether time alone can still change a KPI's value."""
        span = Span(period.first_day, period.last_day, self.as_of)
        within = MATURE_AFTER.get(kpi)
        is_ever = period.grain is Grain.EVER
        if not is_ever and not self.as_of.has_come_to(span.next_day):
            return Completeness.PARTIAL
        if within is not None and not self.as_of.has_come_to(span.days_after(within)):
            return Completeness.IMMATURE
        return Completeness.COMPLETE if is_final else Completeness.IMMATURE


def same(found: Answer, answer: Answer) -> bool:
    """Whether two answers agree to the last digit."""
    return found.sample == answer.sample and all(
        _is_same(*each)
        for each in (
            (found.value, answer.value),
            (found.numerator, answer.numerator),
            (found.denominator, answer.denominator),
        )
    )


def _is_same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return bool(one == other) and isinstance(one, float) == isinstance(other, float)


def questions(kpis: Sequence[str], grains: Sequence[Grain], first_day: Any, last_day: Any) -> Any:
    """Each KPI in total and by each dimension that it has."""
    for kpi in kpis:
        cuts = ((), *((each,) for each in dimensions_of(kpi)))
        yield Question(
            kpis=(kpi,), grains=tuple(grains), first_day=first_day, last_day=last_day, cuts=cuts
        )
