"""Attribution by a Markov chain: how many sales would be missing without a channel.

Each journey is a walk from channel to channel that ends in a sale or in none; the next step depends
on the channel alone (order 1). Removing a channel sends everyone who comes to it to the end without
a sale. The share of all sales that is lost so is its removal effect, worked out exactly.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kpiloop_attribution.journey import (
    Journey,
    Rule,
    Travelled,
    Weights,
    channels_of,
    spread_over_channels,
)

_START, _SOLD, _LOST = object(), object(), object()


def markov(travelled: Travelled) -> Rule:
    """The rule that shares each sale by the removal effects of the channels on its way."""
    effects = removal_effects(travelled)

    def weigh(journey: Journey) -> Weights:
        return spread_over_channels(journey, effects)

    return weigh


def removal_effects(travelled: Travelled) -> Mapping[str, float]:
    """Channel → the share of all sales that would be missing without it; several may be 1."""
    channels = channels_of(travelled)
    chain = _Chain(channels)
    for path, times in sorted(travelled.sold.items()):
        chain.walk(path, _SOLD, times)
    for path, times in sorted(travelled.unsold.items()):
        chain.walk(path, _LOST, times)
    whole = chain.chance_of_sale(channels)
    if not whole:
        return dict.fromkeys(channels, 0.0)
    return {
        removed: 1 - chain.chance_of_sale([each for each in channels if each != removed]) / whole
        for removed in channels
    }


@dataclass(frozen=True, slots=True)
class _Chain:
    """How often each step was taken."""

    channels: Sequence[str]
    steps: Counter[tuple[object, object]] = field(default_factory=Counter[tuple[object, object]])
    left: Counter[object] = field(default_factory=Counter[object])

    def walk(self, path: Sequence[str], end: object, times: int) -> None:
        """Take the steps of a path so many times."""
        places = (_START, *path, end)
        for here, there in pairwise(places):
            self.steps[here, there] += times
            self.left[here] += times

    def chance_of_sale(self, present: Sequence[str]) -> float:
        """How likely a walk ends in a sale, if it may only come to these channels."""
        chances = _solved(
            [
                [float(here == there) - self._chance(here, there) for there in present]
                for here in present
            ],
            [self._chance(here, _SOLD) for here in present],
        )
        return self._chance(_START, _SOLD) + sum(
            self._chance(_START, channel) * chance
            for channel, chance in zip(present, chances, strict=True)
        )

    def _chance(self, here: object, there: object) -> float:
        times = self.left[here]
        return self.steps[here, there] / times if times else 0.0


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of linear equations, by Gauss with the largest pivot first.

    There is one: from every channel that occurs, walks come to an end.
    """
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(len(rows)):
        pivot = max(range(column, len(rows)), key=lambda place: abs(rows[place][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in rows[column + 1 :]:
            factor = row[column] / rows[column][column]
            if factor:
                for place in range(column, len(row)):
                    row[place] -= factor * rows[column][place]
    solution = [0.0] * len(rows)
    for place in reversed(range(len(rows))):
        row = rows[place]
        known = sum(row[each] * solution[each] for each in range(place + 1, len(rows)))
        solution[place] = (row[-1] - known) / row[place]
    return solution
