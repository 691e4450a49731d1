"""What happened on the web: views with the channel that brought their visit, traffic, and forms."""

from datetime import date, datetime
from typing import Any

import pytest

from kpiloop.engine.resolve.joining import Joining
from support.pulled_company import Pulled

VIEWED = "2026-03-02T08:00"


def view(pulled: Pulled, at: str = VIEWED, **values: object) -> None:
    """Store a page view."""
    pulled.put("page_views", viewed_at=at, **values)


@pytest.mark.parametrize(
    ("trace", "channel"),
    [
        ({"original_source": "ADS"}, "ads"),
        ({"original_source": "FAIR"}, "other"),
        ({"utm_medium": " CPC "}, "paid_search"),
        ({"utm_medium": "cpc", "utm_source": "linkedin"}, "paid_social"),
        ({"utm_medium": "paid_social"}, "paid_social"),
        ({"utm_medium": "newsletter"}, "email"),
        ({"utm_medium": "social"}, "organic_social"),
        ({"utm_medium": "organic"}, "organic_search"),
        ({"utm_medium": "banner"}, "display"),
        ({"utm_medium": "affiliate"}, "referral"),
        ({"utm_source": "partner"}, "other"),
        ({"referrer": "https://www.google.co.uk/search?q=x"}, "organic_search"),
        ({"referrer": "https://duckduckgo.com/"}, "organic_search"),
        ({"referrer": "https://search.brave.com/"}, "organic_search"),
        ({"referrer": "https://ya.ru/"}, "organic_search"),
        (
            {"referrer": "android-app://com.google.android.googlequicksearchbox/"},
            "organic_search",
        ),
        ({"referrer": "android-app://com.google.android.gm/"}, "referral"),
        ({"referrer": "https://www.linkedin.com/feed"}, "organic_social"),
        ({"referrer": "https://t.co/abc"}, "organic_social"),
        ({"referrer": "https://notgoogle.example/"}, "referral"),
        ({"referrer": "https://google.com.evil.example:8080/x"}, "referral"),
        ({"referrer": "https://blog.example", "utm_medium": "email"}, "email"),
        ({"referrer": " "}, "direct"),
        ({}, "direct"),
    ],
)
def test_the_channel_of_a_view(pulled: Pulled, trace: dict[str, Any], channel: str) -> None:
    """The rules for contacts go first, then UTM, then the referrer; what is left is direct."""
    view(pulled, **trace)
    pulled.resolve()

    assert pulled.only("page_views", "channel") == (channel,)


def test_who_comes_from_their_mail_or_files_has_not_searched(pulled: Pulled) -> None:
    """Search engines keep both, at hosts of their own."""
    products = (
        *("accounts", "calendar", "classroom", "docs", "drive"),
        *("groups", "mail", "meet", "sites"),
    )
    for product in products:
        view(pulled, referrer=f"https://{product}.google.com/")
        view(pulled, referrer=f"https://eu.{product}.yahoo.co.jp/x")
    pulled.resolve()

    assert pulled.found("page_views", "channel") == [("referral",)] * 2 * len(products)


def test_a_visit_came_by_what_brought_its_first_page(pulled: Pulled) -> None:
    """Later pages have the channel and the campaign of the first, whatever refers to them."""
    pulled.put("campaigns", id="spring", utm_campaign="Spring")
    view(pulled, "2026-03-02T08:05", visit_id="v", referrer="https://www.acme.example/a")
    view(pulled, visit_id="v", utm_medium="cpc", utm_campaign="spring ")
    view(pulled, visit_id="w")
    pulled.resolve()

    assert pulled.found("page_views", "visit_id, channel, campaign_id") == [
        ("crm:v", "paid_search", "crm:spring"),
        ("crm:v", "paid_search", "crm:spring"),
        ("crm:w", "direct", None),
    ]


