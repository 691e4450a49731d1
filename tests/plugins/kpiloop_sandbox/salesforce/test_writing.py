"""Writing: one record, collections, what follows from it, and updated/deleted."""

from typing import Any

import pytest

from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.store import Store
from kpiloop_sandbox.salesforce.times import spelled
from support.salesforce_org import ACCOUNT, ROOT, START, Ask, Clock, querying

COLLECTION = f"{ROOT}/composite/sobjects"
NOW = START + 86_400
ONE, TWO, GONE = (record_id("00Q", number) for number in (1, 2, 10))


def lead(key: str, **values: Any) -> dict[str, Any]:
    """A record of a collection."""
    return {"attributes": {"type": "Lead"}, "Id": key, **values}


def change(ask: Ask, *records: dict[str, Any], all_or_none: bool = False) -> list[dict[str, Any]]:
    """The outcomes of an update."""
    body = {"allOrNone": all_or_none, "records": records}
    answer = ask("PATCH", COLLECTION, json=body)
    assert answer.status_code == 200
    outcomes: list[dict[str, Any]] = answer.json()
    return outcomes


def company(ask: Ask, key: str) -> str:
    """The company of a lead."""
    name: str = ask("GET", f"{ROOT}/sobjects/Lead/{key}?fields=Company").json()["Company"]
    return name


def test_collections_answer_200_with_an_outcome_for_each_record(ask: Ask) -> None:
    """In the order of the request, with Salesforce's codes."""
    outcomes = change(
        ask,
        lead(ONE, Company="New"),
        lead(TWO, Kompany="New"),
        lead(GONE, Company="New"),
        lead(TWO, IsConverted=True),
        lead(TWO, Company="x" * 256),
        lead(TWO, Company=None),
        lead(TWO, OwnerId=record_id("005", 77)),
        lead("nonsense"),
        {"attributes": {"type": "Leed"}, "id": ONE},
        {"Company": "New"},
        {"attributes": {"type": "Lead"}, "Company": "New"},
    )
    assert outcomes[0] == {"id": ONE, "success": True, "errors": []}
    assert [each["errors"][0]["statusCode"] for each in outcomes[1:]] == [
        "INVALID_FIELD",
        "ENTITY_IS_DELETED",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "STRING_TOO_LONG",
        "REQUIRED_FIELD_MISSING",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "MALFORMED_ID",
        "INVALID_TYPE",
        "MISSING_ARGUMENT",
        "MISSING_ARGUMENT",
    ]
    assert company(ask, ONE) == "New"
    assert company(ask, TWO) == "Bravo"


def test_all_or_none_undoes_what_succeeded(ask: Ask) -> None:
    """The others say ALL_OR_NONE_OPERATION_ROLLED_BACK."""
    outcomes = change(ask, lead(ONE, Company="New"), lead(TWO, Kompany="New"), all_or_none=True)
    codes = [each["errors"][0]["statusCode"] for each in outcomes]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_FIELD"]
    assert company(ask, ONE) == "Acme"


@pytest.mark.parametrize(
    ("number", "code"), [(0, "REQUIRED_FIELD_MISSING"), (201, "EXCEEDED_MAX_SIZE_REQUEST")]
)
def test_a_collection_has_1_to_200_records(ask: Ask, number: int, code: str) -> None:
    """Anything else is refused as a whole with HTTP 400."""
    answer = ask("PATCH", COLLECTION, json={"records": [lead(ONE)] * number})
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == code


def test_an_upsert_by_external_id_makes_a_record_once(ask: Ask) -> None:
    """The second time it is changed."""
    path = f"{COLLECTION}/Account/AccountNumber"
    record = {"attributes": {"type": "Account"}, "AccountNumber": "A-1", "Name": "Bravo"}
    (first,) = ask("PATCH", path, json={"records": [record]}).json()
    (second,) = ask("PATCH", path, json={"records": [{**record, "Name": "Charlie"}]}).json()
    assert (first["created"], second["created"]) == (True, False)
    assert first["id"] == second["id"]
    (found,) = querying(ask)("SELECT Name FROM Account WHERE AccountNumber = 'A-1'")
    assert found["Name"] == "Charlie"


def test_a_write_gets_the_time_of_the_org(ask: Ask) -> None:
    """Names follow from their parts, and the value comes back as it was written."""
    change(ask, lead(ONE, FirstName="Ada", LastName="Alt", HasOptedOutOfEmail="true"))
    found = ask("GET", f"{ROOT}/sobjects/Lead/{ONE}").json()
    assert found["Name"] == "Ada Alt"
    assert found["HasOptedOutOfEmail"] is True
    assert found["SystemModstamp"] == found["LastModifiedDate"] == spelled(NOW)


def test_a_new_record_answers_201_with_its_id(ask: Ask) -> None:
    """It can be read, changed, deleted and then is gone with HTTP 404."""
    made = ask("POST", f"{ROOT}/sobjects/Account", json={"Name": "Delta"})
    assert made.status_code == 201
    path = f"{ROOT}/sobjects/Account/{made.json()['id']}"
    assert ask("PATCH", path, json={"Name": "Echo"}).status_code == 204
    assert ask("GET", path).json()["Name"] == "Echo"
    assert ask("DELETE", path).status_code == 204
    gone = ask("GET", path)
    assert gone.status_code == 404
    assert gone.json()[0]["errorCode"] == "ENTITY_IS_DELETED"


