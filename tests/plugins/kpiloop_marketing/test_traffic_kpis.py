"""The bundled KPIs of traffic, e-mail and social networks give the numbers that were published."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpiloop_marketing import kpiloop_packs
from support.resolved_company import Company, company_in_memory

MARCH = "2026-03"
BUNDLED = "\n".join(pack.read_text(encoding="utf-8") for pack in kpiloop_packs())
AT = "2026-03-10T12:00"


@pytest.fixture
def company() -> Iterator[Company]:
    """A company without rows, and the bundled packs."""
    with company_in_memory(BUNDLED) as company:
        yield company


def test_hubspots_published_statistics_come_out_again(company: Company) -> None:
    """704 delivered, 443 opened and 8 clicked: 62.926 %, 1.136 % and 1.806 %."""
    for number in range(704):
        company.put(
            "deliveries",
            sent_at=AT,
            delivered_at=AT,
            opened_at=AT if number < 443 else None,
            clicked_at=AT if number < 8 else None,
        )

    rates = [
        round(100 * float(company.one(kpi, MARCH).value or 0), 3)
        for kpi in ("open_rate", "click_rate", "click_to_open_rate", "bounce_rate")
    ]
    assert rates == [62.926, 1.136, 1.806, 0]


def test_they_come_out_of_the_sums_that_hubspot_tells_as_well(company: Company) -> None:
    """The same counters as they stand in its statistics, without a single event."""
    counters = {"sent": 704, "delivered": 704, "unique_open": 443, "unique_click": 8, "bounce": 0}
    for kind, amount in counters.items():
        company.put("email_totals", kind=kind, amount=amount, sent_at=AT)

    rates = [
        round(100 * float(company.one(f"reported_{rate}_rate", MARCH).value or 0), 3)
        for rate in ("open", "click", "bounce")
    ]
    assert rates == [62.926, 1.136, 0]


def test_a_click_costs_what_was_paid_for_all_of_them(company: Company) -> None:
    """500 for 200 clicks are 2.50 each, and 3.125 for each of the 160 visits that they made."""
    ads = {"channel": "paid_search"}
    for kind, amount in (("media", 500), ("wages", 900)):
        day = {"cost_day": date(2026, 3, 9), "amount_home": Decimal(amount)}
        company.put("costs", kind=kind, **ads, **day)
    company.put(
        "figures", name="ad_clicks", **ads, figure_day=date(2026, 3, 9), amount=Decimal(200)
    )
    for number in range(160):
        company.put("page_views", visit_id=str(number), viewed_at=AT, **ads)
    company.put("page_views", visit_id="160", viewed_at=AT, channel="direct")

    assert company.one("cost_per_click", MARCH).value == 2.5
    assert company.one("cost_per_paid_search_visit", MARCH).value == 3.125


def test_a_click_costs_nothing_that_anybody_knows_where_no_system_tells_clicks(
    company: Company,
) -> None:
    """There is no value then, and a reason: not 0."""
    company.put(
        "costs",
        kind="media",
        channel="paid_search",
        cost_day=date(2026, 3, 9),
        amount_home=Decimal(500),
    )

    found = company.one("cost_per_click", MARCH)
    assert found.value is None
    assert found.reason == "nothing is known of paid_search_clicks in 2026-03"


def test_networks_have_their_part_of_the_visits(company: Company) -> None:
    """Three of eight visits are social: two by LinkedIn, one by X, and its e-mail's is none."""
    visits = [
        ("paid_social", "linkedin"),
        ("organic_social", "linkedin"),
        ("organic_social", "x"),
        ("email", "x"),
        *(("direct", None),) * 4,
    ]
    for number, (channel, network) in enumerate(visits):
        company.put(
            "page_views", visit_id=str(number), viewed_at=AT, channel=channel, network=network
        )

    shares = {
        kpi: company.one(f"{kpi}_traffic_share", MARCH).value
        for kpi in ("social", "linkedin", "x", "facebook")
    }
    assert shares == {"social": 0.375, "linkedin": 0.25, "x": 0.125, "facebook": 0}


def test_a_visitor_converts_once_and_in_time(company: Company) -> None:
    """Of four visitors one sent a form the next day, two views before; another one week later."""
    late, in_time = "2026-03-17T12:00", "2026-03-11T20:00"
    for visitor, page, lands, sent, done in (
        ("a", "/", True, in_time, in_time),
        ("a", "/price", False, in_time, in_time),
        ("b", "/", True, late, late),
        ("c", "/price", True, None, AT),
        ("d", "/price", True, None, None),
    ):
        company.put(
            "page_views",
            visitor_id=visitor,
            page=page,
            is_landing=lands,
            viewed_at=AT,
            form_sent_at=sent,
            converted_at=done,
        )

    assert company.one("traffic_conversion_rate", MARCH).value == 0.25
    assert company.one("traffic_conversion_rate_in_period", MARCH).value == 0.5
    assert company.one("website_conversion_rate", MARCH).value == 0.5
    by_page = company.values("landing_page_conversion_rate", first=AT[:10], cuts=(("page",),))
    assert [(dict(each.dimensions)["page"], each.value) for each in by_page if each.value] == [
        ("/", 0.5)
    ]


