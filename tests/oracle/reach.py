"""Whom one reached without seeing each: members of campaigns, posts, traffic in sums, figures."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal

from oracle.events import Events, ruled
from oracle.joining import Campaigns, plain
from oracle.records import Row, key_of

_MICRO = 10**6
_ECHO = ("impressions", "reach", "likes", "comments", "shares", "reposts", "reviews", "clicks")
_TOLD = ("breakdown", "page", "country", "page_views", "visits", "contacts", "last_day")


def campaign_members(rows: Iterable[Row], events: Events) -> Iterator[Row]:
    """The people of a campaign whom nobody excludes."""
    for row, person in events.counting(rows):
        yield {
            **{name: row[name] for name in ("source", "joined_at", "responded_at")},
            "id": key_of(row),
            "campaign_id": events.campaigns.of(row["source"], row["parent_id"]),
            "person_id": person.get("id"),
        }


def social_posts(rows: Iterable[Row], campaigns: Campaigns) -> Iterator[Row]:
    """Posts, with networks as page views name them."""
    for row in rows:
        network = plain(row["network"])
        if row["deleted_at"] is None:
            yield {
                **{name: row[name] for name in ("source", "product", "posted_at", *_ECHO)},
                "id": key_of(row),
                "network": "x" if network == "twitter" else network,
                "channel": "organic_social",
                "campaign_id": campaigns.of(row["source"], row["campaign_id"]),
            }


def traffic_periods(rows: Iterable[Row], events: Events) -> Iterator[Row]:
    """Traffic in sums; only what is of a single day has one."""
    for row in rows:
        if row["deleted_at"] is None:
            is_day = row["last_day"] in {None, row["first_day"]}
            yield {
                **{name: row[name] for name in ("source", *_TOLD)},
                "id": key_of(row),
                "channel": ruled(row, events.rules),
                "campaign_id": events.campaigns.named(row["utm_campaign"]),
                "traffic_day": row["first_day"] if is_day else None,
            }


def email_totals(rows: Iterable[Row], events: Events) -> Iterator[Row]:
    """What systems count for an e-mail, as of the day on which it was sent."""
    for row in rows:
        email = events.emails.get((row["source"], row["parent_id"]))
        if row["deleted_at"] is None and email is not None:
            yield {
                **{name: row[name] for name in ("source", "kind", "amount")},
                "id": key_of(row),
                "campaign_id": events.campaigns.of(email["source"], email["campaign_id"]),
                "variant": email["variant"],
                "sent_at": email["sent_at"],
            }


def figures(rows: Iterable[Row]) -> Iterator[Row]:
    """Each day's part of a number of no currency, which may be a piece of a millionth short."""
    for row in rows:
        ends = sorted(day for day in (row["first_day"], row["last_day"]) if day is not None)
        if row["deleted_at"] is None and row["amount"] is not None and ends:
            units, days = int(row["amount"] * _MICRO), (ends[-1] - ends[0]).days + 1
            for nth in range(days):
                part = units * (nth + 1) // days - units * nth // days
                yield {
                    **{name: row[name] for name in ("source", "name", "channel")},
                    **{name: row[name] for name in ("product", "country")},
                    "id": f"{key_of(row)}:{nth}",
                    "figure_day": ends[0] + timedelta(days=nth),
                    "amount": Decimal(part) / _MICRO,
                }