def test_a_formula_changes_without_a_new_system_modstamp(ask: Ask) -> None:
    """What it shows is its parent's, so only a full read meets the change."""
    query = querying(ask)
    text = "SELECT SystemModstamp, Account_Industry__c FROM Contact WHERE AccountId != null"
    (before,) = query(text)
    ask("PATCH", f"{ROOT}/sobjects/Account/{ACCOUNT}", json={"Industry": "Mining"})
    (after,) = query(text)
    assert after["Account_Industry__c"] == "Mining"
    assert after["SystemModstamp"] == before["SystemModstamp"]


def test_a_changed_status_is_kept_in_the_history(ask: Ask) -> None:
    """Old and new value, with the time of the change."""
    change(ask, lead(ONE, Status="Working - Contacted"))
    (entry,) = querying(ask)("SELECT LeadId, Field, OldValue, NewValue FROM LeadHistory")
    assert (entry["LeadId"], entry["Field"]) == (ONE, "Status")
    assert entry["OldValue"] == "Open - Not Contacted"
    assert entry["NewValue"] == "Working - Contacted"


def test_a_stage_decides_whether_an_opportunity_is_won(ask: Ask, store: Store) -> None:
    """Each change of it stands in OpportunityHistory and OpportunityFieldHistory."""
    stage = {"Id": record_id("01J", 1), "ApiName": "Closed Won", "DefaultProbability": 100.0}
    store.load("OpportunityStage", [{**stage, "IsClosed": 1, "IsWon": 1}])
    body = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-07-01", "Amount": 5}
    key = ask("POST", f"{ROOT}/sobjects/Opportunity", json=body).json()["id"]
    ask("PATCH", f"{ROOT}/sobjects/Opportunity/{key}", json={"StageName": "Closed Won"})
    query = querying(ask)
    (deal,) = query("SELECT IsWon, IsClosed, Probability, Amount FROM Opportunity")
    assert (deal["IsWon"], deal["IsClosed"], deal["Probability"]) == (True, True, 100.0)
    steps = query("SELECT StageName FROM OpportunityHistory ORDER BY Id")
    assert [step["StageName"] for step in steps] == ["Prospecting", "Closed Won"]
    (entry,) = query("SELECT NewValue FROM OpportunityFieldHistory")
    assert entry["NewValue"] == "Closed Won"


def test_a_merge_deletes_the_loser_and_names_the_one_that_stays(ask: Ask) -> None:
    """MasterRecordId of a deleted lead is the lead that it became."""
    ask("POST", f"/_sandbox/records/Lead/{ONE}/merge", json=[TWO])
    query = querying(ask)
    (loser,) = query(f"SELECT IsDeleted, MasterRecordId FROM Lead WHERE Id = '{TWO}'", deleted=True)
    assert (loser["IsDeleted"], loser["MasterRecordId"]) == (True, ONE)
    (kept,) = query(f"SELECT SystemModstamp FROM Lead WHERE Id = '{ONE}'")
    assert kept["SystemModstamp"] == spelled(NOW)


def test_a_late_commit_lands_behind_the_cursor(ask: Ask) -> None:
    """A record may appear with a SystemModstamp that is seconds old."""
    path = f"/_sandbox/records/Lead/{ONE}?committed_late=90"
    ask("PATCH", path, json={"Company": "Late"})
    (found,) = querying(ask)(f"SELECT SystemModstamp FROM Lead WHERE Id = '{ONE}'")
    assert found["SystemModstamp"] == spelled(NOW - 90)


def test_a_restored_record_is_there_again_and_a_purged_one_never(ask: Ask) -> None:
    """QueryAll shows the recycle bin, but nothing that was emptied out of it."""
    ask("POST", f"/_sandbox/records/Lead/{GONE}/restore")
    ask("DELETE", f"/_sandbox/records/Lead/{TWO}?purge=true")
    query = querying(ask)
    assert len(query(f"SELECT Id FROM Lead WHERE Id = '{GONE}'")) == 1
    assert query(f"SELECT Id FROM Lead WHERE Id = '{TWO}'", deleted=True) == []


def span(start: int, end: int) -> dict[str, str]:
    """The parameters of updated and deleted."""
    return {"start": spelled(start).replace("+0000", "Z"), "end": spelled(end)}


def test_updated_and_deleted_ignore_the_seconds(ask: Ask, clock: Clock) -> None:
    """12:30:59 is 12:30; latestDateCovered is where the next call starts."""
    clock.seconds = float(NOW + 59)
    change(ask, lead(ONE, Company="New"))
    ask("DELETE", f"{ROOT}/sobjects/Lead/{TWO}")
    clock.seconds += 120
    params = span(NOW + 30, NOW + 119)
    updated = ask("GET", f"{ROOT}/sobjects/Lead/updated/", params=params).json()
    assert updated == {"ids": [ONE], "latestDateCovered": spelled(NOW + 60)}
    deleted = ask("GET", f"{ROOT}/sobjects/Lead/deleted", params=params).json()
    assert deleted["deletedRecords"] == [{"id": TWO, "deletedDate": spelled(NOW + 59)}]
    assert deleted["earliestDateAvailable"] == spelled(NOW + 120 - 15 * 86_400)
    assert deleted["latestDateCovered"] == spelled(NOW + 60)


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("updated", NOW - 31 * 86_400, NOW),
        ("deleted", NOW - 16 * 86_400, NOW),
        ("updated", NOW, NOW + 59),
        ("deleted", NOW, NOW - 60),
    ],
)
def test_updated_goes_back_30_days_and_deleted_15(
    ask: Ask, name: str, start: int, end: int
) -> None:
    """Further back, or less than a minute, is INVALID_REPLICATION_DATE."""
    answer = ask("GET", f"{ROOT}/sobjects/Lead/{name}/", params=span(start, end))
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "INVALID_REPLICATION_DATE"
