"""The vendor's own SDK works against the sandbox and understands every answer."""

from datetime import UTC, datetime

import pytest
from hubspot import HubSpot

from kpiloop_sandbox.hubspot.objects import StoredObject
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store


def test_it_walks_all_pages_of_a_type(sdk: HubSpot) -> None:
    """Following the cursors gives every contact once."""
    ids: list[str] = []
    after = None
    while True:
        page = sdk.crm.contacts.basic_api.get_page(limit=10, after=after)
        ids += [each.id for each in page.results]
        if page.paging is None:
            break
        after = page.paging.next.after
    assert ids == [str(201 + number) for number in range(25)]


def test_its_own_loop_over_all_pages_reads_everything(sdk: HubSpot) -> None:
    """`get_all` of the SDK ends and gives all companies."""
    companies = sdk.crm.companies.get_all(properties=["name"])
    assert [each.properties["name"] for each in companies] == [f"Company {n}" for n in range(3)]


def test_it_reads_one_record_with_history_and_associations(sdk: HubSpot) -> None:
    """Versions come newest first; associated records are named with their type."""
    found = sdk.crm.contacts.basic_api.get_by_id(
        "201", properties_with_history=["lifecyclestage"], associations=["companies", "deals"]
    )
    versions = found.properties_with_history["lifecyclestage"]
    assert [each.value for each in versions] == ["lead", "subscriber"]
    assert versions[0].timestamp == datetime(2025, 1, 1, 13, tzinfo=UTC)
    assert found.associations["companies"].results[0].id == "901"
    assert found.associations["deals"].results[0].id == "701"


def test_it_creates_changes_and_archives_a_record(sdk: HubSpot) -> None:
    """A new record is found, changed, and gone after it is archived."""
    api = sdk.crm.contacts.basic_api
    made = api.create({"properties": {"email": "New@Acme.Example", "firstname": "Nora"}})
    assert made.properties["email"] == "new@acme.example"
    assert made.created_at == made.updated_at
    api.update(made.id, {"properties": {"firstname": "Nele"}})
    assert api.get_by_id(made.id, properties=["firstname"]).properties["firstname"] == "Nele"
    api.archive(made.id)
    gone = api.get_page(archived=True).results
    assert [(each.id, each.archived) for each in gone] == [(made.id, True)]


def test_it_searches(sdk: HubSpot) -> None:
    """A filter, a sort and the total."""
    found = sdk.crm.contacts.search_api.do_search(
        {
            "filterGroups": [
                {"filters": [{"propertyName": "hs_object_id", "operator": "GT", "value": "220"}]}
            ],
            "sorts": [{"propertyName": "hs_object_id", "direction": "DESCENDING"}],
            "properties": ["email"],
            "limit": 2,
        }
    )
    assert found.total == 5
    assert [each.id for each in found.results] == ["225", "224"]
    assert found.paging.next.after == "2"


def test_it_reads_and_writes_batches(sdk: HubSpot) -> None:
    """Read, create, update, upsert and archive, 100 at a time."""
    api = sdk.crm.contacts.batch_api
    read = api.read({"inputs": [{"id": "201"}, {"id": "202"}], "properties": ["email"]})
    assert [each.id for each in read.results] == ["201", "202"]
    made = api.create({"inputs": [{"properties": {"email": "x@acme.example"}}]})
    key = made.results[0].id
    changed = api.update({"inputs": [{"id": key, "properties": {"jobtitle": "CEO"}}]})
    assert changed.results[0].properties["jobtitle"] == "CEO"
    rows = [
        {"id": "x@acme.example", "idProperty": "email", "properties": {"city": "Bonn"}},
        {"id": "y@acme.example", "idProperty": "email", "properties": {"city": "Ulm"}},
    ]
    assert [each.new for each in api.upsert({"inputs": rows}).results] == [False, True]
    api.archive({"inputs": [{"id": key}]})
    assert api.read({"inputs": [{"id": key}], "properties": []}).results == []


def test_it_merges_and_deletes_for_good(sdk: HubSpot) -> None:
    """A merge gives a new id; a privacy deletion leaves no tombstone."""
    api = sdk.crm.contacts.basic_api
    merged = api.merge({"primaryObjectId": "201", "objectIdToMerge": "202"})
    assert merged.id not in {"201", "202"}
    assert api.get_by_id("202").id == merged.id
    api.purge({"objectId": "203"})
    assert "203" not in {each.id for each in api.get_page(archived=True).results}


