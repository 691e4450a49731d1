"""Query and queryAll: batches, locators, and what SOQL means here."""

from typing import Any

import pytest

from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from support.salesforce_org import ACCOUNT, LEADS, ROOT, Ask, Clock, Query

LIVE = LEADS - LEADS // 10


def names(records: list[dict[str, Any]]) -> list[str]:
    """The names of records."""
    return [record["Name"] for record in records]


def count(ask: Ask, where: str, entity: str = "Lead") -> int:
    """How many records fulfil a condition."""
    text = f"SELECT COUNT() FROM {entity} WHERE {where}"
    answer = ask("GET", f"{ROOT}/query", params={"q": text}).json()
    number: int = answer["totalSize"]
    return number


def test_next_records_url_leads_through_all_records_once(browse: Ask) -> None:
    """Batches of 200 end with a last one that is done and has no next."""
    answer = browse("GET", f"{ROOT}/query", params={"q": "SELECT Id FROM Lead"}).json()
    seen = [record["Id"] for record in answer["records"]]
    while not answer["done"]:
        assert len(answer["records"]) == 200
        answer = browse("GET", answer["nextRecordsUrl"]).json()
        seen += [record["Id"] for record in answer["records"]]
    assert answer["totalSize"] == len(seen) == len(set(seen)) == LIVE
    assert "nextRecordsUrl" not in answer


def test_a_locator_lives_two_days(ask: Ask, clock: Clock) -> None:
    """After that, INVALID_QUERY_LOCATOR."""
    answer = ask("GET", f"{ROOT}/query", params={"q": "SELECT Id FROM Lead"}).json()
    clock.seconds += 2 * 86_400 - 1
    assert ask("GET", answer["nextRecordsUrl"]).ok
    clock.seconds += 1
    late = ask("GET", answer["nextRecordsUrl"])
    assert late.status_code == 400
    assert late.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


@pytest.mark.parametrize("locator", ["nonsense", "01gak0000000001AAA-x", "01gak0000000zzzAAA-2"])
def test_a_made_up_locator_is_refused(browse: Ask, locator: str) -> None:
    """INVALID_QUERY_LOCATOR for what no query gave."""
    answer = browse("GET", f"{ROOT}/query/{locator}")
    assert answer.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_query_all_shows_deleted_records(query: Query) -> None:
    """Only queryAll finds records in the recycle bin."""
    assert query("SELECT Id FROM Lead WHERE IsDeleted = true") == []
    gone = query("SELECT Id, IsDeleted FROM Lead WHERE IsDeleted = true", deleted=True)
    assert len(gone) == LEADS // 10
    assert gone[0]["IsDeleted"] is True


def test_a_record_names_its_type_and_its_fields_as_they_are_spelled(query: Query) -> None:
    """Names are found in any case; times have milliseconds and no colon in the offset."""
    (record,) = query("select id, LASTNAME, systemmodstamp, phone from lead limit 1 offset 2")
    key = record_id("00Q", 3)
    assert record == {
        "attributes": {"type": "Lead", "url": f"{ROOT}/sobjects/Lead/{key}"},
        "Id": key,
        "LastName": "Lead 3",
        "SystemModstamp": "2026-05-01T12:00:01.000+0000",
        "Phone": None,
    }


def test_fields_of_a_parent_stand_in_a_record_of_its_own(query: Query) -> None:
    """A missing parent is null, and a formula over a parent shows its value without it."""
    text = "SELECT Name, Account.Name, Account_Industry__c FROM Contact ORDER BY Name"
    first, second = query(text)
    assert first["Account"]["Name"] == "Acme"
    assert first["Account"]["attributes"]["url"].endswith(ACCOUNT)
    assert first["Account_Industry__c"] == "Tools"
    assert second["Account"] is None
    (alone,) = query("SELECT Account_Industry__c FROM Contact LIMIT 1")
    assert alone.keys() == {"attributes", "Account_Industry__c"}


def test_a_keyset_over_time_and_id_meets_every_record_once(query: Query) -> None:
    """SystemModstamp is not unique: three records share each second."""
    seen: list[str] = []
    after, key = "2026-01-01T00:00:00Z", record_id("00Q", 0)
    while records := query(
        "SELECT Id, SystemModstamp FROM Lead WHERE SystemModstamp > "
        f"{after} OR (SystemModstamp = {after} AND Id > '{key}')"
        " ORDER BY SystemModstamp, Id LIMIT 100"
    ):
        seen += [record["Id"] for record in records]
        after, key = records[-1]["SystemModstamp"], seen[-1]
    assert len(seen) == len(set(seen)) == LIVE


