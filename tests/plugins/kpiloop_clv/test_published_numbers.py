"""What the authors of both models published of them, and what the formulas mean."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import hyp2f1

from kpiloop_clv.bg_nbd import BgNbd
from kpiloop_clv.gamma_gamma import GammaGamma
from kpiloop_clv.optimum import Floats

CDNOW = BgNbd(r=0.2425945, alpha=4.4136019, a=0.7929199, b=2.4258881)
"""As published for the customers of the record shop CDNOW; times in weeks."""
ROUNDED = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
CDNOW_SPENDING = GammaGamma(p=6.25, q=3.74, v=15.44)
STEPS = 400


def one(number: float) -> Floats:
    """A number as the models take it."""
    return np.array([number], dtype=np.float64)


def likelihood(model: BgNbd, often: int, last: float, age: float) -> float:
    """What a customer's purchases are as likely as, by adding up over all rates and chances.

    The law of one customer of known rate and chance, weighed by how many of them there are. Both
    are taken at the middle of equal steps: of the rate's logarithm, and of the chance.
    """
    rates = np.exp(np.linspace(-14, 5, 20 * STEPS))
    of_rate = _gamma_density(rates, model) * rates * (19 / (20 * STEPS - 1))
    chances = (np.arange(STEPS * 50) + 0.5) / (STEPS * 50)
    of_chance = chances ** (model.a - 1) * (1 - chances) ** (model.b - 1)
    of_chance = of_chance / of_chance.sum()
    stays = float((of_chance * (1 - chances) ** often).sum())
    still_there = stays * float((of_rate * rates**often * np.exp(-rates * age)).sum())
    if not often:
        return still_there
    leaves = float((of_chance * chances * (1 - chances) ** (often - 1)).sum())
    return still_there + leaves * float((of_rate * rates**often * np.exp(-rates * last)).sum())


def _gamma_density(rates: Floats, model: BgNbd) -> Floats:
    whole = model.alpha**model.r / _gamma(model.r)
    density: Floats = rates ** (model.r - 1) * np.exp(-model.alpha * rates) * whole
    return density


def _gamma(number: float) -> float:
    """The gamma function, from its own integral."""
    at = np.exp(np.linspace(-60, 6, 200_000))
    return float((at**number * np.exp(-at)).sum() * (66 / 199_999))


@pytest.mark.parametrize(
    ("often", "last", "age"), [(0, 0.0, 38.86), (1, 1.71, 38.86), (2, 30.43, 38.86), (7, 29.43, 60)]
)
@pytest.mark.parametrize(
    "model", [BgNbd(r=1.5, alpha=4.4, a=1.4, b=2.4), BgNbd(r=0.9, alpha=12.0, a=2.0, b=1.5)]
)
def test_the_likelihood_is_what_the_story_of_the_model_says(
    model: BgNbd, often: int, last: float, age: float
) -> None:
    """The closed formula equals the law of one customer, averaged over all customers."""
    (found,) = model.log_likelihood(one(often), one(last), one(age))
    assert found == pytest.approx(log(likelihood(model, often, last, age)), abs=1e-3)


def test_each_term_of_the_likelihood_is_as_worked_out_by_hand() -> None:
    """With r = alpha = a = b = 1, gamma and beta functions are fractions."""
    model = BgNbd(r=1, alpha=1, a=1, b=1)
    (once,) = model.log_likelihood(one(0), one(0), one(3))
    assert exp(once) == pytest.approx(1 / 4)
    (twice,) = model.log_likelihood(one(2), one(1), one(3))
    assert exp(twice) == pytest.approx(2 / 3 / 4**3 + 2 / 6 / 2**3)


@pytest.mark.parametrize("model", [CDNOW, ROUNDED])
def test_the_published_customer_is_expected_to_buy_as_published(model: BgNbd) -> None:
    """Who bought twice, the last time after 30.43 of 38.86 weeks, buys 1.226 times in 39 weeks."""
    (found,) = model.expected_of(one(2), one(30.43), one(38.86), 39)
    assert found == pytest.approx(1.226, abs=0.001)


@pytest.mark.parametrize(("weeks", "purchases"), [(32, 1.0437), (78, 1.8576)])
def test_a_new_customer_is_expected_to_buy_as_published(weeks: float, purchases: float) -> None:
    """How many repeat purchases one makes in its first weeks."""
    assert CDNOW.expected(weeks) == pytest.approx(purchases, abs=0.001)


@pytest.mark.parametrize(
    ("number", "mean", "expected"), [(2, 22.35, 24.65), (1, 11.77, 18.91), (0, 0.0, 35.17)]
)
def test_the_first_customers_are_expected_to_spend_as_published(
    number: int, mean: float, expected: float
) -> None:
    """Two repeat purchases, one, and none; the published parameters have but two digits."""
    (found,) = CDNOW_SPENDING.mean_of(one(number), one(mean))
    assert found == pytest.approx(expected, abs=0.06)


def test_the_expected_amount_is_as_worked_out_by_hand() -> None:
    """With p = 2, q = 3, v = 10: all spend 10; who spent 40 on three gives (2 x 130) / 8."""
    model = GammaGamma(p=2, q=3, v=10)
    assert model.mean == 10
    assert model.mean_of(one(3), one(40)).tolist() == [32.5]
    assert model.mean_of(one(0), one(0)).tolist() == [10]


def test_the_likelihood_of_an_amount_is_as_worked_out_by_hand() -> None:
    """With p = 1, q = 2, v = 1 it is 2 / (1 + z)^3 for one purchase, 24 z / (1 + 2 z)^4 for two."""
    model = GammaGamma(p=1, q=2, v=1)
    assert exp(model.log_likelihood(one(1), one(3.0))[0]) == pytest.approx(2 / 4**3)
    (both,) = model.log_likelihood(one(2), one(3.0))
    assert exp(both) == pytest.approx(24 * 3 / 7**4)


@pytest.mark.parametrize("model", [CDNOW, BgNbd(r=2.0, alpha=9.0, a=1.7, b=0.6)])
@pytest.mark.parametrize(("often", "age"), [(0, 0.0), (0, 50.0), (3, 20.0), (40, 90.0)])
def test_purchases_are_those_of_the_paper_s_own_formula(
    model: BgNbd, often: int, age: float
) -> None:
    """What is added up here is what its hypergeometric function gives, where floats hold it."""
    r, a, b, whole = model.r, model.a, model.b, model.a + model.b + often - 1
    passed = 52 / (model.alpha + age + 52)
    series = hyp2f1(r + often, b + often, one(whole), one(passed))
    expected = whole / (a - 1) * (1 - (1 - passed) ** (r + often) * series)
    seen = one(often), one(age), one(age)
    found = model.expected_of(*seen, 52) / model.alive(*seen)
    assert found == pytest.approx(expected, rel=1e-6)


POSITIVE = st.floats(0.01, 50)


@given(r=POSITIVE, alpha=POSITIVE, a=POSITIVE, b=POSITIVE, often=st.integers(0, 900))
def test_expectations_make_sense_whatever_the_parameters(
    r: float, alpha: float, a: float, b: float, often: int
) -> None:
    """Nobody buys less than nothing, no chance is above 1, and a longer horizon sells no less."""
    model = BgNbd(r=r, alpha=alpha, a=a, b=b)
    seen = one(often), one(300 if often else 0), one(365)
    (alive,) = model.alive(*seen)
    assert 0 <= alive <= 1
    (short,), (long,) = (model.expected_of(*seen, days) for days in (30, 365))
    assert np.isfinite(long)
    assert 0 <= short <= long * (1 + 1e-9) + 1e-9
