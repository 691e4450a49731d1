"""Both models together: fitted to all customers, and asked about each."""

from collections.abc import Sequence

import numpy as np

from kpiloop_clv.bg_nbd import BgNbd
from kpiloop_clv.gamma_gamma import GammaGamma
from kpiloop_clv.optimum import Floats
from kpiloop_clv.prediction import Buying, Forecast, Parameters, Spending


def fitted(buying: Sequence[Buying], spending: Sequence[Spending]) -> Parameters:
    """The parameters under which the purchases are most likely."""
    often = BgNbd.fitted(*_columns(buying))
    much = GammaGamma.fitted(*_columns(spending))
    return Parameters(
        r=often.r, alpha=often.alpha, a=often.a, b=often.b, p=much.p, q=much.q, v=much.v
    )


def forecasts(
    parameters: Parameters,
    buying: Sequence[Buying],
    spending: Sequence[Spending],
    horizon_days: int,
) -> Sequence[Forecast]:
    """What is expected of each customer, of which both are given in the same order."""
    if not buying:
        return []
    often = BgNbd(r=parameters.r, alpha=parameters.alpha, a=parameters.a, b=parameters.b)
    much = GammaGamma(p=parameters.p, q=parameters.q, v=parameters.v)
    frequency, recency, age, _ = _columns(buying)
    purchases, mean, _ = _columns(spending)
    alive = often.alive(frequency, recency, age)
    expected = often.expected_of(frequency, recency, age, horizon_days)
    amounts = much.mean_of(purchases, mean)
    return [
        Forecast(*each)
        for each in zip(alive.tolist(), expected.tolist(), amounts.tolist(), strict=True)
    ]


def _columns(rows: Sequence[Sequence[object]]) -> Sequence[Floats]:
    return [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]
