"""Answers and requests are like recorded ones of Salesforce, and of its own samples."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from kpiloop_sandbox.salesforce.ids import is_id, long_id
from kpiloop_sandbox.salesforce.times import spelled
from support.salesforce_org import ROOT, START, Ask

SHARED = Path(__file__).parents[5] / "shared" / "data"
RECORDED = SHARED / "responses" / "salesforce"
SAMPLES = SHARED / "salesforce" / "forcedotcom-postman-v50"
COLLECTION = f"{ROOT}/composite/sobjects"

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded answers are not part of the project"
)


def recorded(name: str) -> Any:
    """One recorded answer."""
    return json.loads((RECORDED / name).read_text())


def shape(value: Any) -> Any:
    """What a value is made of: members and types, not what they say."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value[:1]]
    return type(value).__name__


def first_of(answer: Any) -> Any:
    """The first record of an answer."""
    return answer["records"][0]


def test_a_query_is_answered_as_recorded(ask: Ask) -> None:
    """A list of contacts, with null where there is no value."""
    real = first_of(recorded("read-list-contacts.json"))
    query = {"q": "SELECT AccountId, Department FROM Contact"}
    ours = first_of(ask("GET", f"{ROOT}/query", params=query).json())
    assert ours.keys() == real.keys() & {"attributes", "AccountId", "Department"}
    assert shape(ours["attributes"]) == shape(real["attributes"])


def test_an_address_is_one_value_with_parts(ask: Ask) -> None:
    """As a lead's, whose parts may all be unknown but the country."""
    real = first_of(recorded("read-list-leads.json"))
    body = {"LastName": "Alt", "Company": "Acme", "Country": "Germany"}
    key = ask("POST", f"{ROOT}/sobjects/Lead", json=body).json()["id"]
    ours = ask("GET", f"{ROOT}/sobjects/Lead/{key}?fields=Address").json()
    assert ours["Address"].keys() == real["Address"].keys()
    assert ours["Address"]["country"] == "Germany"


def test_an_unknown_object_is_refused_as_recorded(ask: Ask) -> None:
    """The same code, and the same sentence under the arrow."""
    (real,) = recorded("unknown-object.json")
    text = "SELECT Name,BillingCity,IsDeleted FROM Accout"
    (ours,) = ask("GET", f"{ROOT}/query", params={"q": text}).json()
    assert ours["errorCode"] == real["errorCode"]
    assert ours["message"].splitlines()[-1] == real["message"].splitlines()[-1]


def test_a_write_to_an_unknown_field_is_refused_as_recorded(ask: Ask) -> None:
    """Word for word."""
    answer = ask("POST", f"{ROOT}/sobjects/Account", json={"AccountNumer": "1", "Name": "A"})
    assert answer.status_code == 400
    assert answer.json() == recorded("unknown-field.json")


def test_a_write_to_a_read_only_field_is_refused_as_recorded(ask: Ask) -> None:
    """Word for word."""
    body = {"MasterRecordId": None, "Name": "A"}
    answer = ask("POST", f"{ROOT}/sobjects/Account", json=body)
    assert answer.json() == recorded("invalid-field-upsert.json")


def test_a_made_record_is_answered_as_recorded(ask: Ask) -> None:
    """Its id, success, and no errors."""
    answer = ask("POST", f"{ROOT}/sobjects/Account", json={"Name": "A"}).json()
    assert shape(answer) == shape(recorded("create-ok.json"))


def test_a_deleted_record_is_answered_as_recorded(ask: Ask) -> None:
    """ENTITY_IS_DELETED."""
    made = ask("POST", f"{ROOT}/sobjects/Account", json={"Name": "A"}).json()["id"]
    path = f"{ROOT}/sobjects/Account/{made}"
    ask("DELETE", path)
    (real,) = recorded("crm/delete/not-found.json")
    (ours,) = ask("DELETE", path).json()
    assert ours.items() <= real.items()


