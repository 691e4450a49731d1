"""Writing records: history, values, conflicts, merges, the recycle bin."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from kpiloop_sandbox.hubspot.kinds import CONTACTS, DEALS
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store

Ask = Callable[..., requests.Response]
CONTACT = "/crm/objects/2026-09/contacts"
DEAL = "/crm/objects/2026-09/deals"


def history(ask: Ask, key: str, name: str) -> list[dict[str, Any]]:
    """The versions of a contact's property, newest first."""
    inputs = {"inputs": [{"id": key}], "propertiesWithHistory": [name]}
    (row,) = ask("POST", f"{CONTACT}/batch/read", json=inputs).json()["results"]
    versions: list[dict[str, Any]] = row["propertiesWithHistory"][name]
    return versions


def test_a_change_joins_the_history_and_bumps_the_modification_time(ask: Ask) -> None:
    """The newest version comes first and names the integration."""
    before = ask("GET", f"{CONTACT}/201").json()["updatedAt"]
    changed = ask("PATCH", f"{CONTACT}/201", json={"properties": {"lifecyclestage": "customer"}})
    versions = history(ask, "201", "lifecyclestage")
    assert [each["value"] for each in versions] == ["customer", "lead", "subscriber"]
    assert versions[0]["sourceType"] == "INTEGRATION"
    assert changed.json()["properties"]["lastmodifieddate"] == changed.json()["updatedAt"]
    assert changed.json()["updatedAt"] > before


def test_writing_what_is_there_already_changes_nothing(ask: Ask) -> None:
    """Neither the modification time nor the history moves."""
    before = ask("GET", f"{CONTACT}/201").json()["updatedAt"]
    same = {"properties": {"lifecyclestage": "lead"}}
    assert ask("PATCH", f"{CONTACT}/201", json=same).json()["updatedAt"] == before
    assert len(history(ask, "201", "lifecyclestage")) == 2


