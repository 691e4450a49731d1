"""What only lists know: archived records, owners, pipelines, campaigns and their costs."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from kpiloop import Campaign, Cost
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.wire import HubspotCampaign
from kpiloop_sandbox.hubspot.objects import (
    StoredCampaign,
    StoredMoney,
    StoredOwner,
    StoredPipeline,
    StoredStage,
)
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import NOON, pages_of, records_of, stored

SPRING = "11111111-1111-4111-8111-111111111111"
AUTUMN = "22222222-2222-4222-8222-222222222222"
GONE = "33333333-3333-4333-8333-333333333333"


def money(key: str, amount: float) -> StoredMoney:
    """A line of a budget or spend."""
    return StoredMoney(id=key, name=f"Line {key}", amount=amount, created_at=NOON)


def campaign(guid: str, *, at: datetime = NOON, **properties: str) -> StoredCampaign:
    """A campaign without money."""
    return StoredCampaign(id=guid, properties=properties, created_at=at, updated_at=at)


def test_archived_records_of_all_types_are_found(store: Store, hubspot: Hubspot) -> None:
    """Each says when it was archived; what lives is not among them."""
    for of in ("contacts", "companies", "deals"):
        store.load([stored(of, 1), stored(of, 2, archived_at=NOON + timedelta(hours=1))])
    found = records_of(hubspot, "archived")
    assert [(each.entity, each.id, each.archived) for each in found] == [
        ("contacts", "2", NOON + timedelta(hours=1)),
        ("companies", "2", NOON + timedelta(hours=1)),
        ("deals", "2", NOON + timedelta(hours=1)),
    ]


def test_more_archived_records_than_a_page_holds(store: Store, hubspot: Hubspot) -> None:
    """The cursor is followed as HubSpot gives it, and is the checkpoint."""
    store.load(stored("contacts", key, archived_at=NOON) for key in range(1, 251))
    pages = pages_of(hubspot, "archived", slice="contacts")
    assert len(pages) == 3
    rest = records_of(hubspot, "archived", slice="contacts", checkpoint=pages[0].checkpoint)
    assert [each.id for each in rest] == [str(key) for key in range(101, 251)]


def test_owners_who_left_are_read_too(store: Store, hubspot: Hubspot) -> None:
    """Deals of the past belong to people who are not there any more."""
    names = {"email": "a@acme.example", "first_name": "Ann", "last_name": "Lee"}
    store.load_owners([StoredOwner(id="1", **names), StoredOwner(id="2", **names, archived=True)])
    found = records_of(hubspot, "owners")
    assert [(each.id, each.first_name, each.is_active) for each in found] == [
        ("1", "Ann", True),
        ("2", "Ann", False),
    ]


def test_a_pipeline_comes_with_its_stages(store: Store, hubspot: Hubspot) -> None:
    """A stage with probability 1 is won; a closed one that is not won is lost."""
    closed = (("s2", "Won", "1.0"), ("s3", "Lost", "0.0"))
    stages = (
        StoredStage(id="s1", label="Meeting", display_order=0, metadata={"probability": "0.2"}),
        *(
            StoredStage(
                id=key,
                label=label,
                display_order=place,
                metadata={"isClosed": "true", "probability": chance},
            )
            for place, (key, label, chance) in enumerate(closed, start=1)
        ),
    )
    store.load_pipelines(
        [StoredPipeline(object_type="deals", id="p", label="Sales", stages=stages)]
    )
    pipeline, *found = records_of(hubspot, "pipelines")
    assert (pipeline.id, pipeline.name, pipeline.of_entity) == ("p", "Sales", "deals")
    assert [
        (each.id, each.pipeline_id, each.name, each.position, each.is_won, each.is_closed)
        for each in found
    ] == [
        ("s1", "p", "Meeting", 0, False, False),
        ("s2", "p", "Won", 1, True, True),
        ("s3", "p", "Lost", 2, False, True),
    ]


def test_a_campaign_is_read_with_its_values(store: Store, hubspot: Hubspot) -> None:
    """Name, state, code, days: those that are empty are left out by HubSpot and thereby cleared."""
    store.load_campaigns(
        [
            campaign(
                SPRING,
                hs_name="Spring",
                hs_campaign_status="active",
                hs_utm="spring-26",
                hs_start_date="2026-03-01",
            )
        ]
    )
    [found] = records_of(hubspot, "campaigns")
    assert (found.id, found.name, found.status) == (SPRING, "Spring", "active")
    assert (found.utm_campaign, found.starts_on) == ("spring-26", date(2026, 3, 1))
    assert "ends_on" not in found.model_fields_set
    assert HubspotCampaign.omits_nulls


def test_campaigns_are_walked_in_the_order_of_their_making(store: Store, hubspot: Hubspot) -> None:
    """Their cursor is a place in the list: a campaign that is made meanwhile comes at the end."""
    ids = [f"{number:08d}-1111-4111-8111-111111111111" for number in range(150)]
    store.load_campaigns(
        campaign(guid, at=NOON + timedelta(minutes=place), hs_name=f"{200 - place}")
        for place, guid in enumerate(ids)
    )
    pages = pages_of(hubspot, "campaigns")
    assert len(pages) == 2
    assert [each.id for each in records_of(hubspot, "campaigns")] == ids


def test_costs_are_the_lines_of_a_campaigns_spend(store: Store, hubspot: Hubspot) -> None:
    """Each line is a media cost of marketing without days, in the campaign's currency."""
    store.load_campaigns(
        [
            StoredCampaign(
                id=SPRING,
                properties={"hs_name": "Spring", "hs_currency_code": "USD"},
                created_at=NOON,
                updated_at=NOON,
                budget_items=(money("b1", 5_000), money("b2", 250.75)),
                spend_items=(money("s1", 1_200.5),),
            )
        ]
    )
    budget, cost = records_of(hubspot, "campaign_costs", ids=(SPRING,))
    assert isinstance(budget, Campaign)
    assert (budget.id, budget.budget, budget.currency) == (SPRING, Decimal("5250.75"), "USD")
    assert budget.model_fields_set == {"id", "budget", "currency"}
    assert cost == Cost(
        id=f"{SPRING}:s1",
        kind="media",
        department="marketing",
        campaign_id=SPRING,
        amount=Decimal("1200.5"),
        currency="USD",
        name="Line s1",
    )


def test_a_campaign_without_a_budget_has_none(store: Store, hubspot: Hubspot) -> None:
    """No line is no budget, not one of 0."""
    store.load_campaigns([campaign(SPRING, hs_name="Spring")])
    [budget] = records_of(hubspot, "campaign_costs", ids=(SPRING,))
    assert budget.budget is None


def test_a_campaign_that_was_deleted_meanwhile_costs_nothing(
    store: Store, hubspot: Hubspot
) -> None:
    """The others are read, and the read goes on behind its checkpoint."""
    store.load_campaigns([campaign(SPRING), campaign(AUTUMN)])
    pages = pages_of(hubspot, "campaign_costs", ids=(SPRING, GONE, AUTUMN))
    assert [page.checkpoint for page in pages] == [SPRING, AUTUMN]
    rest = pages_of(
        hubspot, "campaign_costs", ids=(SPRING, GONE, AUTUMN), checkpoint=pages[0].checkpoint
    )
    assert [page.checkpoint for page in rest] == [AUTUMN]
