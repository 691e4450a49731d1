"""simple-salesforce, which knows nothing of the sandbox, reads and writes the org."""

import csv
import io

import pytest
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.times import moment_of
from support.salesforce_org import LEADS, START

LIVE = LEADS - LEADS // 10
ONE = record_id("00Q", 1)


def test_query_all_follows_every_batch(sdk: Salesforce) -> None:
    """Its iterator meets each record once."""
    found = [row["Id"] for row in sdk.query_all_iter("SELECT Id FROM Lead")]
    assert len(found) == len(set(found)) == LIVE
    assert sdk.query("SELECT COUNT() FROM Lead", include_deleted=True)["totalSize"] == LEADS


def test_a_malformed_query_is_one_for_the_client(sdk: Salesforce) -> None:
    """It raises its own error with our code."""
    with pytest.raises(SalesforceMalformedRequest, match="MALFORMED_QUERY"):
        sdk.query("SELECT FROM Lead")


def test_a_record_is_made_read_changed_and_deleted(sdk: Salesforce) -> None:
    """By the client's object for its type."""
    key = sdk.Account.create({"Name": "Delta", "AccountNumber": "D-1"})["id"]
    assert sdk.Account.update(key, {"Industry": "Tools"}) == 204
    assert sdk.Account.upsert("AccountNumber/D-1", {"Name": "Echo"}) == 200
    assert sdk.Account.get(key)["Name"] == "Echo"
    assert sdk.Account.delete(key) == 204
    with pytest.raises(SalesforceResourceNotFound):
        sdk.Account.get(key)


def test_describe_and_metadata_are_read(sdk: Salesforce) -> None:
    """The fields of one object, and the list of all."""
    names = {field["name"] for field in sdk.Lead.describe()["fields"]}
    assert {"Id", "Email", "SystemModstamp", "ConvertedContactId"} <= names
    described = sdk.describe()
    assert described is not None
    assert "Lead" in {each["name"] for each in described["sobjects"]}
    assert sdk.Lead.metadata()["objectDescribe"]["keyPrefix"] == "00Q"


def test_deleted_and_updated_are_asked_by_time(sdk: Salesforce) -> None:
    """With the client's own spelling of times."""
    start, end = moment_of(START), moment_of(START + 3_600)
    assert len(sdk.Lead.updated(start, end)["ids"]) == LIVE
    assert len(sdk.Lead.deleted(start, end)["deletedRecords"]) == LEADS // 10


def test_bulk2_reads_every_record_by_locator(sdk: Salesforce) -> None:
    """Its Bulk 2.0 client makes a job, waits for it and reads part after part."""
    parts = list(sdk.bulk2.Lead.query("SELECT Id, Email FROM Lead", max_records=150, wait=0))
    assert len(parts) == 3
    found = [row for part in parts for row in csv.DictReader(io.StringIO(part))]
    assert len({row["Id"] for row in found}) == len(found) == LIVE
    everything = list(sdk.bulk2.Lead.query_all("SELECT Id FROM Lead", wait=0))
    assert sum(len(part.splitlines()) - 1 for part in everything) == LEADS


def test_bulk2_finds_the_object_of_any_query(sdk: Salesforce) -> None:
    """A query without results is one part: the header."""
    parts = list(sdk.bulk2.Order.query("SELECT Id FROM Order", wait=0))
    assert [part.strip() for part in parts] == ['"Id"']
