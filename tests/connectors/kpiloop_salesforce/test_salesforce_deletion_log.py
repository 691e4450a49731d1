"""The log of deletions, in front of a server that says what a test wants."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from kpiloop.testing import FaultServer, Received, Reply, answer
from kpiloop.web_api import Api, NoAuth
from kpiloop_salesforce.deleted import deletions
from kpiloop_salesforce.query import Queries

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def told(reply: Reply) -> tuple[Mapping[str, str], Sequence[Received]]:
    """The ids that an answer tells, with their times, and what was asked."""
    with (
        FaultServer(lambda _request: reply) as server,
        Api(server.base_url, system="salesforce", auth=NoAuth()) as api,
    ):
        return deletions(Queries(api=api, version="67.0"), "Lead", NOW), server.received


def test_the_log_tells_of_what_was_deleted_for_good() -> None:
    """It is asked for 14 days: at more than 15 it refuses."""
    line = {"id": "00Q000000000001AAA", "deletedDate": "2026-06-14T08:00:00.000+0000"}
    rows, asked = told(answer({"deletedRecords": [line], "latestDateCovered": "x"}))
    assert rows == {line["id"]: line["deletedDate"]}
    assert [each.path for each in asked] == ["/services/data/v67.0/sobjects/Lead/deleted"]
    assert "start=2026-06-01T12%3A00%3A00Z" in asked[0].query


def test_an_object_without_a_log_is_none_the_worse() -> None:
    """INVALID_REPLICATION_DATE or no replication at all: the bin is read all the same."""
    for code in ("INVALID_REPLICATION_DATE", "EXCEEDED_ID_LIMIT", "INVALID_TYPE"):
        rows, _ = told(answer([{"message": "no", "errorCode": code}], status=400))
        assert rows == {}
