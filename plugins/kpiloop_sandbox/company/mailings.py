"""The mailings of the demo company: a newsletter every month, invitations, news for customers.

They belong to the campaigns of the company where there is one: the same name in the links. They
draw from no chance at all, so the rest of the company is what it would be without them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kpiloop_sandbox.company.model import Campaign, Channel
from kpiloop_sandbox.company.options import CompanyOptions, midnight

_TUESDAY, _THURSDAY = 1, 3
_NEWS_MONTHS = (2, 5, 8, 11)
_SENT_AT = timedelta(hours=8, minutes=5)
_INVITED_BEFORE = timedelta(days=8)
_WRITTEN_BEFORE = timedelta(days=6)
_TESTED_MONTHS = (3, 9)
_SITE = "https://www.acme.example"


class Readers(StrEnum):
    """Whom a mailing goes to."""

    NEWSLETTER = "newsletter"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """One e-mail to many; it has two subjects where they are tested against each other.

    `campaign` is the key of the company's campaign that it belongs to, if there is one.
    """

    key: int
    name: str
    readers: Readers
    subjects: tuple[str, ...]
    campaign: int | None
    utm_campaign: str
    written_at: datetime
    sent_at: datetime
    links: tuple[str, ...]


def plan_mailings(options: CompanyOptions, campaigns: Iterable[Campaign]) -> tuple[Mailing, ...]:
    """Every mailing that was sent within the company's span, oldest first."""
    drafts = [*_from_campaigns(campaigns), *_news(options)]
    sent = [each for each in drafts if options.start <= each.sent_at < options.end]
    sent.sort(key=lambda each: (each.sent_at, each.name))
    return tuple(
        Mailing(
            key=key,
            name=each.name,
            readers=each.readers,
            subjects=each.subjects,
            campaign=each.campaign,
            utm_campaign=each.utm_campaign,
            written_at=each.sent_at - _WRITTEN_BEFORE,
            sent_at=each.sent_at,
            links=_links(each.utm_campaign, each.page),
        )
        for key, each in enumerate(sent)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A mailing before it has a number; `page` is what it is about."""

    name: str
    readers: Readers
    subjects: tuple[str, ...]
    utm_campaign: str
    sent_at: datetime
    page: str
    campaign: int | None = None


def _from_campaigns(campaigns: Iterable[Campaign]) -> Iterator[_Draft]:
    for each in campaigns:
        if each.channel is Channel.EMAIL:
            yield _newsletter(each)
        elif each.channel is Channel.EVENTS:
            yield _invitation(each)


def _newsletter(campaign: Campaign) -> _Draft:
    subjects: tuple[str, ...] = (f"Acme news, {campaign.first_day:%B %Y}",)
    if campaign.first_day.month in _TESTED_MONTHS:
        subjects += ("Five minutes that save you a day",)
    return _Draft(
        name=campaign.name,
        readers=Readers.NEWSLETTER,
        subjects=subjects,
        campaign=campaign.key,
        utm_campaign=campaign.utm_campaign,
        sent_at=_morning(campaign.first_day, _TUESDAY),
        page="blog",
    )


def _invitation(campaign: Campaign) -> _Draft:
    return _Draft(
        name=f"Invitation {campaign.name}",
        readers=Readers.NEWSLETTER,
        subjects=(f"You are invited: {campaign.name}",),
        campaign=campaign.key,
        utm_campaign=campaign.utm_campaign,
        sent_at=midnight(campaign.first_day) - _INVITED_BEFORE + _SENT_AT,
        page="events",
    )


def _news(options: CompanyOptions) -> Iterator[_Draft]:
    """Product news for customers, every three months; no campaign was planned for them."""
    for year in range(options.first_day.year, options.until.year + 1):
        for month in _NEWS_MONTHS:
            first = date(year, month, 1)
            yield _Draft(
                name=f"Product news {first:%Y-%m}",
                readers=Readers.CUSTOMERS,
                subjects=(f"What is new in your product, {first:%B %Y}",),
                utm_campaign=f"product-news-{first:%Y-%m}",
                sent_at=_morning(first + timedelta(days=7), _THURSDAY),
                page="releases",
            )


def _morning(day: date, weekday: int) -> datetime:
    """The morning of the first such weekday from this day on."""
    return midnight(day + timedelta(days=(weekday - day.weekday()) % 7)) + _SENT_AT


def _links(utm_campaign: str, page: str) -> tuple[str, ...]:
    tail = f"utm_source=newsletter&utm_medium=email&utm_campaign={utm_campaign}"
    return tuple(f"{_SITE}/{each}?{tail}" for each in (page, "demo", "pricing"))