@pytest.mark.parametrize(
    ("trace", "network"),
    [
        ({"utm_source": " LinkedIn ", "utm_medium": "cpc"}, "linkedin"),
        ({"utm_source": "twitter", "utm_medium": "social"}, "x"),
        ({"referrer": "https://t.co/abc"}, "x"),
        ({"referrer": "https://l.facebook.com/"}, "facebook"),
        ({"referrer": "https://lnkd.in/x"}, "linkedin"),
        ({"referrer": "https://youtu.be/x"}, "youtube"),
        ({"referrer": "https://notx.com/"}, None),
        ({"utm_source": "partner"}, None),
        ({}, None),
    ],
)
def test_the_network_of_a_view(pulled: Pulled, trace: dict[str, Any], network: str | None) -> None:
    """By UTM, else by the referrer, and by one name for all of its hosts."""
    view(pulled, **trace)
    pulled.resolve()

    assert pulled.only("page_views", "network") == (network,)


def test_a_visit_lands_on_its_first_page_by_the_network_that_brought_it(pulled: Pulled) -> None:
    """Later pages are no landing; a view of no visit is one by itself."""
    view(pulled, "2026-03-02T08:05", visit_id="v", page="/b")
    view(pulled, visit_id="v", page="/a", referrer="https://www.linkedin.com/")
    view(pulled, page="/c")
    pulled.resolve()

    assert pulled.found("page_views", "page, is_landing, network") == [
        ("/a", True, "linkedin"),
        ("/b", False, "linkedin"),
        ("/c", True, None),
    ]


def test_a_visitor_converts_by_the_next_form_or_order(pulled: Pulled) -> None:
    """Views of the visit before anybody knew who it was are theirs; later ones did not do it."""
    pulled.contact("1", email="a@x.example")
    view(pulled, "2026-03-02T08:00", visit_id="v", page="/a")
    view(pulled, "2026-03-02T08:10", visit_id="v", page="/b", contact_id="1")
    view(pulled, "2026-03-02T09:30", visit_id="w", page="/c", contact_id="1")
    view(pulled, "2026-03-02T08:00", visit_id="x", page="/d")
    pulled.put("form_submissions", contact_id="1", submitted_at="2026-03-02T09:00")
    pulled.put("orders", contact_id="1", ordered_at="2026-03-02T08:05", status="paid")
    pulled.put("orders", contact_id="1", ordered_at="2026-03-02T10:00", status="paid")
    pulled.resolve()

    form, first, last = (
        datetime.fromisoformat(f"2026-03-02T{hour}") for hour in ("09:00", "08:05", "10:00")
    )
    assert pulled.found("page_views", "page, form_sent_at, converted_at") == [
        ("/a", form, first),
        ("/b", form, form),
        ("/c", None, last),
        ("/d", None, None),
    ]


def test_views_traffic_and_forms_know_campaigns_by_their_aliases(pulled: Pulled) -> None:
    """As contacts do, whichever system has the campaign."""
    pulled.put("campaigns", id="k", source="shop", name="Spring fair")
    view(pulled, utm_campaign="SF26")
    pulled.put("traffic_periods", first_day="2026-03-02", utm_campaign="sf26")
    pulled.put("form_submissions", utm_campaign=" sf26")
    pulled.resolve(joining=Joining(aliases={"spring fair": ("sf26",)}))

    for table in ("page_views", "traffic_periods", "form_submissions"):
        assert pulled.only(table, "campaign_id") == ("shop:k",)


@pytest.mark.parametrize("entity", ["page_views", "traffic_periods", "form_submissions"])
def test_only_the_system_of_record_tells_the_web(pulled: Pulled, entity: str) -> None:
    """Where two measure the same site, one counts; where none is named, both do."""
    for source in ("crm", "log"):
        pulled.put(entity, id="1", source=source)
    pulled.resolve()
    assert len(pulled.found(entity, "id")) == 2

    pulled.resolve(systems_of_record={entity: ("log",)})
    assert pulled.only(entity, "id") == ("log:1",)


