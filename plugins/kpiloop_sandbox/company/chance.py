"""Seeded chance: every draw of the demo company comes from here."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from math import log
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

_STREAM_BITS = 40


class Chance:
    """One stream of draws; streams of the same seed do not touch each other.

    An account has a stream of its own: what one draws shifts nothing for the others.
    """

    __slots__ = ("_random", "share")

    def __init__(self, seed: int, stream: int) -> None:
        self._random = Random((seed << _STREAM_BITS) + stream)  # noqa: S311 - a demo, no secret
        self.share = self._random.random  # bound once: it is drawn a dozen times per contact

    def happens(self, probability: float) -> bool:
        """Whether something of this probability, 0 to 1, happens this time."""
        return self.share() < probability

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, the limit."""
        return int(self.share() * limit)

    def spread(self, median: float, sigma: float) -> float:
        """A log-normal draw: half the draws are below the median, a few are far above."""
        return self._random.lognormvariate(log(median), sigma)


class Weighted(Generic[T]):
    """A table from which things are picked as often as their weights say."""

    __slots__ = ("_edges", "_items", "_total")

    def __init__(self, weights: Iterable[tuple[T, float]]) -> None:
        pairs = tuple(weights)
        self._items = tuple(item for item, _ in pairs)
        edges = tuple(accumulate(weight for _, weight in pairs))
        self._total = edges[-1]
        self._edges = edges[:-1]  # without the last one, a share of almost 1 stays inside

    def pick(self, share: float) -> T:
        """The thing at this share, 0 to 1, of the table."""
        return self._items[bisect_right(self._edges, share * self._total)]
