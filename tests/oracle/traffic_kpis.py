"""The KPIs of what brings visitors, and of what they, recipients and followers do then.

Nothing here reads a pack.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TypeAlias

from oracle.answers import Answer, Kpi, conversion, conversion_in_period, count, count_of, quotient
from oracle.basic_kpis import cost, may_belong
from oracle.event_kpis import distinct_views, emails
from oracle.records import Row
from oracle.world import Span, World

Tables: TypeAlias = tuple[str, ...]

SOCIAL = ("organic_social", "paid_social", "social")
_ECHO = ("likes", "comments", "shares", "reposts", "reviews")


def paid_search_visits(world: World, span: Span) -> Answer:
    """Visits of the span by ads in search engines."""
    return distinct_views(world, span, column="visit_id", channel="paid_search")


def paid_search_cost(world: World, span: Span) -> Answer:
    """What was paid for them."""
    return cost(world, span, kind="media", channel="paid_search")


def cost_per_paid_search_visit(world: World, span: Span) -> Answer:
    """Paid search cost for each of its visits."""
    return quotient(paid_search_cost(world, span), paid_search_visits(world, span))


def _clicks(world: World, span: Span) -> list[Row]:
    return [
        figure
        for figure in world.between("figures", "figure_day", span)
        if figure["name"] == "ad_clicks" and figure["channel"] == "paid_search"
    ]


def cost_per_click(world: World, span: Span) -> Answer:
    """Paid search cost for each click that was told; where none is told, nothing is known."""
    whole = _clicks(world.whole, span)
    is_known = bool(whole) and not may_belong(world, whole, "figures")
    clicks = _sum(_clicks(world, span), lambda each: each["amount"])
    if not clicks.rows and not is_known:
        clicks = Answer(None)
    return quotient(paid_search_cost(world, span), clicks)


def _sum(rows: Iterable[Row], of: Callable[[Row], Decimal | int | None]) -> Answer:
    """What the rows that tell something add up to."""
    told = [amount for row in rows if (amount := of(row)) is not None]
    return Answer(sum(map(Decimal, told), Decimal(0)), len(told), rows=len(told))


def social_visits(world: World, span: Span, *, network: str | None = None) -> Answer:
    """Visits of the span that a social network brought."""
    views = [
        view
        for view in world.between("page_views", "viewed_day", span)
        if view["channel"] in SOCIAL and network in {None, view["network"]}
    ]
    return _of(views, "visit_id")


def _of(rows: Iterable[Row], column: str) -> Answer:
    return count_of([row for row in rows if row[column] is not None], column)


def social_traffic_share(world: World, span: Span, *, network: str | None = None) -> Answer:
    """Their share of all visits."""
    visits = distinct_views(world, span, column="visit_id")
    return quotient(social_visits(world, span, network=network), visits)


def landing_visitors(world: World, span: Span) -> Answer:
    """Visitors whose visit began in the span."""
    views = world.between("page_views", "viewed_day", span)
    return _of([view for view in views if view["is_landing"]], "visitor_id")


def _landed(row: Row) -> bool:
    return bool(row["is_landing"])


def _in_campaign(row: Row) -> bool:
    return row["campaign_id"] is not None


def reached(  # noqa: PLR0913 - what a cohort is
    world: World,
    span: Span,
    *,
    table: str,
    counted: str,
    when: str,
    then: str | None = None,
    within: int | None = None,
    which: Callable[[Row], bool] = bool,
) -> Answer:
    """How many different ones of the span there are, or of them those who went on in time.

    With `then` and without `within`, those who went on in the span, whenever they began.
    """
    by = when if then is None or within is not None else then
    rows = [row for row in world.between(table, f"{by}_day", span) if which(row)]
    if then is not None:
        rows = [row for row in rows if _went_on(row, when, then, within)]
    return _of(rows, counted)


def _went_on(row: Row, when: str, then: str, within: int | None) -> bool:
    if within is None:
        return row[f"{when}_at"] is not None
    return (
        row[f"{then}_at"] is not None
        and row[f"{then}_at"] >= row[f"{when}_at"]
        and row[f"{then}_day"] <= row[f"{when}_day"] + timedelta(days=within)
    )


def converting(
    world: World,
    span: Span,
    *,
    then: str,
    within: int | None,
    which: Callable[[Row], bool] = bool,
) -> Answer:
    """Of the visitors of the span, the share that went on to a form or an order."""
    viewed = partial(
        reached, world, span, table="page_views", counted="visitor_id", when="viewed", which=which
    )
    return quotient(viewed(then=then, within=within), viewed())


def campaign_engagement(world: World, span: Span, *, within: int | None) -> Answer:
    """Of the people whom campaigns reached in the span, the share that clicked or responded."""
    mailed = partial(reached, table="deliveries", when="delivered")
    joined = partial(reached, table="campaign_members", when="joined")
    ways = [
        partial(each, world, span, counted="person_id", which=_in_campaign)
        for each in (mailed, joined)
    ]
    engaged = (way(then=then, within=within) for way, then in zip(ways, _ENGAGED, strict=True))
    return quotient(_together(*engaged), _together(*(way() for way in ways)))


_ENGAGED = ("clicked", "responded")


def _together(one: Answer, other: Answer) -> Answer:
    sample, rows = one.sample + other.sample, one.rows + other.rows
    return Answer(one.value + other.value, sample, rows=rows)


def _echo(post: Row) -> int:
    return sum(post[each] or 0 for each in _ECHO)


def _posts(world: World, span: Span) -> list[Row]:
    return world.between("social_posts", "posted_day", span)


def social_engagements(world: World, span: Span) -> Answer:
    """What the posts of the span brought back, clicks aside."""
    return _sum(_posts(world, span), _echo)


def social_impressions(world: World, span: Span) -> Answer:
    """How often they were shown."""
    return _sum(_posts(world, span), lambda post: post["impressions"])


def social_engagement_rate(world: World, span: Span) -> Answer:
    """What came back each time that one was shown."""
    shown = [post for post in _posts(world, span) if post["impressions"] is not None]
    return quotient(_sum(shown, _echo), social_impressions(world, span))


def _reach(post: Row) -> int | None:
    found: int | None = post["impressions"] if post["reach"] is None else post["reach"]
    return found


def engagement_rate(world: World, span: Span) -> Answer:
    """What came back from e-mails and posts, for each whom they reached."""
    posts = [post for post in _posts(world, span) if _reach(post) is not None]
    responses = _sum(posts, lambda post: _echo(post) + (post["clicks"] or 0))
    return quotient(
        _together(emails(world, span, done="clicked"), responses),
        _together(emails(world, span, done="delivered"), _sum(posts, _reach)),
    )


def social_leads_converted(world: World, span: Span) -> Answer:
    """People by a social network who became customers in the span."""
    people = world.between("people", "became_customer_day", span)
    return count([person for person in people if person["channel"] in SOCIAL])


def _reported(world: World, span: Span, what: str) -> Answer:
    days = world.between("traffic_periods", "traffic_day", span)
    return _sum([day for day in days if day["breakdown"] == "source"], lambda day: day[what])


def reported_visits(world: World, span: Span) -> Answer:
    """Visits as systems add them up."""
    return _reported(world, span, "visits")


def reported_page_views(world: World, span: Span) -> Answer:
    """Page views as systems add them up."""
    return _reported(world, span, "page_views")


def reported_conversion_rate(world: World, span: Span) -> Answer:
    """New contacts for each visit, both as systems add them up."""
    return quotient(_reported(world, span, "contacts"), reported_visits(world, span))


def reported_deliveries(world: World, span: Span, *, kind: str = "delivered") -> Answer:
    """Recipients of the e-mails sent in the span to whom something happened, as systems tell."""
    sums = world.between("email_totals", "sent_day", span)
    return _sum([each for each in sums if each["kind"] == kind], lambda each: each["amount"])


def reported_open_rate(world: World, span: Span) -> Answer:
    """Openers over delivered, as systems add them up."""
    opened = reported_deliveries(world, span, kind="unique_open")
    return quotient(opened, reported_deliveries(world, span))


def reported_click_rate(world: World, span: Span) -> Answer:
    """Clickers over delivered, as systems add them up."""
    clicked = reported_deliveries(world, span, kind="unique_click")
    return quotient(clicked, reported_deliveries(world, span))


def reported_bounce_rate(world: World, span: Span) -> Answer:
    """Bounced over sent, as systems add them up."""
    bounced = reported_deliveries(world, span, kind="bounce")
    return quotient(bounced, reported_deliveries(world, span, kind="sent"))


_RATES: Mapping[str, tuple[Callable[..., Answer], int, Tables]] = {
    "traffic_conversion_rate": (partial(converting, then="form_sent"), 1, ("page_views",)),
    "landing_page_conversion_rate": (
        partial(converting, then="form_sent", which=_landed),
        1,
        ("page_views",),
    ),
    "website_conversion_rate": (partial(converting, then="converted"), 1, ("page_views",)),
    "campaign_engagement": (campaign_engagement, 30, ("deliveries", "campaign_members")),
}
"""Cohort rate → how it is reckoned, its window, and its tables."""

_EMAIL_CONVERSION: Mapping[str, Kpi] = {
    f"email_conversion_rate{ending}": partial(
        reading, before="delivered", after="click_converted", table="deliveries"
    )
    for ending, reading in (("", conversion), ("_in_period", conversion_in_period))
}

_PLAIN: Mapping[Kpi, Tables] = {
    cost_per_click: ("costs", "figures"),
    cost_per_paid_search_visit: ("costs", "page_views"),
    engagement_rate: ("deliveries", "social_posts"),
    landing_visitors: ("page_views",),
    paid_search_cost: ("costs",),
    paid_search_visits: ("page_views",),
    reported_bounce_rate: ("email_totals",),
    reported_click_rate: ("email_totals",),
    reported_deliveries: ("email_totals",),
    reported_open_rate: ("email_totals",),
    reported_conversion_rate: ("traffic_periods",),
    reported_page_views: ("traffic_periods",),
    reported_visits: ("traffic_periods",),
    social_engagement_rate: ("social_posts",),
    social_engagements: ("social_posts",),
    social_impressions: ("social_posts",),
    social_leads_converted: ("people",),
    social_traffic_share: ("page_views",),
    social_visits: ("page_views",),
}
_NETWORKS = ("facebook", "instagram", "linkedin", "x")

REACH: Mapping[str, Kpi] = {
    **{kpi.__name__: kpi for kpi in _PLAIN},
    **{f"{each}_traffic_share": partial(social_traffic_share, network=each) for each in _NETWORKS},
    **_EMAIL_CONVERSION,
    **{
        f"{name}{ending}": partial(reading, within=days if not ending else None)
        for name, (reading, days, _) in _RATES.items()
        for ending in ("", "_in_period")
    },
}

REACH_STANDS_ON: Mapping[str, Tables] = {
    **{kpi.__name__: tables for kpi, tables in _PLAIN.items()},
    **{f"{each}_traffic_share": ("page_views",) for each in _NETWORKS},
    **dict.fromkeys(_EMAIL_CONVERSION, ("deliveries",)),
    **{
        f"{name}{ending}": tables
        for name, (_, _, tables) in _RATES.items()
        for ending in ("", "_in_period")
    },
}

REACH_MATURE_AFTER: Mapping[str, int] = {
    "email_conversion_rate": 90,
    **{name: days for name, (_, days, _) in _RATES.items()},
}
