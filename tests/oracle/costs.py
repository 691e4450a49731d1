"""Costs, cut into days whose parts add up exactly."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kpiloop.engine.resolve.rules import Rules
from oracle.deals import first, in_home_currency
from oracle.people import Contacts
from oracle.records import Row, day_in

UNITS = 10_000
DAY = timedelta(days=1)


def campaigns_by_channel(campaigns: Mapping[str, Row], contacts: Contacts) -> dict[str, Row]:
    """Campaigns with a channel: their own, else the one by which most of their contacts came."""
    found: dict[str, Row] = {}
    for key, row in campaigns.items():
        channels = Counter(
            each["channel"]
            for each in contacts.counting.values()
            if each["campaign_key"] == key and each["channel"] is not None
        )
        most = min(channels, key=lambda channel: (-channels[channel], channel), default=None)
        found[key] = {**row, "channel": first(row["channel"], most)}
    return found


def parts(units: int, weights: list[int]) -> list[int]:
    """A whole number cut by weights; the parts add up to it, and those of a refund mirror it."""
    if units < 0:
        return [-part for part in parts(-units, weights)]
    whole, before, found = sum(weights), 0, []
    for weight in weights:
        found.append(units * (before + weight) // whole - units * before // whole)
        before += weight
    return found


def cost_days(
    costs: Iterable[Row], campaigns: Mapping[str, Row], intervals: Iterable[Row], rules: Rules
) -> list[Row]:
    """What every day cost; the settings' costs go before the vendors' of the same kind and day."""
    stated = [day for cost in rules.costs for day in _stated(cost, campaigns, rules)]
    taken = {(row["kind"], row["cost_day"]) for row in stated}
    booked = [
        day
        for cost in costs
        if cost["deleted_at"] is None
        for day in _booked(cost, campaigns, rules)
        if (day["kind"], day["cost_day"]) not in taken
    ]
    rows = [*stated, *booked]
    return _spread(rows, intervals, rules) if rules.spread_sales_cost else rows


def _stated(cost: Any, campaigns: Mapping[str, Row], rules: Rules) -> Iterator[Row]:
    names = ("kind", "department", "channel", "campaign_id", "product", "amount", "currency")
    row = {name: getattr(cost, name) for name in names}
    return _days({**row, "source": "config"}, cost.first_day, cost.last_day, campaigns, rules)


def _booked(cost: Row, campaigns: Mapping[str, Row], rules: Rules) -> Iterator[Row]:
    campaign = campaigns.get(cost["campaign_key"] or "", {})
    first_day, last_day = _ends(cost["first_day"], cost["last_day"])
    if first_day is None:
        first_day, last_day = _ends(campaign.get("starts_on"), campaign.get("ends_on"))
    if first_day is None:
        first_day = last_day = day_in(rules.zone, campaign.get("created_at"))
    row = {**cost, "campaign_id": cost["campaign_key"]}
    if first_day and last_day and cost["amount"] is not None:
        yield from _days(row, first_day, last_day, campaigns, rules)


def _ends(first_day: date | None, last_day: date | None) -> tuple[date | None, date | None]:
    """A span of which only one end is known is that day; one that is upside down is turned."""
    known = [day for day in (first_day, last_day) if day is not None]
    return min(known, default=None), max(known, default=None)


def _days(
    row: Row, first_day: date, last_day: date, campaigns: Mapping[str, Row], rules: Rules
) -> Iterator[Row]:
    count = (last_day - first_day).days + 1
    campaign = campaigns.get(row["campaign_id"] or "", {})
    for place, part in enumerate(parts(int(row["amount"] * UNITS), [1] * count)):
        day = first_day + place * DAY
        yield {
            "kind": row["kind"],
            "department": row["department"],
            "channel": first(row["channel"], campaign.get("channel")),
            "campaign_id": row["campaign_id"],
            "product": first(row["product"], campaign.get("product")),
            "source": row["source"],
            "cost_day": day,
            "amount_home": in_home_currency(Decimal(part) / UNITS, row["currency"], day, rules),
        }


def _spread(rows: list[Row], intervals: Iterable[Row], rules: Rules) -> list[Row]:
    """Divide sales cost without a channel among the channels of the month's new customers."""
    new: dict[tuple[int, int], Counter[str | None]] = {}
    for interval in intervals:
        if interval["is_first"]:
            day = day_in(rules.zone, interval["started_at"])
            assert day is not None
            new.setdefault((day.year, day.month), Counter())[interval["channel"]] += 1
    found: list[Row] = []
    for row in rows:
        month = new.get((row["cost_day"].year, row["cost_day"].month))
        is_open = row["department"] == "sales" and row["channel"] is None
        found += _by_channel(row, month) if is_open and month else [row]
    return found


def _by_channel(row: Row, customers: Mapping[str | None, int]) -> list[Row]:
    channels = sorted(customers, key=lambda channel: (channel is not None, channel))
    amount = row["amount_home"]
    if amount is None:
        return [{**row, "channel": channel} for channel in channels]
    units = parts(int(amount * UNITS), [customers[each] for each in channels])
    return [
        {**row, "channel": channel, "amount_home": Decimal(part) / UNITS}
        for channel, part in zip(channels, units, strict=True)
    ]
