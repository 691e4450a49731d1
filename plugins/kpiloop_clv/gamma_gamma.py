"""Gamma-Gamma: how much customers spend on each purchase.

Fader and Hardie, The Gamma-Gamma Model of Monetary Value (2013). Amounts vary around a mean of
the customer's own (gamma, p), which varies over customers (gamma, q and v) and has nothing to do
with how often they buy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from kpiloop_clv.optimum import Floats, Slopes, most_likely


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaGamma:
    """The model with its three parameters; v is in money."""

    p: float
    q: float
    v: float

    @classmethod
    def fitted(cls, purchases: Floats, mean: Floats, customers: Floats) -> "GammaGamma":
        """The parameters under which the means of so many customers each are most likely."""
        # In units of the overall mean: the same start is near enough in every currency.
        usual = float((mean * customers).sum() / customers.sum())

        def likelihood(parameters: Sequence[float]) -> tuple[Floats, Slopes]:
            p, above_1, v = parameters
            model = cls(p=p, q=1 + above_1, v=v)
            seen = purchases, mean / usual
            return model.log_likelihood(*seen), model.slopes(*seen)

        p, above_1, v = most_likely(likelihood, 3, customers)
        return cls(p=p, q=1 + above_1, v=v * usual)

    @property
    def mean(self) -> float:
        """What customers spend on a purchase, on average: there is one, for q is above 1."""
        return self.p * self.v / (self.q - 1)

    def log_likelihood(self, purchases: Floats, mean: Floats) -> Floats:
        """Of each customer's mean amount over so many purchases: formula (1a) of the paper."""
        p, q, v, x = self.p, self.q, self.v, purchases
        shapes = gammaln(p * x + q) - gammaln(p * x) - gammaln(q)
        known = q * np.log(v) + (p * x - 1) * np.log(mean) + p * x * np.log(x)
        likelihoods: Floats = shapes + known - (p * x + q) * np.log(v + x * mean)
        return likelihoods

    def slopes(self, purchases: Floats, mean: Floats) -> Slopes:
        """By how much each log-likelihood grows with p, q and v."""
        p, q, v, x = self.p, self.q, self.v, purchases
        spent = np.log(v + x * mean)
        by_p = x * (digamma(p * x + q) - digamma(p * x) + np.log(x * mean) - spent)
        by_q = digamma(p * x + q) - digamma(q) + np.log(v) - spent
        by_v = q / v - (p * x + q) / (v + x * mean)
        return by_p, by_q, by_v

    def mean_of(self, purchases: Floats, mean: Floats) -> Floats:
        """What each customer will spend on a purchase: between its own mean and that of all."""
        return self.p * (self.v + purchases * mean) / (self.p * purchases + self.q - 1)
