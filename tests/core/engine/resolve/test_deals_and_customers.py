"""Deals, each with one person, company and campaign; and the times at which one is a customer."""

from datetime import datetime
from decimal import Decimal

import pytest

from kpiloop.engine.resolve.rules import CustomerEnds, CustomerIs
from support.pulled_company import Pulled


def at(text: str) -> datetime:
    """A moment as the warehouse keeps it."""
    return datetime.fromisoformat(text)


def test_a_deal_takes_the_primary_contact_else_the_earliest(pulled: Pulled) -> None:
    """Deal a says which one is primary, deal b does not."""
    pulled.put("contacts", id="late", created_at="2026-01-05")
    pulled.put("contacts", id="early", created_at="2026-01-02")
    pulled.deal("a", "early")
    pulled.link("a", "contacts", "late", label="primary")
    pulled.deal("b", "late", "early")
    pulled.resolve()

    assert pulled.found("deals", "id, person_id") == [
        ("crm:a", "crm:late"),
        ("crm:b", "crm:early"),
    ]


def test_a_deal_of_a_contact_that_was_merged_away_is_the_persons(pulled: Pulled) -> None:
    """Links name the old id."""
    pulled.contact("new", merged_ids="old")
    pulled.deal("a", "old")
    pulled.resolve()

    assert pulled.only("deals", "person_id") == ("crm:new",)


def test_what_a_deal_does_not_say_its_person_and_company_say(pulled: Pulled) -> None:
    """Campaign, channel and company come from the person, country from the company last."""
    pulled.put("companies", id="c", country="AT", segment="large")
    pulled.put("campaigns", id="k", utm_campaign="spring")
    pulled.contact("1", company_id="c", utm_campaign="spring", original_source="ADS", country="DE")
    pulled.deal("a", "1")
    pulled.resolve()

    assert pulled.only("deals", "company_id, campaign_id, channel, country, segment") == (
        *("crm:c", "crm:k", "ads"),
        *("DE", "large"),
    )


def test_a_deal_of_excluded_people_alone_does_not_count(pulled: Pulled) -> None:
    """One that has other people too does, and so does one of nobody."""
    pulled.contact("own", email="own@acme.example")
    pulled.contact("buyer", email="b@x.example")
    pulled.deal("a", "own")
    pulled.deal("b", "own", "buyer")
    pulled.deal("c")
    pulled.resolve(excluded_addresses=("*@acme.example",))

    assert pulled.found("deals", "id, person_id") == [("crm:b", "crm:buyer"), ("crm:c", None)]


@pytest.mark.parametrize("pipelines", [("p1",), ("New business",)])
def test_only_the_pipelines_that_count_do(pulled: Pulled, pipelines: tuple[str, ...]) -> None:
    """By their id or name."""
    pulled.put("pipelines", id="p1", name="New business", of_entity="deals")
    pulled.put("pipelines", id="p2", name="Renewals", of_entity="deals")
    pulled.deal("a", pipeline_id="p1")
    pulled.deal("b", pipeline_id="p2")
    pulled.deal("c")
    pulled.resolve(pipelines=pipelines)

    assert pulled.found("deals", "id") == [("crm:a",)]


def test_only_the_deal_types_that_count_do(pulled: Pulled) -> None:
    """Renewals may be left out."""
    pulled.deal("a", deal_type="new")
    pulled.deal("b", deal_type="renewal")
    pulled.resolve(deal_types=("new",))

    assert pulled.found("deals", "id") == [("crm:a",)]


def test_a_stage_tells_whether_a_deal_is_won_where_the_deal_does_not(pulled: Pulled) -> None:
    """The pipeline knows what its stages mean."""
    for stage, is_won in (("won", True), ("lost", False)):
        pulled.put("pipeline_stages", pipeline_id="p", stage=stage, is_won=is_won, is_closed=True)
    pulled.deal("a", pipeline_id="p", stage="won", closed_at="2026-03-01")
    pulled.deal("b", pipeline_id="p", stage="lost", closed_at="2026-03-02")
    pulled.deal("c", pipeline_id="p", stage="open", closed_at="2026-09-09")
    pulled.resolve()

    assert pulled.found("deals", "id, closed_at, won_at, lost_at") == [
        ("crm:a", at("2026-03-01"), at("2026-03-01"), None),
        ("crm:b", at("2026-03-02"), None, at("2026-03-02")),
        ("crm:c", None, None, None),
    ]


def test_an_amount_takes_the_rate_of_its_own_day(pulled: Pulled) -> None:
    """0.9 until the end of May in Berlin, 0.8 from June on; euros are at home."""
    for deal, currency, won_at in (
        ("a", "USD", "2026-05-31T21:59"),
        ("b", "USD", "2026-05-31T22:00"),
        ("c", "EUR", "2026-05-05"),
        ("d", None, "2026-05-05"),
    ):
        pulled.deal(deal, won_at=won_at, amount=Decimal("1000.01"), currency=currency)
    pulled.resolve()

    assert pulled.found("deals", "id, amount_home") == [
        ("crm:a", Decimal("900.0090")),
        ("crm:b", Decimal("800.0080")),
        ("crm:c", Decimal("1000.0100")),
        ("crm:d", Decimal("1000.0100")),
    ]