def test_an_email_converts_by_its_click(company: Company) -> None:
    """Of four delivered e-mails one was clicked and led to something within 90 days."""
    for converted_at in ("2026-04-01T12:00", "2026-07-01T12:00", None, None):
        company.put("deliveries", delivered_at=AT, click_converted_at=converted_at)

    assert company.one("email_conversion_rate", MARCH).value == 0.25


def test_posts_bring_back_what_networks_tell_of(company: Company) -> None:
    """30 of 1,000 impressions; a post whose impressions nobody tells is in the sum alone."""
    company.put(
        "social_posts",
        posted_at=AT,
        impressions=1000,
        reach=800,
        likes=20,
        comments=4,
        shares=6,
        clicks=10,
    )
    company.put("social_posts", posted_at=AT, likes=5, reviews=1)
    company.put("deliveries", delivered_at=AT, clicked_at=AT)
    company.put("deliveries", delivered_at=AT)

    assert company.one("social_engagements", MARCH).value == 36
    assert company.one("social_engagement_rate", MARCH).value == 0.03
    assert company.one("engagement_rate", MARCH).value == (1 + 40) / (2 + 800)


def test_a_campaign_engages_people_and_not_clicks(company: Company) -> None:
    """Of two recipients one clicked, in two e-mails; of two members one responded: a half."""
    of_campaign = {"campaign_id": "crm:spring"}
    for person, clicked_at in (("ann", AT), ("ann", AT), ("bob", None)):
        company.put(
            "deliveries", person_id=person, delivered_at=AT, clicked_at=clicked_at, **of_campaign
        )
    company.put("deliveries", person_id="eve", delivered_at=AT, clicked_at=AT)
    for person, responded_at in (("cem", "2026-03-20T12:00"), ("dan", "2026-06-20T12:00")):
        company.put(
            "campaign_members",
            person_id=person,
            joined_at=AT,
            responded_at=responded_at,
            **of_campaign,
        )

    assert company.one("campaign_engagement", MARCH).value == 0.5


def test_customers_by_a_social_network_are_counted_when_they_become_it(company: Company) -> None:
    """Whatever channel it was, paid or not; others are none."""
    for channel in ("paid_social", "organic_social", "email", None):
        company.put("people", channel=channel, became_customer_at=AT)

    assert company.one("social_leads_converted", MARCH).value == 2


def test_reported_traffic_adds_up_days_by_source_alone(company: Company) -> None:
    """The same visits by page, and those of a week, are not added to them."""
    for breakdown, day in (
        ("source", date(2026, 3, 2)),
        ("source", date(2026, 3, 3)),
        ("page", date(2026, 3, 3)),
        ("source", None),
    ):
        company.put(
            "traffic_periods",
            breakdown=breakdown,
            traffic_day=day,
            visits=50,
            page_views=120,
            contacts=2,
        )

    assert company.one("reported_visits", MARCH).value == 100
    assert company.one("reported_page_views", MARCH).value == 240
    assert company.one("reported_conversion_rate", MARCH).value == 0.04


MOMENTS = st.none() | st.sampled_from(
    [f"2026-{month}-{day}T12:00" for month in ("02", "03", "04") for day in ("01", "02", "15")]
)
VIEWS = st.tuples(st.sampled_from("abc"), st.booleans(), MOMENTS, MOMENTS, MOMENTS)
MAILS = st.tuples(st.sampled_from(["ann", "bob", None]), MOMENTS, MOMENTS, MOMENTS)
RATES = (
    *("traffic_conversion_rate", "landing_page_conversion_rate", "website_conversion_rate"),
    *("email_conversion_rate", "campaign_engagement", "social_traffic_share"),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(views=st.lists(VIEWS, max_size=8), mails=st.lists(MAILS, max_size=8))
def test_no_rate_exceeds_100_percent(
    views: list[tuple[str, bool, str | None, str | None, str | None]],
    mails: list[tuple[str | None, str | None, str | None, str | None]],
) -> None:
    """Whatever was viewed, sent and delivered, and in whatever order systems tell it."""
    with company_in_memory(BUNDLED) as company:
        for number, (visitor, lands, viewed, sent, done) in enumerate(views):
            company.put(
                "page_views",
                visitor_id=visitor,
                visit_id=str(number % 3),
                channel="paid_social" if lands else "direct",
                is_landing=lands,
                viewed_at=viewed,
                form_sent_at=sent,
                converted_at=done,
            )
        for person, delivered, clicked, done in mails:
            company.put(
                "deliveries",
                person_id=person,
                campaign_id="crm:1",
                delivered_at=delivered,
                clicked_at=clicked,
                click_converted_at=done,
            )
        found = [value.value for kpi in RATES for value in company.values(kpi)]

    assert all(0 <= value <= 1 for value in found if value is not None)