def test_visits_and_visitors_of_two_systems_are_two(pulled: Pulled) -> None:
    """Both number theirs from 1."""
    view(pulled, visit_id="1", visitor_id="1")
    view(pulled, source="shop", visit_id="1", visitor_id="1")
    pulled.resolve()

    assert pulled.found("page_views", "visit_id, visitor_id") == [
        ("crm:1", "crm:1"),
        ("shop:1", "shop:1"),
    ]


def test_an_address_counts_once_a_day(pulled: Pulled) -> None:
    """Its day is the local one."""
    for at in (VIEWED, "2026-03-02T22:59", "2026-03-02T23:00"):
        view(pulled, at, ip="192.0.2.1")
    pulled.resolve()

    assert pulled.found("page_views", "DISTINCT daily_ip") == [
        ("192.0.2.1 2026-03-02",),
        ("192.0.2.1 2026-03-03",),
    ]


def test_a_view_of_own_staff_is_none(pulled: Pulled) -> None:
    """As far as the system knows who it was."""
    pulled.contact("1", email="me@acme.example")
    view(pulled, contact_id="1")
    view(pulled)
    pulled.resolve(excluded_addresses=("*@acme.example",))

    assert len(pulled.found("page_views", "id")) == 1


def test_only_the_traffic_of_one_day_is_of_a_day(pulled: Pulled) -> None:
    """Of a month in one sum, nobody knows how it was spread."""
    march = {"breakdown": "source", "original_source": "SEARCH"}
    pulled.put("traffic_periods", first_day="2026-03-02", last_day="2026-03-02", visits=7, **march)
    pulled.put("traffic_periods", first_day="2026-03-01", last_day="2026-03-31", visits=90, **march)
    pulled.resolve()

    assert pulled.found("traffic_periods", "traffic_day, visits, channel") == [
        (None, 90, "search"),
        (date(2026, 3, 2), 7, "search"),
    ]


def test_the_settings_say_what_forms_are_for(pulled: Pulled) -> None:
    """By id or name, the first kind that fits; else it is what the system calls it."""
    for form, name in (("f1", "Contact us"), ("f2", "Demo"), ("f3", "Newsletter")):
        pulled.put("form_submissions", form_id=form, form_name=name, kind="captured")
    pulled.resolve(form_kinds={"inquiry": ("contact*",), "application": ("F2", "contact us")})

    assert pulled.found("form_submissions", "form_id, kind") == [
        ("f1", "inquiry"),
        ("f2", "application"),
        ("f3", "captured"),
    ]


@pytest.mark.parametrize("name", ["Contact [EU]", r"Contact\EU"])
def test_only_stars_and_question_marks_are_special_in_patterns_of_forms(
    pulled: Pulled, name: str
) -> None:
    """Brackets and backslashes stand in the names of forms, and mean themselves."""
    pulled.put("form_submissions", form_id="f", form_name=name)
    pulled.put("form_submissions", form_id="g", form_name="contact e")
    pulled.resolve(form_kinds={"inquiry": (name,), "other": (f"{name}*", "*[*")})

    assert pulled.found("form_submissions", "form_id, kind") == [("f", "inquiry"), ("g", None)]


def test_a_form_without_trace_came_as_its_sender_did(pulled: Pulled) -> None:
    """Its own source and campaign go first."""
    pulled.put("campaigns", id="spring", utm_campaign="spring")
    pulled.contact("1", email="a@x.example", original_source="ADS", product="boat")
    pulled.put("form_submissions", id="f", email="A@x.example")
    pulled.put("form_submissions", id="g", original_source="SEARCH", utm_campaign="Spring")
    pulled.resolve()

    assert pulled.found("form_submissions", "id, person_id, channel, campaign_id, product") == [
        ("crm:f", "crm:1", "ads", None, "boat"),
        ("crm:g", None, "search", "crm:spring", None),
    ]