def test_an_amount_without_a_rate_has_no_value_and_is_reported(pulled: Pulled) -> None:
    """Pounds have no rate, dollars have none before 2020."""
    pulled.deal("a", won_at="2026-05-05", amount=1, currency="GBP")
    pulled.deal("b", won_at="2019-05-05", created_at="2019-05-05", amount=1, currency="USD")
    report = pulled.resolve()

    assert pulled.found("deals", "amount, amount_home") == [(1, None), (1, None)]
    assert report.without_rate == {"GBP": 1, "USD": 1}


def test_a_person_became_a_customer_with_the_first_won_deal(pulled: Pulled) -> None:
    """Only without one does the stage say when."""
    for contact in ("buyer", "other"):
        pulled.contact(contact)
        pulled.enters(contact, customer="2026-01-20")
    pulled.deal("b", "buyer", won_at="2026-04-01")
    pulled.deal("a", "buyer", won_at="2026-03-01")
    pulled.resolve()

    assert pulled.found("people", "id, became_customer_at") == [
        ("crm:buyer", at("2026-03-01")),
        ("crm:other", at("2026-01-20")),
    ]


def test_a_company_is_one_customer_however_many_of_its_people_buy(pulled: Pulled) -> None:
    """Where people are counted, they are two."""
    pulled.put("companies", id="c")
    for contact, won_at in (("1", "2026-03-01"), ("2", "2026-04-01")):
        pulled.contact(contact, company_id="c")
        pulled.deal(f"of {contact}", contact, won_at=won_at)

    pulled.resolve()
    assert pulled.found("customer_intervals", "customer_id, started_at, ended_at, is_first") == [
        ("crm:c", at("2026-03-01"), None, True)
    ]
    pulled.resolve(customer_is=CustomerIs.PERSON)
    assert [row[0] for row in pulled.found("customer_intervals", "customer_id")] == [
        "crm:1",
        "crm:2",
    ]


def test_a_customer_knows_the_deal_that_began_it(pulled: Pulled) -> None:
    """Its channel and campaign are those of new customers."""
    pulled.contact("1", original_source="ADS")
    pulled.contact("2", original_source="SEARCH")
    pulled.put("companies", id="c")
    pulled.deal("late", "2", won_at="2026-04-01")
    pulled.deal("early", "1", won_at="2026-03-01")
    for deal in ("late", "early"):
        pulled.link(deal, "companies", "c")
    pulled.resolve()

    assert pulled.only("customer_intervals", "deal_id, channel") == ("crm:early", "ads")


def test_without_orders_for_so_many_days_a_customer_ends_and_may_come_back(
    pulled: Pulled,
) -> None:
    """An order on the last of thirty days goes on; one a second later begins anew."""
    pulled.contact("1")
    for deal, won_at in (
        ("a", "2026-01-05T12:00:00"),
        ("b", "2026-02-04T12:00:00"),
        ("c", "2026-03-06T12:00:01"),
    ):
        pulled.deal(deal, "1", won_at=won_at)
    pulled.resolve(customer_ends=CustomerEnds.NO_ORDER, customer_days=30)

    assert pulled.found("customer_intervals", "started_at, ended_at, is_first") == [
        (at("2026-01-05T12:00"), at("2026-03-06T12:00"), True),
        (at("2026-03-06T12:00:01"), at("2026-04-05T11:00:01"), False),
    ]


def test_a_customer_without_orders_stays_as_long_as_in_the_stage(pulled: Pulled) -> None:
    """Where the settings end customers by their stage."""
    pulled.contact("1")
    pulled.enters("1", customer="2026-01-20", lead="2026-02-20")
    pulled.resolve(customer_ends=CustomerEnds.STAGE_LEFT)

    assert pulled.found("customer_intervals", "started_at, ended_at") == [
        (at("2026-01-20"), at("2026-02-20"))
    ]


def test_customers_stay_for_ever_where_nothing_ends_them(pulled: Pulled) -> None:
    """So it is if the settings say nothing."""
    pulled.contact("1")
    pulled.enters("1", customer="2026-01-20", lead="2026-02-20")
    pulled.resolve()

    assert pulled.found("customer_intervals", "started_at, ended_at") == [(at("2026-01-20"), None)]


def test_deals_that_were_lost_or_deleted_make_no_customer(pulled: Pulled) -> None:
    """Nor does one that is still open."""
    pulled.contact("1")
    pulled.deal("lost", "1", closed_at="2026-03-01", is_closed=True, is_won=False)
    pulled.deal("gone", "1", won_at="2026-03-01", deleted_at="2026-03-02")
    pulled.deal("open", "1", closed_at="2026-09-01")
    pulled.resolve()

    assert pulled.found("customer_intervals", "id") == []
    assert pulled.found("deals", "id") == [("crm:lost",), ("crm:open",)]


def test_stages_of_deals_follow_each_other(pulled: Pulled) -> None:
    """Under the vendor's own names."""
    pulled.contact("1")
    pulled.deal("a", "1")
    for stage, moment in (("offer", "2026-02-05"), ("talks", "2026-02-03")):
        pulled.put(
            "stage_changes", of_entity="deals", parent_id="a", stage=stage, entered_at=moment
        )
    pulled.resolve()

    assert pulled.found("stage_intervals", "of_entity, deal_id, stage, started_at, ended_at") == [
        ("deals", "crm:a", "offer", at("2026-02-05"), None),
        ("deals", "crm:a", "talks", at("2026-02-03"), at("2026-02-05")),
    ]
