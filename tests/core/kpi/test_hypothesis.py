"""What may influence a KPI, judged by the changes of its months."""

from random import Random

import pytest

from kpiloop.kpi.hypothesis import FEWEST, Evidence, Hypothesis, Verdict, evidence_of

MONTHS = 36


def _judged(
    lag: int, told: int, noise: float, *, months: int = MONTHS, others: int = 1
) -> Evidence:
    """A KPI that follows another after `told` months, but for noise, judged with a lag of `lag`."""
    random = Random(7)  # noqa: S311 - numbers to look at, no secrets
    cause = {month: random.gauss(100, 10) for month in range(months)}
    effect = {month + told: 2 * value + random.gauss(0, noise) for month, value in cause.items()}
    return evidence_of(Hypothesis(kpi="visits", of="leads", lag=lag), cause, effect, others)


def test_what_follows_after_its_lag_is_supported() -> None:
    """The interval leaves zero out, and holds the correlation."""
    found = _judged(lag=2, told=2, noise=4)
    assert found.verdict is Verdict.SUPPORTED
    assert found.correlation is not None
    assert found.low is not None
    assert 0 < found.low < found.correlation


def test_what_only_moves_by_chance_is_not_supported() -> None:
    """Neither is the right pair with a lag that is wrong by far."""
    found = _judged(lag=7, told=2, noise=4)
    assert found.verdict is Verdict.NOT_SUPPORTED
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0 < found.high


def test_nothing_is_said_of_little_history() -> None:
    """One change less than needed gives no verdict, and was no test."""
    found = _judged(lag=0, told=0, noise=1, months=FEWEST)
    assert (found.verdict, found.months, found.tests) == (Verdict.TOO_LITTLE, FEWEST - 1, 0)
    assert found.correlation is None


def test_every_test_widens_the_interval() -> None:
    """A look at each new month and each further hypothesis is a chance to be fooled."""
    one, five = (_judged(lag=0, told=0, noise=20, others=others) for others in (1, 5))
    assert (one.tests, five.tests) == (24, 120)
    assert one.correlation == five.correlation
    assert one.low is not None
    assert five.low is not None
    assert five.low < one.low


def test_months_without_a_value_have_no_change() -> None:
    """A gap takes away the change to it and that from it."""
    cause = {month: float(month % 5) for month in range(20) if month != 9}
    found = evidence_of(Hypothesis(kpi="visits", of="leads"), cause, cause)
    assert found.months == 17


def test_ranks_are_those_of_the_textbook() -> None:
    """Spearman's 1 - 6 Σd² / n(n² - 1) of changes without ties."""
    changes = [(each, (each * 5) % 13) for each in range(1, 13)]
    cause, effect = {0: 0.0}, {0: 0.0}
    for month, (first, second) in enumerate(changes, start=1):
        cause[month] = cause[month - 1] + first
        effect[month] = effect[month - 1] + second
    found = evidence_of(Hypothesis(kpi="visits", of="leads"), cause, effect)
    squares = sum((first - second) ** 2 for first, second in changes)
    assert found.correlation == pytest.approx(1 - 6 * squares / (12 * (144 - 1)))