def test_an_empty_value_clears_and_reads_as_null(ask: Ask) -> None:
    """The history keeps the moment of clearing."""
    ask("PATCH", f"{CONTACT}/201", json={"properties": {"firstname": ""}})
    read = ask("GET", f"{CONTACT}/201", params={"properties": "firstname"}).json()
    assert read["properties"]["firstname"] is None
    assert [each["value"] for each in history(ask, "201", "firstname")] == ["", "Person 0"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("amount", "12,5k", "INVALID_INTEGER"),
        ("amount", "1.4e-14", "INVALID_INTEGER"),
        ("closedate", "soon", "INVALID_LONG"),
        ("dealtype", "gift", "INVALID_OPTION"),
        ("hs_object_id", "1", "READ_ONLY_VALUE"),
        ("nonsense", "x", "PROPERTY_DOESNT_EXIST"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(look: Ask, name: str, value: str, code: str) -> None:
    """The answer names the property and the reason, and nothing is written."""
    answer = look("PATCH", f"{DEAL}/701", json={"properties": {name: value}})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == code
    assert answer.json()["errors"][0]["context"] == {"propertyName": [name]}


def test_times_are_taken_in_both_spellings_and_kept_in_one(ask: Ask) -> None:
    """Epoch milliseconds come back as ISO 8601."""
    for value in ("1735689600000", "2025-01-01", "2025-01-01T01:00:00+01:00"):
        answer = ask("PATCH", f"{DEAL}/701", json={"properties": {"closedate": value}})
        assert answer.json()["properties"]["closedate"] == "2025-01-01T00:00:00.000Z"


def test_a_date_must_be_midnight(ask: Ask) -> None:
    """A date property takes a day, not an hour."""
    definition = {
        "name": "due",
        "label": "Due",
        "type": "date",
        "fieldType": "date",
        "groupName": "dealinformation",
    }
    ask("POST", "/crm/properties/2026-09/deals", json=definition)
    good = ask("PATCH", f"{DEAL}/701", json={"properties": {"due": "1735689600000"}})
    bad = ask("PATCH", f"{DEAL}/701", json={"properties": {"due": "1735689600001"}})
    assert good.json()["properties"]["due"] == "2025-01-01"
    assert bad.json()["errors"][0]["code"] == "INVALID_DATE"


def test_an_email_belongs_to_one_contact(ask: Ask) -> None:
    """Taking another contact's e-mail is a conflict; a freed one may be taken."""
    taken = ask("POST", CONTACT, json={"properties": {"email": "PERSON1@acme.example"}})
    assert taken.status_code == 409
    assert taken.json()["message"] == "Contact already exists. Existing ID: 202"
    ask("PATCH", f"{CONTACT}/202", json={"properties": {"email": "other@acme.example"}})
    free = ask("POST", CONTACT, json={"properties": {"email": "person1@acme.example"}})
    assert free.status_code == 201


def test_a_refused_batch_writes_no_row(ask: Ask, store: Store) -> None:
    """Rows before the one that is refused are not kept."""
    rows = [
        {"id": "201", "properties": {"firstname": "Zoe"}},
        {"id": "202", "properties": {"email": "person5@acme.example"}},
    ]
    assert ask("POST", f"{CONTACT}/batch/update", json={"inputs": rows}).status_code == 409
    record = store.get(CONTACTS, 201)
    assert record is not None
    assert record.properties["firstname"] == "Person 0"


def test_rows_with_trace_ids_are_judged_one_by_one(ask: Ask) -> None:
    """Good rows are written, bad ones come back with their trace id."""
    rows = [
        {"id": "701", "objectWriteTraceId": "a", "properties": {"amount": "5"}},
        {"id": "702", "objectWriteTraceId": "b", "properties": {"amount": "five"}},
    ]
    answer = ask("POST", f"{DEAL}/batch/update", json={"inputs": rows})
    assert answer.status_code == 207
    assert [each["objectWriteTraceId"] for each in answer.json()["results"]] == ["a"]
    assert answer.json()["errors"][0]["context"] == {"objectWriteTraceId": ["b"]}
    assert answer.json()["errors"][0]["category"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    ("verb", "count", "more"),
    [("read", 101, {}), ("read", 51, {"propertiesWithHistory": ["email"]}), ("update", 101, {})],
)
def test_batches_have_a_size(look: Ask, verb: str, count: int, more: dict[str, Any]) -> None:
    """100 rows, or 50 with history."""
    inputs = [{"id": str(number), "properties": {}} for number in range(count)]
    answer = look("POST", f"{CONTACT}/batch/{verb}", json={"inputs": inputs, **more})
    assert answer.status_code == 400


@pytest.mark.parametrize("query", [{"limit": 101}, {"limit": 51, "propertiesWithHistory": "email"}])
def test_pages_have_a_size(look: Ask, query: dict[str, Any]) -> None:
    """100 records, or 50 with history."""
    assert look("GET", CONTACT, params=query).status_code == 400


def test_a_batch_read_finds_by_a_unique_property(look: Ask) -> None:
    """E-mails in any case stand for ids; unknown ones are named."""
    inputs = [{"id": "Person1@acme.example"}, {"id": "nobody@acme.example"}]
    body = {"idProperty": "email", "inputs": inputs}
    answer = look("POST", f"{CONTACT}/batch/read", json=body)
    assert answer.status_code == 207
    assert [each["id"] for each in answer.json()["results"]] == ["202"]
    assert answer.json()["errors"][0]["context"] == {"ids": ["nobody@acme.example"]}


def test_a_merge_gives_a_new_record_that_answers_to_all_former_ids(
    ask: Ask, search: Callable[..., dict[str, Any]]
) -> None:
    """The primary's values win, links move, former ids are listed, and losers are not found."""
    body = {"primaryObjectId": "202", "objectIdToMerge": "201"}
    merged = ask("POST", f"{CONTACT}/merge", json=body).json()
    new = merged["id"]
    assert merged["properties"]["hs_merged_object_ids"] == "202;201"
    assert merged["properties"]["firstname"] == "Person 1"
    assert merged["createdAt"] == "2025-01-01T12:00:00.000Z"
    inputs = {"inputs": [{"id": "201"}, {"id": "202"}]}
    read = ask("POST", f"{CONTACT}/batch/read", json=inputs).json()["results"]
    assert [each["id"] for each in read] == [new]
    assert search("contacts", ("hs_object_id", "LTE", "202"))["total"] == 0
    path = "/crm/associations/2026-09/contacts/companies/batch/read"
    (linked,) = ask("POST", path, json={"inputs": [{"id": new}]}).json()["results"]
    assert linked["to"][0]["toObjectId"] == 901
    again = ask("POST", f"{CONTACT}/merge", json={"primaryObjectId": new, "objectIdToMerge": "203"})
    assert again.json()["properties"]["hs_merged_object_ids"] == f"202;201;{new};203"
    assert ask("GET", f"{CONTACT}/201").json()["id"] == again.json()["id"]


def test_a_record_cannot_be_merged_with_itself(look: Ask) -> None:
    """The same id twice is refused."""
    body = {"primaryObjectId": "201", "objectIdToMerge": "201"}
    assert look("POST", f"{CONTACT}/merge", json=body).status_code == 400


def test_an_archived_record_is_only_in_the_recycle_bin(ask: Ask) -> None:
    """Lists and reads find it only with `archived=true`; its e-mail is free again."""
    assert ask("DELETE", f"{CONTACT}/201").status_code == 204
    assert ask("DELETE", f"{CONTACT}/201").status_code == 204
    assert ask("GET", f"{CONTACT}/201").status_code == 404
    gone = ask("GET", f"{CONTACT}/201", params={"archived": "true"}).json()
    assert gone["archived"] is True
    assert "archivedAt" in gone
    made = ask("POST", CONTACT, json={"properties": {"email": "person0@acme.example"}})
    assert made.status_code == 201


def test_a_new_record_comes_with_its_associations(ask: Ask) -> None:
    """A contact is created as the primary contact of a company."""
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    link = {"to": {"id": "902"}, "types": types}
    made = ask("POST", CONTACT, json={"properties": {}, "associations": [link]}).json()
    query = {"associations": "companies"}
    read = ask("GET", f"{CONTACT}/{made['id']}", params=query).json()
    assert [each["id"] for each in read["associations"]["companies"]["results"]] == ["902", "902"]


def test_what_was_written_is_counted(ask: Ask, sandbox: HubspotSandbox) -> None:
    """Tests can ask how many records were really sent."""
    rows = [{"id": str(number), "properties": {"city": "Ulm"}} for number in (201, 202, 9)]
    ask("POST", f"{CONTACT}/batch/update", json={"inputs": rows})
    assert sandbox.counters.records_written == 2
    assert sandbox.counters.requests["POST /crm/objects/{type}/batch/update"] == 1


def test_a_new_id_is_never_an_old_one(ask: Ask, store: Store) -> None:
    """Not even that of a record that was deleted for good."""
    made = [ask("POST", DEAL, json={"properties": {"dealname": "A"}}).json()["id"]]
    ask("DELETE", f"/_sandbox/objects/deals/{made[0]}", params={"purge": "true"})
    assert store.get(DEALS, int(made[0])) is None
    made.append(ask("POST", DEAL, json={"properties": {"dealname": "B"}}).json()["id"])
    assert made[0] != made[1]


def test_a_deal_that_is_won_says_so(ask: Ask) -> None:
    """Whether a deal is closed and won follows from its stage."""
    ask("PATCH", f"{DEAL}/701", json={"properties": {"dealstage": "closedwon"}})
    names = "hs_is_closed,hs_is_closed_won,hs_deal_stage_probability"
    read = ask("GET", f"{DEAL}/701", params={"properties": names}).json()["properties"]
    assert [read[name] for name in names.split(",")] == ["true", "true", "1.0"]


@pytest.mark.parametrize("key", ["0", "-1", "x", "9" * 40, "²"])
def test_what_is_no_id_is_not_found(look: Ask, key: str) -> None:
    """Odd ids are unknown ids, in single reads and in batches."""
    assert look("GET", f"{CONTACT}/{key}").status_code == 404
    answer = look("POST", f"{CONTACT}/batch/read", json={"inputs": [{"id": key}]})
    assert answer.json()["errors"][0]["context"] == {"ids": [key]}
