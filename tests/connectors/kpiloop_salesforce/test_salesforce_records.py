"""What the connector makes of each object of an org."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kpiloop_sandbox.salesforce.times import seconds_of
from support.salesforce_connector import NOON, World, key

HOUR = timedelta(hours=1)


def test_a_lead_and_a_contact_are_both_contacts(world: World) -> None:
    """Their ids never meet, for each object's ids begin with letters of its own."""
    lead = world.put("Lead", 1, Email="a@acme.example", Status="Open - Not Contacted", Title="CEO")
    contact = world.put("Contact", 1, Email="b@acme.example", MailingCountry="DE")
    world.green(streams=("leads", "contacts"))
    rows = world.rows("SELECT id, email, stage, job_title, country FROM pulled.contacts")
    assert sorted(rows) == [
        (contact, "b@acme.example", None, None, "DE"),
        (lead, "a@acme.example", "Open - Not Contacted", "CEO", None),
    ]


def test_a_converted_lead_is_the_same_person_as_its_contact(world: World) -> None:
    """It names the contact, its company is the account, and the opportunity is linked to it."""
    made: dict[str, Any] = {
        "ConvertedContactId": world.put("Contact", 1, LastName="C"),
        "ConvertedAccountId": world.put("Account", 1, Name="Acme"),
        "ConvertedOpportunityId": world.put("Opportunity", 1, Name="O", StageName="New"),
    }
    lead = world.put("Lead", 1, LastName="L", IsConverted=1, **made)
    world.green(streams=("leads", "same_people"))
    found = world.rows(f"SELECT same_as, company_id FROM pulled.contacts WHERE id = '{lead}'")
    assert found == [(made["ConvertedContactId"], made["ConvertedAccountId"])]
    links = world.rows("SELECT parent_id, to_id, label FROM pulled.links")
    assert links == [(made["ConvertedOpportunityId"], lead, "converted")]


def test_ids_in_other_systems_become_same_as_where_the_settings_name_their_fields(
    world: World,
) -> None:
    """The field holds a bare id; the setting says whose."""
    world.put("Contact", 1, LastName="C", HubSpot_Contact_ID__c="77")
    world.green(
        streams=("same_people",), settings={"cross_ids": {"HubSpot_Contact_ID__c": "hubspot"}}
    )
    assert world.rows("SELECT same_as FROM pulled.contacts") == [("hubspot:77",)]


def test_lead_history_keeps_changes_only(world: World) -> None:
    """The status that a lead began with is the old value of its first change."""
    lead = world.put("Lead", 1, LastName="L", Status="Qualified")
    steps = [("Status", "New", "Working"), ("Status", "Working", "Qualified")]
    steps.append(("leadConverted", "", ""))
    for number, (field, old, new) in enumerate(steps, start=1):
        values = {"LeadId": lead, "Field": field, "OldValue": old, "NewValue": new}
        moment = seconds_of(NOON + number * HOUR)
        own: dict[str, Any] = {"Id": key("LeadHistory", number), "CreatedDate": moment}
        world.store.load("LeadHistory", [{**own, **values}])
    world.green(streams=("leads", "lead_stages"))
    found = world.rows("SELECT stage, entered_at FROM pulled.stage_changes ORDER BY entered_at")
    naive = NOON.replace(tzinfo=None)
    stages = ["New", "Working", "Qualified", "Converted"]
    assert found == [(stage, naive + number * HOUR) for number, stage in enumerate(stages)]


def test_an_opportunity_closes_on_a_day_that_is_the_same_in_nearly_every_time_zone(
    world: World,
) -> None:
    """`CloseDate` has no time: noon in UTC is that day from Honolulu to Auckland's winter."""
    world.put("Opportunity", 1, Name="O", StageName="Won", Amount=10, CloseDate="2026-05-31",
              IsWon=1, IsClosed=1, CurrencyIsoCode="USD")  # fmt: skip
    world.green(streams=("opportunities",))
    found = world.rows(
        "SELECT closed_at::VARCHAR, amount::VARCHAR, currency, is_won, pipeline_id"
        " FROM pulled.deals"
    )
    assert found == [("2026-05-31 12:00:00", "10.0000", "USD", True, "opportunities")]


def test_opportunity_history_tells_each_stage(world: World) -> None:
    """Every line is a stage of the deal at its time."""
    deal = world.put("Opportunity", 1, Name="O", StageName="B")
    for number, stage in enumerate(["A", "B"]):
        world.put("OpportunityHistory", number, NOON + number * HOUR,
                  OpportunityId=deal, StageName=stage)  # fmt: skip
    world.green(streams=("opportunity_stages",))
    found = world.rows("SELECT of_entity, parent_id, stage FROM pulled.stage_changes ORDER BY id")
    assert found == [("deals", deal, "A"), ("deals", deal, "B")]


def test_contact_roles_link_people_and_tell_who_is_primary(world: World) -> None:
    """Other roles are labels in lower case."""
    roles: dict[str, Any] = {"OpportunityId": key("Opportunity", 1), "ContactId": key("Contact", 1)}
    world.put("OpportunityContactRole", 1, IsPrimary=1, Role="Decision Maker", **roles)
    world.put("OpportunityContactRole", 2, IsPrimary=0, Role="Influencer", **roles)
    world.green(streams=("contact_roles",))
    found = world.rows("SELECT from_entity, to_entity, label FROM pulled.links ORDER BY id")
    assert found == [("deals", "contacts", "primary"), ("deals", "contacts", "influencer")]


