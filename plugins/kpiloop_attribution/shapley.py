"""Attribution by Shapley: what each channel adds, on average over all orders of joining.

A set of channels is worth the sales all of whose channels are in it. Of this game the Shapley value
is known exactly, without going through the sets: each sale is shared equally by the channels on its
way. So it needs neither sampling nor a limit on the number of channels; a test compares it with the
definition over all sets. How often and in which order a channel was touched says nothing here.
"""

from kpiloop_attribution.journey import Journey, Weights, spread_over_channels


def shapley(journey: Journey) -> Weights:
    """The same to each channel, in equal parts to its touches."""
    return spread_over_channels(journey, dict.fromkeys(journey.channels, 1.0))
