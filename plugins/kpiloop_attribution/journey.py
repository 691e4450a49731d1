"""A journey: the touches before a sale, in the order in which they happened."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

UNKNOWN = ""
"""The channel of a touch that tells none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One thing that brought the buyer nearer."""

    id: str
    kind: str
    channel: str
    campaign_id: str | None
    happened_at: datetime


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What a model is shown of a sale: at least one touch, the earliest first."""

    touches: tuple[Touch, ...]
    sold_at: datetime
    lead_at: datetime | None = None
    """When the first of the buyer's people became a lead."""
    opportunity_at: datetime | None = None
    """When the deal was created."""

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """The channel of each touch, in order."""
        return tuple(each.channel for each in self.touches)

    def place_at(self, moment: datetime | None) -> int | None:
        """The touch that led to a moment: the last one up to it, else the first of all.

        None where the moment is not known.
        """
        if moment is None:
            return None
        before = [n for n, each in enumerate(self.touches) if each.happened_at <= moment]
        return before[-1] if before else 0


Weights: TypeAlias = Sequence[float]
"""For each touch of a journey how much of the sale it is owed, beside the others; not negative."""

Rule: TypeAlias = Callable[[Journey], Weights]
"""A model that looks at one journey at a time. Plugins add theirs by the hook `kpiloop_models`,
with `of = "attribution"`."""

Paths: TypeAlias = Mapping[tuple[str, ...], int]
"""Channels in the order of touches → how many journeys went so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Travelled:
    """All journeys together, as channels: what a model that learns from data is shown."""

    sold: Paths
    unsold: Paths
    """Those of companies and people who never bought."""


def spread_over_channels(journey: Journey, effect: Mapping[str, float]) -> Weights:
    """What each channel is owed, in equal parts to its touches in the journey."""
    channels = journey.channels
    return [effect[each] / channels.count(each) for each in channels]


def channels_of(travelled: Travelled) -> tuple[str, ...]:
    """Every channel on any path, in order."""
    paths: Iterable[tuple[str, ...]] = (*travelled.sold, *travelled.unsold)
    return tuple(sorted({channel for path in paths for channel in path}))
