"""BG/NBD: how often customers buy, and when they leave without a word.

Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, Marketing Science 24 (2005). While
alive, one buys at random at a rate of its own (over customers: gamma, r and alpha), and after each
purchase leaves with a probability of its own (beta, a and b).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, gammaln

from kpiloop_clv.optimum import Floats, Slopes, most_likely

_LARGEST = 600.0
"""Of an exponent: what is less likely than this is as good as gone."""

_SMALLEST = 1e-9
"""Of a number of purchases: what all further ones add up to is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BgNbd:
    """The model with its four parameters; times in the unit that alpha is in."""

    r: float
    alpha: float
    a: float
    b: float

    @classmethod
    def fitted(cls, frequency: Floats, recency: Floats, age: Floats, customers: Floats) -> "BgNbd":
        """The parameters under which what so many customers each did is most likely."""
        # In units of the longest time, so that one start is near enough for all companies.
        longest = float(max(age.max(), 1.0))

        def likelihood(parameters: Sequence[float]) -> tuple[Floats, Slopes]:
            r, alpha, a, b = parameters
            model, seen = cls(r=r, alpha=alpha, a=a, b=b), (recency / longest, age / longest)
            return model.log_likelihood(frequency, *seen), model.slopes(frequency, *seen)

        r, alpha, a, b = most_likely(likelihood, 4, customers)
        return cls(r=r, alpha=alpha * longest, a=a, b=b)

    def log_likelihood(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """Of each customer: formula (6) of the paper, its sum taken in logarithms."""
        r, alpha, a, b, x = self.r, self.alpha, self.a, self.b, frequency
        buying = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        staying = betaln(a, b + x) - betaln(a, b)
        still_there = np.log1p(self._odds_of_leaving(x, recency, age)) - (r + x) * np.log(
            alpha + age
        )
        likelihoods: Floats = buying + staying + still_there
        return likelihoods

    def slopes(self, frequency: Floats, recency: Floats, age: Floats) -> Slopes:
        """By how much each log-likelihood grows with r, alpha, a and b."""
        r, alpha, a, b, x = self.r, self.alpha, self.a, self.b, frequency
        left = 1 - self.alive(x, recency, age)
        longer = np.log((alpha + age) / (alpha + recency))
        while_staying = digamma(a + b) - digamma(a + b + x)
        by_r = digamma(r + x) - digamma(r) + np.log(alpha / (alpha + age)) + left * longer
        before, until = 1 / (alpha + recency), 1 / (alpha + age)
        by_alpha = r / alpha - (r + x) * (until - left * (until - before))
        by_a = while_staying + left / a
        by_b = while_staying + digamma(b + x) - digamma(b) - left / (b + np.maximum(x, 1) - 1)
        return by_r, by_alpha, by_a, by_b

    def alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """How likely each customer still buys; who bought once has had no occasion to leave."""
        return 1 / (1 + self._odds_of_leaving(frequency, recency, age))

    def expected(self, horizon: float) -> float:
        """How many repeat purchases a new customer makes up to the horizon."""
        new = np.zeros(1)
        return float(self.expected_of(new, new, new, horizon)[0])

    def expected_of(
        self, frequency: Floats, recency: Floats, age: Floats, horizon: float
    ) -> Floats:
        """How many purchases each makes from now to the horizon: formula (10) of the paper.

        Where it has a hypergeometric function, which ends beyond what floats hold, here the same is
        added up: each further purchase happens if there are so many by then, and one still stays.
        """
        kinds, kind_of = np.unique(np.stack([frequency, age]), axis=1, return_inverse=True)
        if_alive = self._if_alive(kinds[0], kinds[1], horizon)
        return if_alive[kind_of.reshape(-1)] * self.alive(frequency, recency, age)

    def _if_alive(self, frequency: Floats, age: Floats, horizon: float) -> Floats:
        rate, stays = self.r + frequency, np.ones_like(frequency)
        passed = horizon / (self.alpha + age + horizon)
        # Logarithm of the chance of exactly n purchases, if none of them makes one leave.
        exactly = rate * np.log1p(-passed)
        more = -np.expm1(exactly)
        expected, number = more.copy(), 0
        while (more * stays > _SMALLEST * (1 - passed)).any():
            stays *= (self.b + frequency + number) / (self.a + self.b + frequency + number)
            exactly += np.log((rate + number) / (number + 1) * passed)
            more = np.maximum(more - np.exp(exactly), 0.0)
            expected += more * stays
            number += 1
        return expected

    def _odds_of_leaving(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        """That each customer left after its last purchase, against that it is still there."""
        again = np.maximum(frequency, 1)
        silence = (self.r + frequency) * np.log((self.alpha + age) / (self.alpha + recency))
        odds = np.exp(np.minimum(silence, _LARGEST)) * self.a / (self.b + again - 1)
        return np.where(frequency > 0, odds, 0.0)
