"""Models that follow a rule: each looks at one journey alone."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from kpiloop_attribution.journey import Journey, Rule, Weights

_DAY = timedelta(days=1)
_U_ENDS, _W_PEAKS = 0.4, 0.3


def first(journey: Journey) -> Weights:
    """All to the touch that began it."""
    return [1.0, *[0.0] * (len(journey.touches) - 1)]


def last(journey: Journey) -> Weights:
    """All to the touch right before the sale."""
    return [*[0.0] * (len(journey.touches) - 1), 1.0]


def linear(journey: Journey) -> Weights:
    """The same to each touch."""
    return [1.0] * len(journey.touches)


def time_decay(half_life_days: float) -> Rule:
    """Half as much to a touch that is a half-life older, measured from the last one.

    From the last touch and not from the sale: the shares are the same, and no weight is so small
    that a computer takes it for nothing.
    """

    def weigh(journey: Journey) -> Weights:
        newest = journey.touches[-1].happened_at
        ages = [(newest - each.happened_at) / _DAY for each in journey.touches]
        return [0.5 ** (age / half_life_days) for age in ages]

    return weigh


def u_shaped(journey: Journey) -> Weights:
    """40 % to the first, 40 % to the last, 20 % to those between; half each where none is."""
    number = len(journey.touches)
    return _with_peaks(number, {0, number - 1} if number else set(), _U_ENDS)


def w_shaped(journey: Journey) -> Weights:
    """30 % each to the first, to the one that made a lead and to the one that made a deal.

    10 % go to the others. A touch that is two of them has both parts; a sale without a lead or a
    deal has fewer parts, each the larger for it.
    """
    places = [0, journey.place_at(journey.lead_at), journey.place_at(journey.opportunity_at)]
    weights = [0.0] * len(journey.touches)
    for place in places:
        if place is not None:
            weights[place] += _W_PEAKS
    return _fill(weights, 1 - 3 * _W_PEAKS)


def _with_peaks(number: int, places: set[int], peak: float) -> Weights:
    weights = [peak if place in places else 0.0 for place in range(number)]
    return _fill(weights, 1 - 2 * peak)


def _fill(weights: list[float], rest: float) -> Weights:
    """Share the rest among the touches that have nothing; where all have some, it falls away."""
    without = weights.count(0.0)
    return [weight or rest / without for weight in weights]


def rules(half_life_days: float) -> Mapping[str, Rule]:
    """The bundled rules by name."""
    return MappingProxyType(
        {
            "first": first,
            "last": last,
            "linear": linear,
            "time_decay": time_decay(half_life_days),
            "u_shaped": u_shaped,
            "w_shaped": w_shaped,
        }
    )