def test_a_campaign_brings_its_actual_cost(world: World) -> None:
    """One without an amount has a cost without an amount, which counts as none."""
    for number, cost in ((1, 250), (2, None)):
        world.put("Campaign", number, Name=f"C{number}", ActualCost=cost, StartDate="2026-05-01")
    world.green(streams=("campaigns",))
    found = world.rows("SELECT campaign_id, amount::VARCHAR, kind FROM pulled.costs ORDER BY id")
    assert found == [(key("Campaign", 1), "250.0000", "media"), (key("Campaign", 2), None, "media")]


def test_members_are_the_contact_that_a_lead_became_or_the_lead(world: World) -> None:
    """Salesforce keeps both ids on the member of a converted lead."""
    lead, contact = key("Lead", 1), key("Contact", 1)
    campaign = world.put("Campaign", 1, Name="C")
    world.put("CampaignMember", 1, CampaignId=campaign, LeadId=lead, Status="Sent")
    world.put("CampaignMember", 2, CampaignId=campaign, LeadId=lead, ContactId=contact,
              FirstRespondedDate="2026-05-02")  # fmt: skip
    world.green(streams=("campaign_members",))
    found = world.rows(
        "SELECT parent_id, contact_id, responded_at::VARCHAR FROM pulled.campaign_members"
        " ORDER BY id"
    )
    assert found == [(campaign, lead, None), (campaign, contact, "2026-05-02 12:00:00")]


@pytest.mark.parametrize(
    ("number", "about"), [(1, "deal_id"), (2, "campaign_id"), (3, "company_id")]
)
def test_a_call_belongs_to_the_record_that_its_whatid_names(
    world: World, number: int, about: str
) -> None:
    """Which object that is, its first letters tell."""
    sobject = {1: "Opportunity", 2: "Campaign", 3: "Account"}[number]
    world.put("Task", 1, TaskSubtype="Call", WhatId=key(sobject, 9), IsClosed=1,
              CompletedDateTime=seconds_of(NOON), CallDurationInSeconds=90)  # fmt: skip
    world.green(streams=("tasks",))
    found = world.rows(f"SELECT kind, minutes::VARCHAR, {about} FROM pulled.activities")
    assert found == [("call", "1.500000", key(sobject, 9))]


def test_an_open_task_has_not_happened(world: World) -> None:
    """Once it is closed without a time of its own, its day counts."""
    world.put("Task", 1, IsClosed=0, ActivityDate="2026-05-02")
    world.put("Task", 2, IsClosed=1, ActivityDate="2026-05-02")
    world.green(streams=("tasks",))
    found = world.rows("SELECT kind, happened_at::VARCHAR FROM pulled.activities ORDER BY id")
    assert found == [("task", None), ("task", "2026-05-02 12:00:00")]


def test_an_event_is_a_meeting(world: World) -> None:
    """Its length is in minutes already."""
    world.put("Event", 1, StartDateTime=seconds_of(NOON), DurationInMinutes=45)
    world.green(streams=("events",))
    found = world.rows("SELECT kind, minutes::VARCHAR, happened_at FROM pulled.activities")
    assert found == [("meeting", "45.000000", NOON.replace(tzinfo=None))]


def test_orders_have_the_common_words_for_their_states_and_name_their_products(
    world: World,
) -> None:
    """A line names the product itself, over its parent."""
    product = world.put("Product2", 1, Name="Plan A", Family="Plans")
    order = world.put("Order", 1, Status="Activated", TotalAmount=20, EffectiveDate="2026-05-02")
    world.put("OrderItem", 1, OrderId=order, Product2Id=product, Quantity=2, TotalPrice=20)
    world.green(streams=("orders", "order_lines"))
    assert world.rows("SELECT status, ordered_at::VARCHAR FROM pulled.orders") == [
        ("paid", "2026-05-02 12:00:00")
    ]
    assert world.rows("SELECT parent_id, product, amount::VARCHAR FROM pulled.order_lines") == [
        (order, "Plan A", "20.0000")
    ]


def test_rates_are_turned_to_what_one_unit_is_worth(world: World) -> None:
    """Salesforce tells how many units one of the corporate currency is."""
    world.put("CurrencyType", 1, IsoCode="EUR", ConversionRate=1, IsCorporate=1)
    world.put("DatedConversionRate", 1, IsoCode="USD", ConversionRate=1.25, StartDate="2026-05-01")
    world.green(streams=("currencies", "dated_rates"))
    found = world.rows(
        "SELECT currency, valid_from::VARCHAR, rate FROM pulled.exchange_rates ORDER BY 1"
    )
    assert found == [("EUR", None, Decimal(1)), ("USD", "2026-05-01", Decimal("0.8"))]


def test_an_account_is_known_by_the_host_of_its_website(world: World) -> None:
    """People write addresses in many ways."""
    sites = ["https://www.acme.example/en", "acme.example", "WWW.Acme.Example", "http://[", None]
    for number, site in enumerate(sites):
        world.put("Account", number, Name="A", Website=site)
    world.green(streams=("accounts",))
    found = [domain for (domain,) in world.rows("SELECT domain FROM pulled.companies ORDER BY id")]
    assert found == ["acme.example", "acme.example", "acme.example", "http://[", None]
