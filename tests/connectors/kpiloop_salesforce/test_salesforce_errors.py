"""Which of Salesforce's refusals pass by themselves, and which are final."""

from collections.abc import Sequence

import pytest

from kpiloop import KpiloopError, ManualClock, QuotaError, RefusedError, ScopeError
from kpiloop.testing import FaultServer, Reply, answer
from kpiloop.web_api import Api, NoAuth
from kpiloop_salesforce.client import refusal
from kpiloop_salesforce.query import ById, Queries
from kpiloop_salesforce.soql import Question
from support.salesforce_connector import NOON

QUESTION = Question(sobject="Lead", fields=("Id",))
FOUND = answer({"totalSize": 1, "done": True, "records": [{"Id": "00Q000000000001AAA"}]})


def says(code: str, status: int) -> Reply:
    """A refusal as Salesforce words it: a list of errors."""
    return answer([{"message": "No.", "errorCode": code}], status=status)


def asked(replies: Sequence[Reply]) -> tuple[int, int]:
    """How many batches a question gave, and how many calls that took."""
    with (
        FaultServer(list(replies)) as server,
        Api(
            server.base_url,
            system="salesforce",
            auth=NoAuth(),
            refusals=refusal,
            clock=ManualClock(NOON),
        ) as api,
    ):
        queries = Queries(api=api, version="67.0")
        batches = list(queries.batches(QUESTION, ById()))
        return len(batches), len(server.received)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("UNABLE_TO_LOCK_ROW", 400),
        ("QUERY_TIMEOUT", 400),
        ("SERVER_UNAVAILABLE", 503),
        ("UNKNOWN_EXCEPTION", 500),
    ],
)
def test_unable_to_lock_row_query_timeout_and_5xx_are_tried_again(code: str, status: int) -> None:
    """They pass by themselves; there is no Retry-After, so how long to wait is ours to choose."""
    assert asked([says(code, status), FOUND]) == (1, 2)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("MALFORMED_QUERY", 400, RefusedError),
        ("INVALID_FIELD", 400, RefusedError),
        ("INSUFFICIENT_ACCESS", 403, ScopeError),
        ("REQUEST_LIMIT_EXCEEDED", 403, QuotaError),
    ],
)
def test_other_4xx_are_final(code: str, status: int, error: type[KpiloopError]) -> None:
    """Asking again would be answered alike: one call, and no other."""
    with pytest.raises(error):
        asked([says(code, status)])