def test_collections_are_answered_as_recorded(ask: Ask) -> None:
    """Recorded requests get the recorded outcomes: made, all or none, without ids, without any."""
    folder = "batch/create/contacts"
    made = ask("POST", COLLECTION, json=recorded(f"{folder}/payload.json")).json()
    assert shape(made) == shape(recorded(f"{folder}/success.json"))
    contact = {"attributes": {"type": "Contact"}}
    body = {"allOrNone": True, "records": [contact, {**contact, "LastName": "A"}]}
    answer = ask("POST", COLLECTION, json=body).json()
    assert answer == recorded(f"{folder}/partial-but-allOrNone.json")
    empty = ask("POST", COLLECTION, json={"records": []})
    assert empty.json() == recorded(f"{folder}/err-bad-request.json")
    folder = "batch/update/contacts"
    nameless = ask("PATCH", COLLECTION, json={"records": [contact, contact]}).json()
    assert nameless == recorded(f"{folder}/err-each-no-ids.json")
    ids = [each["id"] for each in made]
    payload = recorded(f"{folder}/payload.json")
    for record, key in zip(payload["records"], ids, strict=True):
        record["id"] = key
    assert shape(ask("PATCH", COLLECTION, json=payload).json()) == shape(
        recorded(f"{folder}/success.json")
    )


def test_a_bulk_job_is_answered_as_recorded(ask: Ask) -> None:
    """When it is made, and later while it is asked for."""
    body = {"operation": "query", "query": "SELECT Id FROM Account"}
    made = ask("POST", f"{ROOT}/jobs/query", json=body).json()
    real = recorded("bulk/read-launch-job-account.json")
    assert shape(made) == shape(real)
    assert made["createdDate"] == spelled(START + 86_400)
    told = ask("GET", f"{ROOT}/jobs/query/{made['id']}").json()
    common = shape(real).items()
    assert common <= shape(told).items()


def test_described_fields_have_the_recorded_members(ask: Ask) -> None:
    """Every member of a recorded field of the same name, with its type."""
    (part,) = recorded("metadata/read/accounts-sampled.json")["compositeResponse"]
    described = ask("GET", f"{ROOT}/sobjects/Account/describe").json()
    ours = {field["name"]: field for field in described["fields"]}
    shared = [field for field in part["body"]["fields"] if field["name"] in ours]
    assert shared
    for real in shared:
        assert real.keys() <= ours[real["name"]].keys()
        assert real["type"] == ours[real["name"]]["type"]


def test_recorded_ids_are_ids() -> None:
    """The last three characters follow from the others."""
    for record in recorded("batch/create/contacts/success.json"):
        assert is_id(record["id"])
        assert long_id(record["id"][:15]) == record["id"]
    assert not is_id("003ak00000luKU1AAX")


@pytest.mark.parametrize(
    "name",
    [
        "rest/query.json",
        "rest/queryall.json",
        "rest/versions.json",
        "rest/limit.json",
        "rest/describe_global.json",
        "rest/sobject_describe.json",
        "rest/sobject_basic_information.json",
        "rest/sobject_get_updated.json",
        "rest/sobject_get_deleted.json",
        "query/get_all_query_jobs.json",
    ],
)
def test_an_official_sample_request_is_served(ask: Ask, name: str) -> None:
    """Salesforce's own samples, with what they leave open filled in."""
    sample = json.loads((SAMPLES / name).read_text())
    url = sample["url"].replace("{{_endpoint}}", "").replace("{{version}}", "67.0")
    path, _, query = url.replace("<SOBJECT_API_NAME>", "Lead").partition("?")
    params = {key: value for key, value in parse_qsl(query) if value}
    if "start=" in query:
        params |= {"start": spelled(START), "end": spelled(START + 3_600)}
    answer = ask(sample["method"], path, params=params)
    assert answer.status_code == 200, answer.text
