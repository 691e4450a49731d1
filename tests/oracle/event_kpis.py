"""The KPIs of the web and of e-mail, as plain functions; nothing here reads a pack."""

from collections.abc import Mapping
from functools import partial

from oracle.answers import Answer, Kpi, conversion, conversion_in_period, count, count_of, quotient
from oracle.world import Span, World


def distinct_views(world: World, span: Span, *, column: str, channel: str | None = None) -> Answer:
    """How many different values the views of the span have, of those that have any."""
    views = world.between("page_views", "viewed_day", span)
    return count_of(
        [view for view in views if view[column] is not None and channel in {None, view["channel"]}],
        column,
    )


def page_views(world: World, span: Span) -> Answer:
    """Views in the span."""
    return count(world.between("page_views", "viewed_day", span))


def inquiries(world: World, span: Span) -> Answer:
    """Forms of the kind inquiry in the span."""
    forms = world.between("form_submissions", "submitted_day", span)
    return count([form for form in forms if form["kind"] == "inquiry"])


def emails(world: World, span: Span, *, done: str, reliable: bool = False) -> Answer:
    """E-mails at recipients to whom something first happened in the span."""
    rows = world.between("deliveries", f"{done}_day", span)
    return count([row for row in rows if not (reliable and row["is_unreliable"])])


def email_rate(
    world: World, span: Span, *, above: str, below: str, reliable: bool = False
) -> Answer:
    """To how many something happened over to how many something else did."""
    return quotient(
        emails(world, span, done=above, reliable=reliable),
        emails(world, span, done=below, reliable=reliable),
    )


def bounces_of(world: World, span: Span, *, kind: str) -> Answer:
    """Bounces of a kind over e-mails sent."""
    rows = world.between("deliveries", "bounced_day", span)
    bounced = [row for row in rows if row["bounce_kind"] == kind]
    return quotient(count(bounced), emails(world, span, done="sent"))


TRAFFIC: Mapping[str, Kpi] = {
    "page_views": page_views,
    "unique_visitors": partial(distinct_views, column="visitor_id"),
    "visits": partial(distinct_views, column="visit_id"),
    "ip_addresses": partial(distinct_views, column="daily_ip"),
    "unique_ip_visitors": partial(distinct_views, column="ip"),
    "organic_visits": partial(distinct_views, column="visit_id", channel="organic_search"),
}

_OPENER = {"before": "opened", "after": "converted", "table": "deliveries"}

EMAIL: Mapping[str, Kpi] = {
    "emails_sent": partial(emails, done="sent"),
    "emails_delivered": partial(emails, done="delivered"),
    "open_rate": partial(email_rate, above="opened", below="delivered"),
    "human_open_rate": partial(email_rate, above="opened_by_human", below="delivered"),
    "adjusted_open_rate": partial(
        email_rate, above="opened_by_human", below="delivered", reliable=True
    ),
    "click_rate": partial(email_rate, above="clicked", below="delivered"),
    "click_to_open_rate": partial(email_rate, above="clicked", below="opened"),
    "opener_conversion_rate": partial(conversion, **_OPENER),
    "opener_conversion_rate_in_period": partial(conversion_in_period, **_OPENER),
    "bounce_rate": partial(email_rate, above="bounced", below="sent"),
    "hard_bounce_rate": partial(bounces_of, kind="hard"),
    "soft_bounce_rate": partial(bounces_of, kind="soft"),
}