def test_it_manages_properties_and_groups(sdk: HubSpot) -> None:
    """A group and a property are made, changed, listed and archived."""
    sdk.crm.properties.groups_api.create("deals", {"name": "kpiloop", "label": "kpiloop"})
    definition = {
        "name": "kpi_band",
        "label": "Band",
        "type": "enumeration",
        "fieldType": "select",
        "groupName": "kpiloop",
        "options": [{"label": "A", "value": "a", "displayOrder": 0, "hidden": False}],
    }
    made = sdk.crm.properties.core_api.create("deals", definition)
    assert made.options[0].value == "a"
    changed = sdk.crm.properties.core_api.update("deals", "kpi_band", {"label": "Deal band"})
    assert changed.label == "Deal band"
    assert "kpi_band" in {
        each.name for each in sdk.crm.properties.core_api.get_all("deals").results
    }
    sdk.crm.properties.core_api.archive("deals", "kpi_band")
    read = sdk.crm.properties.batch_api.read(
        "deals", {"archived": True, "inputs": [{"name": "kpi_band"}]}
    )
    assert read.results[0].archived is True


def test_it_reads_owners_and_pipelines(sdk: HubSpot) -> None:
    """Owners who left are listed apart; a pipeline comes with its stages in order."""
    assert [each.email for each in sdk.crm.owners.owners_api.get_page().results] == [
        "a@acme.example"
    ]
    gone = sdk.crm.owners.owners_api.get_page(archived=True)
    assert [each.id for each in gone.results] == ["32"]
    (pipeline,) = sdk.crm.pipelines.pipelines_api.get_all("deals").results
    assert [stage.id for stage in pipeline.stages] == ["new", "closedwon"]
    assert pipeline.stages[1].metadata["isClosed"] == "true"


def test_it_reads_and_makes_associations(sdk: HubSpot) -> None:
    """Both directions know a new association and its types."""
    api = sdk.crm.associations.v4.batch_api
    row = {
        "from": {"id": "202"},
        "to": {"id": "902"},
        "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}],
    }
    api.create("contacts", "companies", {"inputs": [row]})
    back = api.get_page("companies", "contacts", {"inputs": [{"id": "902"}]})
    (end,) = back.results[0].to
    assert str(end.to_object_id) == "202"
    assert {each.type_id for each in end.association_types} == {2, 280}
    sdk.crm.associations.v4.basic_api.create_default("contacts", 203, "companies", 903)
    page = sdk.crm.associations.v4.basic_api.get_page("contacts", "203", "companies")
    assert [str(each.to_object_id) for each in page.results] == ["903"]


def test_it_renews_an_oauth_token_and_works_with_it(sdk: HubSpot, sandbox: HubspotSandbox) -> None:
    """A refresh token buys an access token for half an hour."""
    answer = sdk.oauth.tokens_api.create(
        grant_type="refresh_token",
        client_id="sandbox-client",
        client_secret="sandbox-secret",
        refresh_token="sandbox-refresh",
    )
    assert answer.expires_in == 1_800
    renewed = HubSpot(access_token=answer.access_token, host=sandbox.base_url)
    assert len(renewed.crm.contacts.basic_api.get_page(limit=1).results) == 1


def test_it_raises_its_own_errors(sdk: HubSpot) -> None:
    """A missing record is the SDK's exception with the status of the answer."""
    with pytest.raises(Exception, match="404"):
        sdk.crm.contacts.basic_api.get_by_id("999")


def test_it_reads_what_a_seed_has_archived(sdk: HubSpot, store: Store) -> None:
    """Archived seeds are listed apart, with the time of their archiving."""
    when = datetime(2025, 3, 1, tzinfo=UTC)
    gone = StoredObject(
        object_type="deals",
        id="799",
        properties={"dealname": "Gone"},
        created_at=when,
        updated_at=when,
        archived_at=when,
    )
    store.load([gone])
    (found,) = sdk.crm.deals.basic_api.get_page(archived=True).results
    assert found.id == "799"
    assert found.archived_at == when


def test_its_older_association_calls_work_too(sdk: HubSpot) -> None:
    """Version 3 has a shape of its own, in which types are names."""
    api = sdk.crm.associations.batch_api
    row = {"from": {"id": "202"}, "to": {"id": "902"}, "type": "contact_to_company"}
    made = api.create("contacts", "companies", {"inputs": [row]})
    assert made.results[0].type == "contact_to_company"
    read = api.read("contacts", "companies", {"inputs": [{"id": "202"}]})
    (end,) = read.results[0].to
    assert (end.id, end.type) == ("902", "contact_to_company")
