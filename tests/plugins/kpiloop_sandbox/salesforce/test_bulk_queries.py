"""Bulk API 2.0: query jobs, their results by locator and by page, and their CSV."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
import requests

from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.store import Store
from support.salesforce_org import LEADS, ROOT, Ask

JOBS = f"{ROOT}/jobs/query"
LIVE = LEADS - LEADS // 10
Finished = Callable[..., str]


def rows(answer: requests.Response) -> list[dict[str, str]]:
    """The records of a result."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


@pytest.fixture
def finished(ask: Ask) -> Finished:
    """`finished("SELECT …", operation=…)`: the path of a job that is done."""

    def finished(query: str, **more: str) -> str:
        made = ask("POST", JOBS, json={"operation": "query", "query": query, **more}).json()
        path = f"{JOBS}/{made['id']}"
        while ask("GET", path).json()["state"] != "JobComplete":
            pass
        return path

    return finished


def test_a_job_is_made_worked_on_and_done(ask: Ask) -> None:
    """Its states are UploadComplete, InProgress and JobComplete."""
    body = {"operation": "query", "query": "SELECT Id FROM Lead"}
    made = ask("POST", JOBS, json=body).json()
    assert made["state"] == "UploadComplete"
    assert made["apiVersion"] == 67.0
    states = [ask("GET", f"{JOBS}/{made['id']}").json() for _ in range(2)]
    assert states[0]["state"] == "InProgress"
    while states[-1]["state"] == "InProgress":
        states.append(ask("GET", f"{JOBS}/{made['id']}").json())
    assert states[-1]["state"] == "JobComplete"
    assert states[-1]["numberRecordsProcessed"] == LIVE


def test_results_are_read_by_locator_until_it_is_null(ask: Ask, finished: Finished) -> None:
    """Each part has the header; together they hold every record once."""
    path = finished("SELECT Id, Email FROM Lead")
    seen: list[str] = []
    locator, parts = "", 0
    while locator != "null":
        params = {"maxRecords": "100"} | ({"locator": locator} if locator else {})
        answer = ask("GET", f"{path}/results", params=params)
        part = rows(answer)
        assert len(part) == int(answer.headers["Sforce-NumberOfRecords"])
        seen += [row["Id"] for row in part]
        locator, parts = answer.headers["Sforce-Locator"], parts + 1
    assert parts == 5
    assert len(seen) == len(set(seen)) == LIVE


def test_result_pages_give_five_addresses_at_once(
    ask: Ask, finished: Finished, sandbox: SalesforceSandbox
) -> None:
    """The addresses of all pages lead to every record once."""
    sandbox.options = SandboxOptions(bulk_page=60)
    path = finished("SELECT Id FROM Lead")
    first = ask("GET", f"{path}/resultPages").json()
    assert len(first["resultPages"]) == 5
    assert first["done"] is False
    second = ask("GET", first["nextRecordsUrl"]).json()
    assert second["done"] is True
    pages = [*first["resultPages"], *second["resultPages"]]
    seen = [row["Id"] for page in pages for row in rows(ask("GET", page["resultUrl"]))]
    assert len(seen) == len(set(seen)) == LIVE


def test_results_ask_for_the_version_of_the_job(ask: Ask, finished: Finished) -> None:
    """Another version is refused with HTTP 409; pages are there since version 58."""
    path = finished("SELECT Id FROM Lead")
    for name in ("results", "resultPages"):
        other = f"{path}/{name}".replace("v67.0", "v66.0")
        assert ask("GET", other).status_code == 409
    assert ask("GET", f"{path}/resultPages".replace("v67.0", "v57.0")).status_code == 404


