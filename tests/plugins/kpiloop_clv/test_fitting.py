"""Fitting finds the parameters that customers were drawn from, the same ones every time."""

import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from decimal import Decimal

import numpy as np
import pytest

from kpiloop import NotYetError
from kpiloop_clv.bg_nbd import BgNbd
from kpiloop_clv.gamma_gamma import GammaGamma
from kpiloop_clv.library import fitted, forecasts, require
from kpiloop_clv.optimum import Floats, Slopes, most_likely
from kpiloop_clv.prediction import Buying, Parameters, Spending
from support.buyers import TRUE


def columns(rows: Sequence[Sequence[object]]) -> list[Floats]:
    """As the models take them."""
    return [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]


def meanings(of: Parameters) -> list[float]:
    """Purchases a day, the chance to leave, and the mean amount, over all customers."""
    return [of.r / of.alpha, of.a / (of.a + of.b), of.p * of.v / (of.q - 1)]


def test_the_parameters_are_found_again(found: Parameters) -> None:
    """Of 8,000 drawn customers, a and b within a quarter, the others within a tenth."""
    tolerance = dict.fromkeys(("r", "alpha", "p", "q", "v"), 0.1) | {"a": 0.25, "b": 0.25}
    for letter, value in asdict(found).items():
        assert value == pytest.approx(asdict(TRUE)[letter], rel=tolerance[letter]), letter


def test_what_they_mean_is_found_more_closely(found: Parameters) -> None:
    """How they buy, leave and spend on average: within one in twenty."""
    assert meanings(found) == pytest.approx(meanings(TRUE), rel=0.05)


def test_nothing_near_by_fits_better(
    found: Parameters, buying: Sequence[Buying], spending: Sequence[Spending]
) -> None:
    """A step of a hundredth in any direction makes what happened less likely."""

    def total(model: Parameters) -> float:
        *often, customers = columns(buying)
        *much, _ = columns(spending)
        by_often = BgNbd(r=model.r, alpha=model.alpha, a=model.a, b=model.b)
        by_much = GammaGamma(p=model.p, q=model.q, v=model.v)
        told = (by_often.log_likelihood(*often) * customers).sum()
        return float(told + by_much.log_likelihood(*much).sum())

    best = total(found)
    for letter, value in asdict(found).items():
        for step in (0.99, 1.01):
            assert total(replace(found, **{letter: value * step})) < best, letter


def test_slopes_are_those_of_the_likelihood() -> None:
    """Each equals what a small step changes."""
    step = 1e-6
    seen = columns([(2, 30.43, 38.86), (0, 0, 20), (5, 12, 70)])
    often = {"r": 0.3, "alpha": 4.0, "a": 0.8, "b": 2.4}
    for slopes, letter in zip(BgNbd(**often).slopes(*seen), often, strict=True):
        above, below = (
            BgNbd(**{**often, letter: often[letter] + by}).log_likelihood(*seen)
            for by in (step, -step)
        )
        assert np.allclose(slopes, (above - below) / (2 * step), atol=1e-6), letter
    spent = columns([(2, 22.35), (1, 11.77)])
    much = {"p": 6.0, "q": 3.7, "v": 15.0}
    for slopes, letter in zip(GammaGamma(**much).slopes(*spent), much, strict=True):
        above, below = (
            GammaGamma(**{**much, letter: much[letter] + by}).log_likelihood(*spent)
            for by in (step, -step)
        )
        assert np.allclose(slopes, (above - below) / (2 * step), atol=1e-6), letter


def test_another_currency_and_another_unit_of_time_change_nothing_else(
    found: Parameters, buying: Sequence[Buying], spending: Sequence[Spending]
) -> None:
    """A thousand times the amounts give a thousand times v; ten times the days, ten times alpha."""
    longer = [each._replace(recency=each.recency * 10, age=each.age * 10) for each in buying]
    dearer = [each._replace(mean=each.mean * 1000) for each in spending]
    expected = replace(found, alpha=found.alpha * 10, v=found.v * 1000)
    assert asdict(fitted(longer, dearer)) == pytest.approx(asdict(expected), rel=1e-4)


def test_the_same_customers_give_the_same_digits(
    found: Parameters, buying: Sequence[Buying], spending: Sequence[Spending]
) -> None:
    """No chance is in it: fitted again, every bit is the same."""
    assert fitted(buying, spending) == found


def test_customers_in_another_order_give_the_same_six_digits(
    found: Parameters, buying: Sequence[Buying], spending: Sequence[Spending]
) -> None:
    """The derivation groups and orders them anyhow; even without that, little depends on it."""
    chance = random.Random(1)  # noqa: S311 - no secret
    often, much = list(buying), list(spending)
    chance.shuffle(often)
    chance.shuffle(much)
    assert asdict(fitted(often, much)) == pytest.approx(asdict(found), rel=1e-5)


def test_nobody_leaves_where_all_go_on_buying() -> None:
    """Parameters at the edge of what is possible are an answer too: a year has twelve months."""
    monthly = [Buying(number, 30 * number, 30 * number + 15, 50) for number in range(6, 24)]
    alike = [Spending(number, Decimal(50 + number % 2), 50) for number in range(6, 24)]
    (told,) = forecasts(
        fitted(monthly, alike), [Buying(12, 360, 375)], [Spending(12, Decimal(50))], 365
    )
    assert told.alive > 0.99
    assert told.purchases == pytest.approx(12, rel=0.05)
    assert told.mean == pytest.approx(50, rel=0.02)


def test_of_nobody_nothing_is_told() -> None:
    """No customers, no forecasts."""
    assert list(forecasts(TRUE, [], [], 365)) == []


def test_a_likelihood_without_an_end_is_no_answer() -> None:
    """Where no parameters are best, nothing is predicted."""

    def lying(parameters: Sequence[float]) -> tuple[Floats, Slopes]:
        return np.array([parameters[0]]), [np.array([-1.0])]

    with pytest.raises(NotYetError, match="tell too little"):
        most_likely(lying, 1, np.ones(1))


def test_without_the_library_the_extra_is_named() -> None:
    """Who lacks it reads what to install."""
    with pytest.raises(NotYetError, match=r"pip install 'kpiloop\[stats\]'"):
        require("scipy", "a_module_that_nobody_has")
