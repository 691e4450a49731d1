"""Hypotheses: a KPI that may influence another, kept apart from the tree until history supports it.

The month-to-month changes of both are put beside each other, those of the influenced KPI so many
months later, and Spearman's correlation of their ranks is taken, with the interval of Fisher's
transformation (its error after Bonett and Wright). Every month that was added to the history, and
every further hypothesis, is one more chance to find what is not there: the more tests, the wider
the interval (Bonferroni).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import atanh, sqrt, tanh
from statistics import NormalDist, correlation

LEVEL = 0.95
"""How often all intervals together hold what is true."""
FEWEST = 12
"""Pairs of changes below which nothing is said."""
_SURE = 1 - 1e-9
"""Beyond it Fisher's transformation has no end."""


class Verdict(StrEnum):
    """What the history says of a hypothesis."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    TOO_LITTLE = "too little history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A KPI that may influence another, which follows some months later."""

    kpi: str
    of: str
    """The KPI that it may influence."""
    lag: int = 0
    """In months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the history holds of a hypothesis."""

    hypothesis: Hypothesis
    verdict: Verdict
    months: int
    """Pairs of changes."""
    tests: int
    """How often anything was tested so far: months looked at, times hypotheses."""
    correlation: float | None = None
    low: float | None = None
    """With `high`, where the true correlation lies."""
    high: float | None = None


Series = Mapping[int, float]
"""A month's number, counted on over the years → the KPI's value in it."""


def evidence_of(
    hypothesis: Hypothesis, cause: Series, effect: Series, hypotheses: int = 1
) -> Evidence:
    """Judge a hypothesis by the months of both KPIs; `hypotheses` is how many are judged."""
    pairs = _pairs(cause, effect, hypothesis.lag)
    months = len(pairs)
    tests = max(months - FEWEST + 1, 0) * hypotheses
    found = _spearman(pairs) if months >= FEWEST else None
    if found is None:
        return Evidence(
            hypothesis=hypothesis, verdict=Verdict.TOO_LITTLE, months=months, tests=tests
        )
    reach = NormalDist().inv_cdf(1 - (1 - LEVEL) / 2 / tests)
    reach *= sqrt((1 + found**2 / 2) / (months - 3))
    middle = atanh(min(max(found, -_SURE), _SURE))
    low, high = tanh(middle - reach), tanh(middle + reach)
    return Evidence(
        hypothesis=hypothesis,
        verdict=Verdict.SUPPORTED if low > 0 or high < 0 else Verdict.NOT_SUPPORTED,
        months=months,
        tests=tests,
        correlation=found,
        low=low,
        high=high,
    )


def _pairs(cause: Series, effect: Series, lag: int) -> list[tuple[float, float]]:
    """Changes from one month to the next, of both, in the order of time."""
    return [
        (cause[month] - cause[month - 1], effect[month + lag] - effect[month + lag - 1])
        for month in sorted(cause)
        if month - 1 in cause and {month + lag, month + lag - 1} <= effect.keys()
    ]


def _spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The correlation of ranks; None where one of the two never moves."""
    ranks = [_ranks([pair[side] for pair in pairs]) for side in (0, 1)]
    if any(len(set(each)) == 1 for each in ranks):
        return None
    return correlation(*ranks)


def _ranks(values: Sequence[float]) -> list[float]:
    """Each value's place; equal ones share the middle of theirs."""
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) - 1) / 2 for value in values]
