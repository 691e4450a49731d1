"""Activities, answers, posts, members, figures, and the touches that all of it adds up to."""

from datetime import date, datetime
from decimal import Decimal

from support.pulled_company import Pulled


def test_an_activity_belongs_to_its_contact_company_deal_and_owner(pulled: Pulled) -> None:
    """Where it names no company, to that of the deal or the person."""
    pulled.put("companies", id="c")
    pulled.contact("1", email="a@x.example", company_id="c")
    pulled.deal("d", "1", merged_ids="e")
    pulled.put("activities", kind="call", contact_id="1", deal_id="e", owner_id="7")
    pulled.resolve()

    assert pulled.only("activities", "person_id, company_id, deal_id, owner_id") == (
        "crm:1",
        "crm:c",
        "crm:d",
        "crm:7",
    )


def test_calls_with_own_staff_are_none(pulled: Pulled) -> None:
    """Nor are meetings with a company that is excluded."""
    pulled.put("companies", id="c", name="Acme")
    pulled.contact("1", email="me@acme.example")
    pulled.put("activities", contact_id="1")
    pulled.put("activities", company_id="c")
    pulled.resolve(excluded_addresses=("*@acme.example",), excluded_companies=("acme",))

    assert pulled.found("activities", "id") == []


def test_an_answer_keeps_its_scale_and_finds_its_person(pulled: Pulled) -> None:
    """By the address, where the survey knows no contact."""
    pulled.contact("1", email="a@x.example")
    pulled.put("survey_responses", email="A@x.example", score=4, lowest=1, highest=5)
    pulled.resolve()

    assert pulled.only("survey_responses", "person_id, score, lowest, highest") == (
        "crm:1",
        Decimal(4),
        Decimal(1),
        Decimal(5),
    )


def test_a_member_of_a_segment_knows_its_name(pulled: Pulled) -> None:
    """So that people can be counted by the audiences in which they are."""
    pulled.contact("1", email="a@x.example")
    pulled.put("segments", id="s", name="Newsletter", kind="audience")
    pulled.put("segment_members", parent_id="s", contact_id="1")
    pulled.put("segment_members", parent_id="unknown", contact_id="1")
    pulled.resolve()

    assert pulled.only("segment_members", "person_id, segment, kind") == (
        "crm:1",
        "Newsletter",
        "audience",
    )


def test_a_figure_is_cut_into_days_that_add_up_exactly(pulled: Pulled) -> None:
    """An amount of money also in the home currency; a single end is one day."""
    pulled.put("figures", id="m", first_day="2026-05-31", last_day="2026-06-02", amount=100)
    pulled.put("figures", id="n", last_day="2026-05-31", amount=100, currency="USD")
    pulled.resolve()

    found = pulled.found("figures", "id, figure_day, amount, amount_home")
    assert found == [
        ("crm:m:2026-05-31", date(2026, 5, 31), Decimal("33.333333"), None),
        ("crm:m:2026-06-01", date(2026, 6, 1), Decimal("33.333333"), None),
        ("crm:m:2026-06-02", date(2026, 6, 2), Decimal("33.333334"), None),
        ("crm:n:2026-05-31", date(2026, 5, 31), Decimal(100), Decimal(90)),
    ]


def test_money_that_is_entered_for_a_year_adds_up_at_home(pulled: Pulled) -> None:
    """It is cut in the units of money, so that no day is rounded on its own."""
    pulled.put(
        "figures", first_day="2026-01-01", last_day="2026-12-31", amount=1_000_000, currency="EUR"
    )
    pulled.resolve()

    assert pulled.found("figures", "sum(amount), sum(amount_home)") == [(1_000_000, 1_000_000)]


def test_touches_are_what_marketing_did_to_a_person(pulled: Pulled) -> None:
    """Origin, visits that did not come directly, forms, clicks and answers to campaigns."""
    pulled.put("campaigns", id="fair", channel="events")
    pulled.contact("1", email="a@x.example", original_source="ADS")
    for page, referrer in (("/", "https://www.bing.com/"), ("/price", "https://x.example/")):
        pulled.put(
            "page_views",
            contact_id="1",
            visit_id="v",
            page=page,
            referrer=referrer,
            viewed_at=f"2026-01-02T0{len(page)}:00",
        )
    pulled.put("page_views", contact_id="1", visit_id="w", viewed_at="2026-01-03")
    pulled.put("form_submissions", contact_id="1", submitted_at="2026-01-04")
    pulled.put("email_events", kind="click", contact_id="1", happened_at="2026-01-05")
    pulled.put("email_events", kind="open", contact_id="1", happened_at="2026-01-05")
    pulled.put(
        "email_events", kind="click", contact_id="1", is_machine=True, happened_at="2026-01-05"
    )
    pulled.put(
        "campaign_members",
        parent_id="fair",
        contact_id="1",
        joined_at="2026-01-01",
        responded_at="2026-01-06",
    )
    pulled.resolve()

    assert pulled.found("touches", "happened_at, kind, person_id, channel, campaign_id") == [
        (datetime.fromisoformat(at), kind, "crm:1", channel, campaign)
        for at, kind, channel, campaign in (
            ("2026-01-01", "origin", "ads", None),
            ("2026-01-02T01:00", "visit", "organic_search", None),
            ("2026-01-04", "form", "ads", None),
            ("2026-01-05", "email_click", "email", None),
            ("2026-01-06", "response", "events", "crm:fair"),
        )
    ]


def test_a_visit_is_the_touch_of_the_first_who_is_known_in_it(pulled: Pulled) -> None:
    """Whoever signs in on a later page came by what brought the first one, when it did."""
    for contact in ("1", "2"):
        pulled.contact(contact, email=f"{contact}@x.example")
    for minute, contact in ((0, None), (5, "2"), (9, "1")):
        pulled.put(
            "page_views",
            id=f"p{9 - minute}",
            contact_id=contact,
            visit_id="v",
            utm_medium=None if minute else "cpc",
            viewed_at=f"2026-01-05T10:0{minute}",
        )
    pulled.resolve()

    assert pulled.found("touches", "id, person_id, channel, happened_at") == [
        ("visit:crm:p9", "crm:2", "paid_search", datetime.fromisoformat("2026-01-05T10:00"))
    ]


def test_what_nobody_known_did_is_no_touch(pulled: Pulled) -> None:
    """There is nobody whose deal it could have brought."""
    pulled.put("form_submissions", submitted_at="2026-01-04")
    pulled.put("email_events", kind="click", email="a@x.example", happened_at="2026-01-05")
    pulled.put("page_views", viewed_at="2026-01-05", utm_medium="cpc")
    pulled.resolve()

    assert pulled.found("touches", "id") == []
