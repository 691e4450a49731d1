"""Answers have the members, with the types, that recorded answers of HubSpot have."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from kpiloop_sandbox.hubspot.options import SandboxOptions
from kpiloop_sandbox.hubspot.server import HubspotSandbox

Ask = Callable[..., requests.Response]
RECORDED = Path(__file__).parents[5] / "shared" / "data" / "responses" / "hubspot"
CONTACTS = "/crm/objects/2026-09/contacts"
CAMPAIGNS = "/marketing/campaigns/2026-09"
PROPERTIES = "/crm/properties/2026-09/contacts"
GUID = "430318c4-abb7-4bf7-a75e-9c5fa8f475a0"

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded answers are not part of the project"
)


def recorded(name: str) -> Any:
    """One recorded answer."""
    return json.loads((RECORDED / name).read_text())


def missing(real: Any, ours: Any, place: str = "$") -> list[str]:
    """Where a member of the real answer is absent from ours, or of another type.

    Property values, assets and contexts differ from account to account and are not compared.
    """
    if real is None or ours is None:
        return []
    if type(real) is not type(ours):
        return [f"{place}: {type(real).__name__} is not {type(ours).__name__}"]
    if isinstance(real, list):
        pairs = zip(real[:1], ours[:1], strict=False)
        empty = [f"{place}: is empty"] if real and not ours else []
        return empty + [gap for r, o in pairs for gap in missing(r, o, f"{place}[]")]
    if not isinstance(real, dict):
        return []
    gaps = [f"{place}.{name}: is absent" for name in real if name not in ours]
    open_ended = {"properties", "assets"}
    shared = [name for name in real if name in ours and name not in open_ended]
    return gaps + [g for name in shared for g in missing(real[name], ours[name], f"{place}.{name}")]


def assert_like(real: Any, ours: Any) -> None:
    """Fail with every difference."""
    assert missing(real, ours) == []


def test_a_search_page_is_like_a_real_one(ask: Ask) -> None:
    """First and last page of a search of contacts."""
    first = ask("POST", f"{CONTACTS}/search", json={"limit": 1}).json()
    assert_like(recorded("search/contacts/1-first-page.json"), first)
    last = ask("POST", f"{CONTACTS}/search", json={"limit": 1, "after": "24"}).json()
    assert_like(recorded("search/contacts/2-second-page.json"), last)
    assert "paging" not in last


def test_a_recorded_search_request_is_understood(ask: Ask) -> None:
    """A request with a limit as text and an ISO time is answered as by the real API."""
    payload = recorded("read-via-search/contacts-payload.json")
    payload["filterGroups"][0]["filters"][0]["value"] = "2025-01-01T00:00:00Z"
    found = ask("POST", f"{CONTACTS}/search", json=payload).json()
    assert_like(recorded("read-via-search/contacts-response.json"), found)


def test_a_batch_read_of_associations_is_like_a_real_one(ask: Ask) -> None:
    """Associations found and associations missing, in one answer with HTTP 207."""
    path = "/crm/associations/2026-09/contacts/companies/batch/read"
    answer = ask("POST", path, json={"inputs": [{"id": "201"}, {"id": "202"}]})
    real = recorded("search/contacts/contacts-to-companies.json")
    assert answer.status_code == 207
    assert_like(real, answer.json())
    assert answer.json()["results"][0]["to"][0]["associationTypes"] == [
        {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"},
        {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None},
    ]
    sentence = real["errors"][0]["message"].replace("103107104018", "202")
    assert answer.json()["errors"][0]["message"] == sentence


def test_an_unknown_object_type_is_refused_as_in_reality(ask: Ask) -> None:
    """The message names the type."""
    answer = ask("POST", "/crm/objects/2026-09/butterflies/search", json={})
    real = recorded("search/error-invalid-object.json")
    assert_like(real, answer.json())
    assert answer.json()["message"] == real["message"]


def test_created_rows_are_like_real_ones(ask: Ask) -> None:
    """A batch of new contacts."""
    rows = [{"properties": {"email": "n@acme.example", "lastname": "New"}}]
    answer = ask("POST", f"{CONTACTS}/batch/create", json={"inputs": rows})
    assert answer.status_code == 201
    assert_like(recorded("batch/create/contacts/success.json"), answer.json())


def test_a_conflict_fails_the_batch_as_in_reality(ask: Ask) -> None:
    """Without trace ids, one e-mail that is taken fails all rows."""
    rows = [{"properties": {"email": e}} for e in ("n@acme.example", "person3@acme.example")]
    answer = ask("POST", f"{CONTACTS}/batch/create", json={"inputs": rows})
    assert answer.status_code == 409
    assert_like(recorded("batch/create/contacts/err-conflict.json"), answer.json())
    assert answer.json()["message"].startswith("Contact already exists")


def test_rows_with_trace_ids_fail_one_by_one_as_in_reality(ask: Ask) -> None:
    """With trace ids, the row that conflicts is told apart from the row that works."""
    rows = [
        {"objectWriteTraceId": "0", "properties": {"email": "person3@acme.example"}},
        {"objectWriteTraceId": "1", "properties": {"email": "n@acme.example"}},
    ]
    answer = ask("POST", f"{CONTACTS}/batch/create", json={"inputs": rows})
    real = recorded("batch/create/contacts/err-partial-success.json")
    assert answer.status_code == 207
    assert_like(real, answer.json())
    (error,) = answer.json()["errors"]
    assert error["context"] == {"objectWriteTraceId": ["0"], "existingId": ["204"]}
    assert error["message"] == real["errors"][0]["message"].replace("171591000198", "204")


@pytest.mark.parametrize("verb", ["create", "update"])
def test_unknown_properties_are_refused_as_in_reality(ask: Ask, verb: str) -> None:
    """Every unknown property is named, in the message and in the errors."""
    names = {"first000name": "x", "last000name": "y"}
    inputs = [{"id": key, "properties": names} for key in ("201", "202")]
    answer = ask("POST", f"{CONTACTS}/batch/{verb}", json={"inputs": inputs})
    real = recorded(f"batch/{verb}/contacts/err-many-invalid-properties.json")
    assert answer.status_code == 400
    assert_like(real, answer.json())
    assert answer.json()["message"] == real["message"]
    assert answer.json()["errors"][0] == real["errors"][0]


def test_updated_rows_are_like_real_ones(ask: Ask) -> None:
    """Rows that worked, alone and beside an unknown id."""
    rows = [{"id": "201", "properties": {"lastname": "X"}}]
    answer = ask("POST", f"{CONTACTS}/batch/update", json={"inputs": rows})
    assert_like(recorded("batch/update/contacts/success.json"), answer.json())
    rows = [*rows, {"id": "unknownIdentifier888", "properties": {"lastname": "X"}}]
    answer = ask("POST", f"{CONTACTS}/batch/update", json={"inputs": rows})
    real = recorded("batch/update/contacts/err-partial-success.json")
    assert answer.status_code == 207
    assert_like(real, answer.json())
    assert answer.json()["errors"] == real["errors"]


def test_duplicate_ids_fail_the_batch_as_in_reality(ask: Ask) -> None:
    """One id twice fails all rows, and the message names it."""
    rows = [{"id": "123456", "properties": {"lastname": "X"}}] * 2
    answer = ask("POST", f"{CONTACTS}/batch/update", json={"inputs": rows})
    real = recorded("batch/update/contacts/err-duplicate-ids.json")
    assert answer.status_code == 400
    assert {**answer.json(), "correlationId": ""} == {**real, "correlationId": ""}


def test_a_missing_scope_is_told_as_in_reality(ask: Ask, sandbox: HubspotSandbox) -> None:
    """The scopes that would do are listed."""
    sandbox.options = SandboxOptions(tokens={"weak": frozenset()})
    answer = ask("GET", CONTACTS, token="weak")
    real = recorded("metadata-err-schemas-scope.json")
    assert answer.status_code == 403
    assert_like(real, answer.json())
    assert answer.json()["context"]["requiredGranularScopes"] == ["crm.objects.contacts.read"]


def test_groups_and_properties_are_made_as_in_reality(ask: Ask) -> None:
    """A recorded group and its properties are created with the recorded outcome."""
    group = ask("POST", f"{PROPERTIES}/groups", json=recorded(f"{CUSTOM}/1-{GROUP}"))
    assert group.status_code == 201
    assert_like(recorded("custom/create/2-response-create-property-group.json"), group.json())
    payload = recorded("custom/create/3-payload-batch-create-properties.json")
    answer = ask("POST", f"{PROPERTIES}/batch/create", json=payload)
    real = recorded("custom/create/4-response-batch-create-properties.json")
    assert answer.status_code == 201
    assert_like(real, answer.json())
    for ours, theirs in zip(answer.json()["results"], real["results"], strict=True):
        assert {name: ours[name] for name in theirs} == theirs


def test_taken_property_names_are_told_as_in_reality(ask: Ask) -> None:
    """Two of four names are taken: two results, two errors, word for word."""
    ask("POST", f"{PROPERTIES}/groups", json=recorded(f"{CUSTOM}/1-{GROUP}"))
    first = recorded("custom/create/3-payload-batch-create-properties.json")
    ask("POST", f"{PROPERTIES}/batch/create", json=first)
    second = recorded("custom/update/2-payload-batch-create-properties.json")
    answer = ask("POST", f"{PROPERTIES}/batch/create", json=second)
    real = recorded("custom/update/3-response-batch-create-properties.json")
    assert answer.status_code == 207
    assert_like(real, answer.json())
    assert answer.json()["errors"] == real["errors"]
    for ours, theirs in zip(answer.json()["results"], real["results"], strict=True):
        assert {name: ours[name] for name in theirs} == theirs


def test_properties_are_changed_as_in_reality(ask: Ask) -> None:
    """Recorded changes give the recorded definitions."""
    ask("POST", f"{PROPERTIES}/groups", json=recorded(f"{CUSTOM}/1-{GROUP}"))
    first = recorded("custom/create/3-payload-batch-create-properties.json")
    ask("POST", f"{PROPERTIES}/batch/create", json=first)
    for name, number, key in (("age", 4, "age__c"), ("interests", 6, "interests__c")):
        change = recorded(f"custom/update/{number}-payload-update-property-{name}.json")
        answer = ask("PATCH", f"{PROPERTIES}/{key}", json=change)
        real = recorded(f"custom/update/{number + 1}-response-update-property-{name}.json")
        personal = {"createdUserId", "updatedUserId", "createdAt", "updatedAt"}
        assert {n: answer.json()[n] for n in real if n not in personal} == {
            n: value for n, value in real.items() if n not in personal
        }


def test_campaign_pages_are_like_real_ones(ask: Ask) -> None:
    """A first page with a cursor and a link, and a last page without."""
    names = "hs_name,hs_notes,hs_budget_items_sum_amount"
    query = {"limit": "2", "sort": "-updatedAt", "properties": names}
    first = ask("GET", CAMPAIGNS, params=query).json()
    real = recorded("read/campaigns/1-first-page.json")
    assert_like(real, first)
    assert first["paging"]["next"]["after"] == real["paging"]["next"]["after"]
    assert re.fullmatch(r"http://.*limit=2.*after=Mg%253D%253D", first["paging"]["next"]["link"])
    query["after"] = first["paging"]["next"]["after"]
    assert_like(
        recorded("read/campaigns/2-last-page.json"), ask("GET", CAMPAIGNS, params=query).json()
    )


def test_a_batch_of_campaigns_is_like_a_real_one(ask: Ask) -> None:
    """Campaigns found, and a GUID that is none."""
    wrong = "430318c4-abb7-4bf7-a75ee-9c5fa8f475a6"
    path = f"{CAMPAIGNS}/batch/read"
    answer = ask("POST", path, json={"inputs": [{"id": GUID}, {"id": wrong}]})
    real = recorded("batch/read/campaigns/multi-207.json")
    assert answer.status_code == 207
    assert_like(real, answer.json())
    assert answer.json()["errors"] == real["errors"]


CUSTOM = "custom/create"
GROUP = "payload-create-property-group.json"
