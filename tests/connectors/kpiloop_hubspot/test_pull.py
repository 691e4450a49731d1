"""A whole pull from the account into the warehouse, and what a second one finds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kpiloop import Wire
from kpiloop.engine.pull.quick import is_quick
from kpiloop.engine.pull.spelling import spelling_of
from kpiloop.warehouse.store import Warehouse
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.wire import HubspotCompany, HubspotContact, HubspotDeal
from kpiloop_sandbox.hubspot.objects import (
    StoredCampaign,
    StoredLink,
    StoredMoney,
    StoredOwner,
    StoredPipeline,
    StoredStage,
)
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import NOON, editor, stored
from support.hubspot_home import Home

DAY = timedelta(days=1)
SPRING = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def home(tmp_path: Path, store: Store, hubspot: Hubspot) -> Iterator[Home]:
    """A small company, not yet pulled."""
    way = {"lifecyclestage": [(NOON, "lead"), (NOON + DAY, "marketingqualifiedlead")]}
    steps = {"dealstage": [(NOON, "meeting"), (NOON + 3 * DAY, "won")]}
    store.load(
        stored("contacts", key, {"email": f"p{key}@acme.example"}, history=way)
        for key in range(1, 61)
    )
    store.load([stored("contacts", 90, archived_at=NOON)])
    store.load([stored("companies", 21, {"name": "Acme", "numberofemployees": "250"})])
    store.load([stored("deals", 5, {"amount": "1000", "pipeline": "p"}, history=steps)])
    store.load_links([_link(5, "contacts", 1, 3), _link(5, "companies", 21, 5)])
    store.load_owners([StoredOwner(id="7", email="o@acme.example", first_name="O", last_name="P")])
    stage = StoredStage(id="won", label="Won", display_order=0, metadata={"probability": "1.0"})
    store.load_pipelines(
        [StoredPipeline(object_type="deals", id="p", label="Sales", stages=(stage,))]
    )
    store.load_campaigns([_campaign(100)])
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        yield Home(warehouse, hubspot, store)


def _link(deal: int, to: str, key: int, type_id: int) -> StoredLink:
    return StoredLink(
        from_type="deals", from_id=str(deal), to_type=to, to_id=str(key), type_id=type_id
    )


def _campaign(spent: float) -> StoredCampaign:
    line = StoredMoney(id="s1", name="Ads", amount=spent, created_at=NOON)
    return StoredCampaign(
        id=SPRING,
        properties={"hs_name": "Spring", "hs_currency_code": "EUR"},
        created_at=NOON,
        updated_at=NOON,
        spend_items=(line,),
    )


def now_of(sandbox: HubspotSandbox) -> datetime:
    """The account's time."""
    return datetime.fromtimestamp(sandbox.account.now(), UTC)


def test_a_first_pull_fills_every_table(home: Home) -> None:
    """Records, histories, associations, owners, pipelines, campaigns and their costs."""
    home.pull()
    counted = {
        entity: home.rows(f"SELECT count(*) FROM pulled.{entity} WHERE deleted_at IS NULL")[0][0]
        for entity in home.warehouse.entities
    }
    assert {entity: count for entity, count in counted.items() if count} == {
        "contacts": 60,
        "companies": 1,
        "deals": 1,
        "stage_changes": 122,
        "links": 2,
        "owners": 1,
        "pipelines": 1,
        "pipeline_stages": 1,
        "campaigns": 1,
        "costs": 1,
    }


def test_values_arrive_as_hubspot_holds_them(home: Home) -> None:
    """A few of each kind, from the property to the column."""
    home.pull("contacts", "companies", "deals", "owners")
    assert home.rows("SELECT email, opted_out FROM pulled.contacts WHERE id = '7'") == [
        ("p7@acme.example", None)
    ]
    assert home.rows("SELECT name, employees FROM pulled.companies") == [("Acme", 250)]
    assert home.rows("SELECT amount::VARCHAR, pipeline_id, modified_at FROM pulled.deals") == [
        ("1000.0000", "p", NOON.replace(tzinfo=None))
    ]
    assert home.rows("SELECT first_name, is_active FROM pulled.owners") == [("O", True)]


def test_a_property_that_the_settings_point_at_is_asked_for_and_read(home: Home) -> None:
    """Any field of the schema can come from a property of the account's own."""
    edit = editor(home.store, "contacts", NOON)
    home.store.catalogue.learn("contacts", ["product_line"])
    edit.update(7, {"product_line": "pumps"})
    home.fields = {"contacts": {"product": "properties.product_line"}}
    home.pull("contacts")
    assert home.rows("SELECT id, product FROM pulled.contacts WHERE product IS NOT NULL") == [
        ("7", "pumps")
    ]


def test_a_second_pull_of_an_unchanged_account_changes_nothing(home: Home) -> None:
    """What is read again is known already."""
    home.pull()
    counts = home.pull().counts
    assert (counts.new, counts.changed, counts.deleted, counts.quarantined) == (0, 0, 0, 0)
    assert counts.read > 0


def test_a_full_pull_gives_what_the_changes_gave(home: Home, sandbox: HubspotSandbox) -> None:
    """Whoever reads everything again finds the same rows."""
    streams = ("contacts", "contact_stages", "archived")
    home.pull(*streams)
    edit = editor(home.store, "contacts", now_of(sandbox))
    edit.update(3, {"lifecyclestage": "customer"})
    edit.archive(4)
    home.pull(*streams)
    queries = (
        "SELECT * EXCLUDE (first_seen_at) FROM pulled.contacts ORDER BY id",
        "SELECT * EXCLUDE (first_seen_at) FROM pulled.stage_changes ORDER BY id",
    )
    before = [home.rows(query) for query in queries]
    home.pull(*streams, full=True)
    assert [home.rows(query) for query in queries] == before


