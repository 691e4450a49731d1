"""Targets: what a KPI should reach in a period, in all or in one part of a cut."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from kpiloop.kpi.calendar import Grain, Period

YEARS = (Grain.YEAR, Grain.FISCAL_YEAR)
"""The grains whose targets can be split over shorter periods."""


class Rule(StrEnum):
    """How a year's target becomes that of a shorter period."""

    DAYS = "days"
    """Every day of the year has the same part."""
    LAST_YEAR = "last year"
    """Every month has the part that it had in the year before, its days the same part of that."""
    WEIGHTS = "weights"
    """Every month has the part that the settings give it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The rule by which a year's target is split; `weights` are of its twelve months."""

    rule: Rule
    weights: tuple[Decimal, ...] = ()

    def __str__(self) -> str:
        """As one reads it."""
        return {Rule.WEIGHTS: "weights of its months"}.get(self.rule, self.rule.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The value that a KPI should reach in every period of a grain, or in one."""

    kpi: str
    grain: Grain
    value: Decimal
    period: str | None = None
    """The key of the one period that is meant; no value: every one of the grain."""
    dimensions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType[str, str]({}))
    """Of which part; empty: of all."""
    split: Split | None = None
    """How a year's target is split over shorter periods; no value: it is not."""

    def is_for(self, period: Period) -> bool:
        """Whether it is meant for a period."""
        return self.grain is period.grain and self.period in {None, period.key}


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets of a project."""

    all: tuple[Target, ...] = ()

    def find(self, kpi: str, period: Period, dimensions: Mapping[str, str | None]) -> Target | None:
        """The target of a period and a part; one for that very period comes first."""
        found = [each for each in self.all if each.kpi == kpi and each.is_for(period)]
        fitting = [each for each in found if dict(each.dimensions) == dict(dimensions)]
        return min(fitting, key=lambda each: each.period is None, default=None)

    def of(self, kpi: str) -> Iterator[Target]:
        """The targets of a KPI."""
        return (each for each in self.all if each.kpi == kpi)

    def __iter__(self) -> Iterator[Target]:
        """All of them, as written."""
        return iter(self.all)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.all)
