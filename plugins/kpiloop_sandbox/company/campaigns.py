"""The campaigns of the demo company: planned by the month, paid for by the lead."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.market import EVENT_RUSH, HABITS, HOME_CURRENCY
from kpiloop_sandbox.company.model import Campaign, Channel, MoneyItem
from kpiloop_sandbox.company.names import plain
from kpiloop_sandbox.company.options import CompanyOptions, midnight
from kpiloop_sandbox.company.season import Season

CAMPAIGN_STREAM = 0

_QUALITY_SPREAD = 0.22
_PRICE_SPREAD = 0.12
_CENT = Decimal("0.01")
_CREATIVE_SHARE = Decimal("0.2")
_PLANNED_AHEAD = timedelta(days=21)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A sort of campaign: in which months of the year one begins and how many days it lasts.

    `leads` is the share of its channel's leads that it pays for while it runs.
    """

    channel: Channel
    title: str
    utm_source: str
    utm_medium: str
    months: tuple[int, ...]
    days: int
    leads: float


_EVERY_MONTH = tuple(range(1, 13))
_KINDS = (
    _Kind(channel=Channel.PAID_SEARCH, title="Search brand", utm_source="google",
          utm_medium="cpc", months=(1, 4, 7, 10), days=91, leads=0.35),
    _Kind(channel=Channel.PAID_SEARCH, title="Search product", utm_source="google",
          utm_medium="cpc", months=(1, 4, 7, 10), days=91, leads=0.65),
    _Kind(channel=Channel.PAID_SOCIAL, title="LinkedIn white paper", utm_source="linkedin",
          utm_medium="paid_social", months=(1, 3, 5, 7, 9, 11), days=61, leads=0.7),
    _Kind(channel=Channel.PAID_SOCIAL, title="Facebook video", utm_source="facebook",
          utm_medium="paid_social", months=(2, 6, 10), days=45, leads=0.3),
    _Kind(channel=Channel.EMAIL, title="Newsletter", utm_source="newsletter",
          utm_medium="email", months=_EVERY_MONTH, days=31, leads=1.0),
    _Kind(channel=Channel.EVENTS, title="Trade fair", utm_source="trade_fair",
          utm_medium="event", months=(3, 9), days=6, leads=1.0),
    _Kind(channel=Channel.EVENTS, title="Webinar", utm_source="webinar",
          utm_medium="event", months=(2, 5, 8, 11), days=15, leads=1.0),
)  # fmt: skip


def plan_campaigns(options: CompanyOptions, season: Season) -> tuple[Campaign, ...]:
    """Every campaign that began before the span's end, in the order of their first days."""
    chance = Chance(options.seed, CAMPAIGN_STREAM)
    planned = [
        (first_day, kind)
        for first_of_month in _months(options)
        for kind in _KINDS
        if first_of_month.month in kind.months
        and (first_day := _first_day(kind, first_of_month)) < options.until
    ]
    planned.sort(key=lambda plan: plan[0])
    drafts = (
        _campaign(key, kind, first_day, chance) for key, (first_day, kind) in enumerate(planned)
    )
    return tuple(
        _paid(draft, options=options, leads=_leads(draft, kind, options, season), chance=chance)
        for draft, (_, kind) in zip(drafts, planned, strict=True)
    )


def _months(options: CompanyOptions) -> Iterator[date]:
    first = options.first_day.replace(day=1)
    while first < options.until:
        if first >= options.first_day:
            yield first
        first += timedelta(days=monthrange(first.year, first.month)[1])


def _first_day(kind: _Kind, first_of_month: date) -> date:
    """Events begin on the first Tuesday after the 9th, all else with its month."""
    if kind.channel is not Channel.EVENTS:
        return first_of_month
    tenth = first_of_month.replace(day=10)
    return tenth + timedelta(days=(1 - tenth.weekday()) % 7)


def _campaign(key: int, kind: _Kind, first_day: date, chance: Chance) -> Campaign:
    name = f"{kind.title} {first_day:%Y-%m}"
    return Campaign(
        key=key,
        name=name,
        channel=kind.channel,
        utm_source=kind.utm_source,
        utm_medium=kind.utm_medium,
        utm_campaign=plain(name),
        first_day=first_day,
        last_day=first_day + timedelta(days=kind.days - 1),
        quality=round(chance.spread(1.0, _QUALITY_SPREAD), 3),
        currency=HOME_CURRENCY,
        budget=(),
        spend=(),
    )


def _leads(draft: Campaign, kind: _Kind, options: CompanyOptions, season: Season) -> float:
    """How many people the campaign will bring: what it costs follows from them."""
    people = options.contacts * season.share_between(draft.first_day, draft.last_day)
    rush = EVENT_RUSH if draft.channel is Channel.EVENTS else 1.0
    return people * rush * HABITS[draft.channel].share * kind.leads


def _paid(draft: Campaign, *, options: CompanyOptions, leads: float, chance: Chance) -> Campaign:
    """The campaign with its money: spend by the month up to now, and a budget made before."""
    cost = leads * HABITS[draft.channel].lead_cost * chance.spread(1.0, _PRICE_SPREAD)
    spend = tuple(_spend(draft, Decimal(cost), options))
    planned = (Decimal(cost) * Decimal(90 + chance.below(25)) / 100).quantize(Decimal(10))
    creative = (planned * _CREATIVE_SHARE).quantize(_CENT)
    decided = midnight(draft.first_day - _PLANNED_AHEAD)
    budget = (
        MoneyItem(name="Media", amount=planned - creative, booked_at=decided),
        MoneyItem(name="Creative work", amount=creative, booked_at=decided),
    )
    return replace(draft, budget=budget, spend=spend)


def _spend(draft: Campaign, cost: Decimal, options: CompanyOptions) -> Iterator[MoneyItem]:
    """One item per calendar month of the campaign that has passed, by its days."""
    days = (draft.last_day - draft.first_day).days + 1
    first, stop = draft.first_day, min(draft.last_day + timedelta(days=1), options.until)
    while first < stop:
        month = first.replace(day=1)
        after = min(month + timedelta(days=monthrange(month.year, month.month)[1]), stop)
        amount = (cost * (after - first).days / days).quantize(_CENT)
        yield MoneyItem(name=f"Invoice {month:%Y-%m}", amount=amount, booked_at=midnight(after))
        first = after