def test_a_change_brings_its_history_along(home: Home, sandbox: HubspotSandbox) -> None:
    """The lifecycle of the one contact that changed is read, and of no other."""
    home.pull("contacts", "contact_stages")
    editor(home.store, "contacts", now_of(sandbox)).update(3, {"lifecyclestage": "customer"})
    home.pull("contacts")
    assert home.counts("contact_stages").read == 4
    assert home.rows(
        "SELECT stage FROM pulled.stage_changes"
        " WHERE of_entity = 'contacts' AND parent_id = '3' ORDER BY entered_at"
    ) == [("lead",), ("marketingqualifiedlead",), ("customer",)]


def test_an_opt_out_is_known_with_its_moment(home: Home, sandbox: HubspotSandbox) -> None:
    """The flag comes with the contact, the moment with its history."""
    home.pull("contacts", "contact_stages")
    now = now_of(sandbox)
    editor(home.store, "contacts", now).update(3, {"hs_email_optout": "true"})
    home.pull("contacts", "contact_stages")
    [(opted_out, moment)] = home.rows(
        "SELECT opted_out, epoch_ms(opted_out_at) FROM pulled.contacts WHERE id = '3'"
    )
    assert opted_out is True
    assert moment == int(now.timestamp() * 1_000)


def test_an_archived_contact_is_marked_and_comes_back(home: Home, sandbox: HubspotSandbox) -> None:
    """Its row stays; nothing but the recycling bin tells of it."""
    home.pull("contacts")
    living = "SELECT deleted_at IS NULL FROM pulled.contacts WHERE id = '3'"
    editor(home.store, "contacts", now_of(sandbox)).archive(3)
    assert home.counts("archived").deleted == 1
    assert home.rows(living) == [(False,)]
    editor(home.store, "contacts", now_of(sandbox)).restore(3)
    assert home.counts("contacts").restored == 1
    assert home.rows(living) == [(True,)]


def test_a_merge_brings_the_survivor_with_the_former_ids(
    home: Home, sandbox: HubspotSandbox
) -> None:
    """So that the two that it was made of are not counted beside it."""
    home.pull("contacts")
    merged = editor(home.store, "contacts", now_of(sandbox)).merge(1, 2)
    home.pull("contacts")
    [(former,)] = home.rows(f"SELECT merged_ids FROM pulled.contacts WHERE id = '{merged.id}'")
    assert former == "1;2"


def test_an_association_that_is_made_or_ended_later_is_noticed(home: Home) -> None:
    """Neither bumps a modification time."""
    home.pull("deals", "deal_links")
    links = home.store.links
    home.store.load_links([_link(5, "contacts", 2, 3)])
    kind = editor(home.store, "deals", NOON).kind
    other = editor(home.store, "contacts", NOON).kind
    links.remove(kind, 5, other, 1)
    counts = home.counts("deal_links")
    assert (counts.new, counts.deleted) == (1, 1)


def test_a_cost_that_changes_or_goes_is_noticed(home: Home) -> None:
    """HubSpot does not say which campaign's spend has changed, so all are looked at."""
    home.pull("campaigns", "campaign_costs")
    home.store.load_campaigns([_campaign(250)])
    home.pull("campaigns", "campaign_costs")
    assert home.rows("SELECT amount::DOUBLE FROM pulled.costs") == [(250.0,)]
    gone = StoredCampaign(id=SPRING, properties={}, created_at=NOON, updated_at=NOON)
    home.store.load_campaigns([gone])
    home.pull("campaigns", "campaign_costs")
    assert home.rows("SELECT count(*) FROM pulled.costs WHERE deleted_at IS NULL") == [(0,)]


def test_a_broken_value_sets_one_record_aside(home: Home, sandbox: HubspotSandbox) -> None:
    """The others are stored, and so is this one when it is mended."""
    home.pull("companies")
    edit = editor(home.store, "companies", now_of(sandbox))
    edit.update(21, {"numberofemployees": "about fifty"})
    assert home.counts("companies").quarantined == 1
    edit.update(21, {"numberofemployees": "50"})
    home.pull("companies")
    assert home.rows("SELECT employees FROM pulled.companies") == [(50,)]
    assert home.rows("SELECT count(*) FROM state.quarantine") == [(0,)]


@pytest.mark.parametrize("model", [HubspotContact, HubspotCompany, HubspotDeal])
def test_what_there_is_most_of_takes_the_quick_way(model: type[Wire]) -> None:
    """Their fields have the schema's own types alone; a rule of its own would cost the speed."""
    assert is_quick(spelling_of(model, {}))


def test_the_id_of_another_crm_can_be_read_from_a_property(home: Home, store: Store) -> None:
    """One line of settings makes a contact the same person as that system's record."""
    store.load([stored("contacts", 95, {"salesforcecontactid": "003ak0000000001EAA"})])
    home.fields = {"contacts": {"same_as": "properties.salesforcecontactid"}}
    home.pull("contacts")
    query = "SELECT id, same_as FROM pulled.contacts WHERE same_as IS NOT NULL"
    assert home.rows(query) == [("95", "003ak0000000001EAA")]
