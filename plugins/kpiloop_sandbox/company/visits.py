"""Who looks at the demo company's web site: people on their way to becoming known, and strangers.

Every person and every day of strangers has a stream of chance of its own, far from those of the
accounts: what is drawn here changes nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kpiloop_sandbox.company.chance import Chance, Weighted
from kpiloop_sandbox.company.model import Channel, Person, Source
from kpiloop_sandbox.company.options import CompanyOptions, midnight

SITE = "www.acme.example"
_PEOPLE = 7 << 36
_STRANGERS = _PEOPLE + (1 << 35)
_STRANGERS_PER_PERSON = 6.0
_PEOPLE_COME_BACK = 0.5
_MOST_PAGES = 6
_NIGHT_ENDS = 6 * 60
_MINUTES_AWAKE = 16 * 60

_PAGES = Weighted(
    (
        ("/", 0.3), ("/pricing", 0.16), ("/products/starter", 0.1),
        ("/products/professional", 0.12), ("/products/enterprise", 0.06), ("/training", 0.05),
        ("/blog/forecasting", 0.09), ("/blog/quality", 0.07), ("/about", 0.05),
    )
)  # fmt: skip
_WAYS = Weighted(
    (
        (Channel.ORGANIC_SEARCH, 0.41), (Channel.DIRECT, 0.27), (Channel.REFERRAL, 0.1),
        (Channel.SOCIAL, 0.1), (Channel.PAID_SEARCH, 0.07), (Channel.PAID_SOCIAL, 0.05),
    )
)  # fmt: skip
_DETAILS = {
    Channel.ORGANIC_SEARCH: ("google", "bing", "duckduckgo"),
    Channel.REFERRAL: ("partner.example", "review-site.example", "association.example"),
    Channel.SOCIAL: ("linkedin", "mastodon", "facebook"),
    Channel.PAID_SEARCH: ("google",),
    Channel.PAID_SOCIAL: ("linkedin", "facebook"),
    Channel.DIRECT: ("",),
}
_MEDIA = {Channel.PAID_SEARCH: "cpc", Channel.PAID_SOCIAL: "paid_social"}
_REFERRERS = {
    "google": "https://www.google.com/",
    "bing": "https://www.bing.com/",
    "duckduckgo": "https://duckduckgo.com/",
    "linkedin": "https://www.linkedin.com/",
    "facebook": "https://l.facebook.com/",
    "mastodon": "https://mastodon.example/@acme",
}
_NETS = ("192.0.2", "198.51.100", "203.0.113")
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Version/18.0 Safari/605.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Pages that one browser showed one after the other; the referrer is the first one's."""

    ip: str
    agent: str
    referrer: str
    utm: tuple[tuple[str, str], ...]
    views: tuple[tuple[datetime, str], ...]
    """When which page was shown, oldest first."""


def visits(options: CompanyOptions, people: Iterable[Person], since: datetime) -> Iterator[Visit]:
    """Every visit that begins at or after `since` and before the end of the company's span."""
    for person in people:
        if since <= person.created_at < options.end:
            yield from _of_person(options, person)
    day = max(since, options.start)
    while day < options.end:
        yield from _strangers(options, midnight(day.date()))
        day += timedelta(days=1)


def _of_person(options: CompanyOptions, person: Person) -> Iterator[Visit]:
    """The visit that ended with a form, and perhaps one more some days later."""
    chance = Chance(options.seed, _PEOPLE + person.key)
    ip, agent = _ip(chance), AGENTS[chance.below(len(AGENTS))]
    pages = _pages(chance)
    began = person.created_at - timedelta(minutes=2 * len(pages))
    first = _visit(chance, ip, agent, person.source, began=began, pages=(*pages, "/thank-you"))
    if first.views[-1][0] < options.end:
        yield first
    back = person.created_at + timedelta(hours=6 + 240 * chance.share())
    if chance.happens(_PEOPLE_COME_BACK) and back + timedelta(hours=1) < options.end:
        direct = Source(channel=Channel.DIRECT, detail="")
        yield _visit(chance, ip, agent, direct, began=back, pages=_pages(chance))


def _strangers(options: CompanyOptions, day: datetime) -> Iterator[Visit]:
    chance = Chance(options.seed, _STRANGERS + (day - options.start).days)
    number = options.contacts / options.days * _STRANGERS_PER_PERSON
    for _ in range(round(number * (0.5 + chance.share()))):
        channel = _WAYS.pick(chance.share())
        details = _DETAILS[channel]
        detail = details[chance.below(len(details))]
        medium = _MEDIA.get(channel, "")
        source = Source(
            channel=channel,
            detail=detail,
            utm_source=detail if medium else "",
            utm_medium=medium,
        )
        began = day + timedelta(minutes=_NIGHT_ENDS + _MINUTES_AWAKE * chance.share())
        ip, agent = _ip(chance), AGENTS[chance.below(len(AGENTS))]
        yield _visit(chance, ip, agent, source, began=began, pages=_pages(chance))


def _visit(  # noqa: PLR0913 - what makes a visit
    chance: Chance,
    ip: str,
    agent: str,
    source: Source,
    *,
    began: datetime,
    pages: tuple[str, ...],
) -> Visit:
    views: list[tuple[datetime, str]] = []
    moment = began.replace(microsecond=0)
    for page in pages:
        views.append((moment, page))
        moment += timedelta(seconds=20 + chance.below(100))
    utm = (
        ("utm_source", source.utm_source),
        ("utm_medium", source.utm_medium),
        ("utm_campaign", source.utm_campaign),
    )
    return Visit(
        ip=ip,
        agent=agent,
        referrer=_referrer(source),
        utm=tuple((name, value) for name, value in utm if value),
        views=tuple(views),
    )


def _referrer(source: Source) -> str:
    if source.channel is Channel.REFERRAL and source.detail:
        return f"https://{source.detail}/"
    if source.channel in {Channel.ORGANIC_SEARCH, Channel.SOCIAL, *_MEDIA}:
        return _REFERRERS.get(source.detail, "")
    return ""


def _pages(chance: Chance) -> tuple[str, ...]:
    return tuple(_PAGES.pick(chance.share()) for _ in range(1 + chance.below(_MOST_PAGES - 1)))


def _ip(chance: Chance) -> str:
    return f"{_NETS[chance.below(len(_NETS))]}.{1 + chance.below(254)}"
