"""Who turns up when, by which channel and because of which campaign."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from kpiloop_sandbox.company.chance import Chance, Weighted
from kpiloop_sandbox.company.market import EVENT_CALM, EVENT_RUSH, HABITS, Habits
from kpiloop_sandbox.company.model import Campaign, Channel, Source
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.season import Season

_Running = dict[Channel, Weighted[Campaign]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A person's first contact: the moment in milliseconds, and what brought them."""

    at: int
    source: Source
    habits: Habits
    quality: float


class Arrivals:
    """The stream of people who find the company, day by day."""

    def __init__(
        self, options: CompanyOptions, season: Season, campaigns: Iterable[Campaign]
    ) -> None:
        self._season = season
        campaigns = tuple(campaigns)
        self._running = tuple(_running(campaigns, options, day) for day in range(season.days))

    def arrive(self, chance: Chance, share: float) -> Arrival:
        """The arrival at this share, 0 to 1, of all people in the order of their days."""
        day = self._season.day_at(share)
        running = self._running[day]
        channels = _EVENT_DAYS if Channel.EVENTS in running else _OTHER_DAYS
        channel = channels.pick(chance.share())
        habits = HABITS[channel]
        campaigns = running.get(channel)
        campaign = campaigns.pick(chance.share()) if campaigns else None
        return Arrival(
            at=self._season.moment(day, chance.share(), chance.share()),
            source=_source(chance, channel, habits, campaign),
            habits=habits,
            quality=campaign.quality if campaign else 1.0,
        )


def _running(campaigns: Iterable[Campaign], options: CompanyOptions, day: int) -> _Running:
    """The campaigns of a day by channel: the more money a day, the more people."""
    today = options.first_day + timedelta(days=day)
    by_channel: dict[Channel, list[tuple[Campaign, float]]] = {}
    for campaign in campaigns:
        if campaign.first_day <= today <= campaign.last_day:
            pair = (campaign, _daily_budget(campaign))
            by_channel.setdefault(campaign.channel, []).append(pair)
    return {channel: Weighted(pairs) for channel, pairs in by_channel.items()}


def _daily_budget(campaign: Campaign) -> float:
    days = (campaign.last_day - campaign.first_day).days + 1
    return 1e-6 + float(sum(item.amount for item in campaign.budget)) / days


def _source(chance: Chance, channel: Channel, habits: Habits, campaign: Campaign | None) -> Source:
    if campaign is None:
        detail = habits.details[chance.below(len(habits.details))]
        return Source(channel=channel, detail=detail)
    return Source(
        channel=channel,
        detail=campaign.utm_source,
        utm_source=campaign.utm_source,
        utm_medium=campaign.utm_medium,
        utm_campaign=campaign.utm_campaign,
    )


def _channels(event_factor: float) -> Weighted[Channel]:
    return Weighted(
        (channel, habits.share * (event_factor if channel is Channel.EVENTS else 1))
        for channel, habits in HABITS.items()
    )


_EVENT_DAYS = _channels(EVENT_RUSH)
_OTHER_DAYS = _channels(EVENT_CALM)