@pytest.mark.parametrize(
    ("where", "number"),
    [
        ("Name = 'LEAD 7'", 1),
        ("Name LIKE 'lead 44_'", 9),
        ("Name LIKE 'lead 4%' AND (NOT Name LIKE '%5')", 49),
        ("Id IN ('00Qak0000000001', '00Qak0000000002EAA')", 2),
        ("Name NOT IN ('Lead 1', 'Lead 2')", LIVE - 2),
        ("Phone = null", LIVE),
        ("Phone != 'x' AND Phone NOT IN ('x')", LIVE),
        ("Phone != null OR Phone = ''", LIVE),
        ("IsConverted = false AND Company = 'acme'", 225),
        ("SystemModstamp < 2026-05-01T12:00:01Z", 2),
        ("SystemModstamp <= 2026-05-01T14:00:01+02:00", 5),
        ("SystemModstamp = YESTERDAY", LIVE),
        ("SystemModstamp = LAST_N_DAYS:1", LIVE),
        ("SystemModstamp >= TODAY", 0),
        ("NOT SystemModstamp < THIS_MONTH", LIVE),
        ("ConvertedDate = LAST_YEAR", 0),
        ("ConvertedDate > 2026-01-01", 0),
        ("Lead.Owner.Name = null", LIVE),
    ],
)
def test_a_condition_finds_what_soql_means(browse: Ask, where: str, number: int) -> None:
    """Case, null, ids of both lengths, zones and date literals, as Salesforce takes them."""
    assert count(browse, where) == number


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("SELECT Id FORM Lead", "MALFORMED_QUERY", "Row:1:Column:11\nunexpected token: 'FORM'"),
        ("SELECT Id FROM Lead WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id, Id FROM Lead", "MALFORMED_QUERY", "duplicate field selected: Id"),
        (
            "SELECT Id FROM Lead WHERE Id != null AND Name = 'a' OR Name = 'b'",
            "MALFORMED_QUERY",
            "unexpected token: 'OR'",
        ),
        ("SELECT Id FROM Lead GROUP BY Id", "MALFORMED_QUERY", "unexpected token: 'GROUP'"),
        ('SELECT Id FROM Lead WHERE Name = "a"', "MALFORMED_QUERY", "unexpected token: '\"'"),
        ("SELECT Idd FROM Lead", "INVALID_FIELD", "No such column 'Idd' on entity 'Lead'"),
        ("SELECT Boss.Name FROM Lead", "INVALID_FIELD", "understand relationship 'Boss'"),
        ("SELECT Id FROM Leed", "INVALID_TYPE", "sObject type 'Leed' is not supported"),
        (
            "SELECT Id FROM Lead WHERE SystemModstamp > '2026-01-01'",
            "INVALID_FIELD",
            "must be of type dateTime and should not be enclosed in quotes",
        ),
        ("SELECT Id FROM Lead WHERE Name = 5", "INVALID_FIELD", "be enclosed in quotes"),
        (
            "SELECT Id FROM Lead WHERE Description = 'x'",
            "INVALID_FIELD",
            "field 'Description' can not be filtered in a query call",
        ),
        (
            "SELECT Id FROM Lead ORDER BY Description",
            "INVALID_FIELD",
            "field 'Description' can not be sorted in a query call",
        ),
        ("SELECT Id FROM Lead WHERE Id = 'me'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID"),
        ("SELECT Id FROM Lead WHERE Id LIKE '00Q%'", "INVALID_QUERY_FILTER_OPERATOR", "operator"),
        ("SELECT Id FROM Lead LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
        ("", "MALFORMED_QUERY", "A query string has to be specified"),
    ],
)
def test_a_query_that_cannot_run_says_why(browse: Ask, text: str, code: str, part: str) -> None:
    """HTTP 400 with Salesforce's code, and the place where it stopped understanding."""
    answer = browse("GET", f"{ROOT}/query", params={"q": text})
    assert answer.status_code == 400
    (error,) = answer.json()
    assert error["errorCode"] == code
    assert part in error["message"]


def test_a_hidden_field_is_no_field_in_a_query(sandbox: SalesforceSandbox, ask: Ask) -> None:
    """Field-level security makes a column disappear: INVALID_FIELD."""
    sandbox.options = SandboxOptions(hidden_fields={"Lead": ["Email"]})
    answer = ask("GET", f"{ROOT}/query", params={"q": "SELECT Email FROM Lead"})
    assert answer.json()[0]["errorCode"] == "INVALID_FIELD"


def test_a_uri_is_at_most_16384_bytes_long(browse: Ask) -> None:
    """Many fields need many queries: beyond the limit, HTTP 414."""
    text = f"SELECT Id FROM Lead WHERE Name = '{'x' * 16_400}'"
    assert browse("GET", f"{ROOT}/query", params={"q": text}).status_code == 414


def test_a_client_may_ask_for_smaller_batches(ask: Ask, sandbox: SalesforceSandbox) -> None:
    """Sforce-Query-Options goes down to 200 records."""
    sandbox.options = SandboxOptions()
    headers = {"Sforce-Query-Options": "batchSize=50"}
    answer = ask("GET", f"{ROOT}/query", params={"q": "SELECT Id FROM Lead"}, headers=headers)
    assert len(answer.json()["records"]) == 200


def test_an_order_puts_records_without_a_value_first(query: Query) -> None:
    """Unless NULLS LAST is said, in either direction."""
    text = "SELECT Name FROM Contact ORDER BY Account.Name {}, Name"
    assert names(query(text.format("DESC"))) == ["Bald", "Alt"]
    assert names(query(text.format("ASC"))) == ["Bald", "Alt"]
    assert names(query(text.format("ASC NULLS LAST"))) == ["Alt", "Bald"]