def test_nulls_are_empty_strings_and_parents_have_dotted_names(
    ask: Ask, finished: Finished
) -> None:
    """Times end in Z, flags are words, every value is in quotes."""
    path = finished(
        "SELECT Name, Account.Name, AccountId, SystemModstamp, IsDeleted FROM Contact ORDER BY Name"
    )
    answer = ask("GET", f"{path}/results")
    first, second = rows(answer)
    assert list(first) == ["Name", "Account.Name", "AccountId", "SystemModstamp", "IsDeleted"]
    assert first["Account.Name"] == "Acme"
    assert first["SystemModstamp"] == "2026-05-01T12:00:00.000Z"
    assert first["IsDeleted"] == "false"
    assert (second["Account.Name"], second["AccountId"]) == ("", "")
    assert answer.text.splitlines()[2].startswith('"Bald","",""')


def test_text_of_any_kind_survives_the_csv(ask: Ask, finished: Finished, store: Store) -> None:
    """Quotes, commas, line ends and umlauts, in another delimiter and with CRLF."""
    text = 'He said "no",\r\nthen; "yes"\tü'
    store.load("Account", [{"Id": record_id("001", 9), "Name": text, "IsDeleted": 0}])
    query = f"SELECT Name FROM Account WHERE Id = '{record_id('001', 9)}'"
    path = finished(query, columnDelimiter="SEMICOLON", lineEnding="CRLF")
    content = ask("GET", f"{path}/results").content.decode()
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=";")
    assert list(reader) == [["Name"], [text]]
    assert content.endswith("\r\n")


def test_query_all_has_deleted_records_in_bulk(ask: Ask, finished: Finished) -> None:
    """The operation queryAll gives what is in the recycle bin as well."""
    path = finished("SELECT Id, IsDeleted FROM Lead", operation="queryAll")
    found = rows(ask("GET", f"{path}/results"))
    assert len(found) == LEADS
    assert sum(row["IsDeleted"] == "true" for row in found) == LEADS // 10


def test_a_result_without_records_is_a_header(ask: Ask, finished: Finished) -> None:
    """And its locator is null."""
    path = finished("SELECT Id, Name FROM Lead WHERE Name = 'nobody'")
    answer = ask("GET", f"{path}/results")
    assert answer.text == '"Id","Name"\n'
    assert answer.headers["Sforce-Locator"] == "null"
    assert answer.headers["Sforce-NumberOfRecords"] == "0"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "SELECT Idd FROM Lead"}, "INVALID_FIELD"),
        ({"query": "SELECT Id"}, "MALFORMED_QUERY"),
        ({"query": "SELECT COUNT() FROM Lead"}, "API_ERROR"),
        ({"query": "SELECT Address FROM Lead"}, "FUNCTIONALITY_NOT_ENABLED"),
        ({"query": "SELECT Id FROM Lead", "operation": "export"}, "JSON_PARSER_ERROR"),
        ({"query": "SELECT Id FROM Lead", "columnDelimiter": "DOT"}, "INVALIDJOB"),
    ],
)
def test_a_job_that_cannot_run_is_refused_at_once(
    ask: Ask, body: dict[str, Any], code: str
) -> None:
    """HTTP 400 for what no query, or no Bulk query, may ask."""
    answer = ask("POST", JOBS, json={"operation": "query", **body})
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == code


def test_results_of_an_unfinished_job_are_refused(ask: Ask) -> None:
    """An aborted job never has any, and can be deleted."""
    body = {"operation": "query", "query": "SELECT Id FROM Lead"}
    path = f"{JOBS}/{ask('POST', JOBS, json=body).json()['id']}"
    assert ask("GET", f"{path}/results").json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert ask("PATCH", path, json={"state": "Aborted"}).json()["state"] == "Aborted"
    assert ask("GET", f"{path}/results").status_code == 400
    assert ask("DELETE", path).status_code == 204
    assert ask("GET", path).status_code == 404


@pytest.mark.parametrize("locator", ["x", "OTk5OTk", "!!"])
def test_a_made_up_locator_of_results_is_refused(
    ask: Ask, finished: Finished, locator: str
) -> None:
    """HTTP 400 for what no answer gave."""
    path = finished("SELECT Id FROM Lead")
    assert ask("GET", f"{path}/results", params={"locator": locator}).status_code == 400
