"""What a vendor's error answers become."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kpiloop.errors import (
    CredentialError,
    KpiloopError,
    NotFoundError,
    RefusedError,
    ScopeError,
    UntrustedAnswerError,
)
from kpiloop.testing.fault_server import FaultServer, answer
from kpiloop.web_api import Api, Content

MakeApi = Callable[..., Api]


@pytest.mark.parametrize(
    ("status", "kind", "todo"),
    [
        (401, CredentialError, "make a new key in acme"),
        (403, ScopeError, "give the key the missing right in acme"),
        (404, NotFoundError, ""),
        (410, NotFoundError, ""),
        (400, RefusedError, ""),
    ],
)
def test_each_refusal_says_what_to_do_next_in_its_class(
    status: int, kind: type[KpiloopError], todo: str, make_api: MakeApi
) -> None:
    """The call is named by method and path, and the query stays out of it."""
    with FaultServer([answer({"message": "so sorry"}, status=status)]) as server:
        with pytest.raises(kind, match=f"status {status}: so sorry") as caught:
            make_api(server).get("/things", {"email": "ada@acme.example"})
        assert len(server.received) == 1
    assert type(caught.value) is kind
    assert "acme GET /things" in str(caught.value)
    assert todo in caught.value.todo
    assert "ada@" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"status": "error", "message": "no such property"}, "no such property"),
        ({"title": "Bad", "detail": "a field is missing"}, "a field is missing"),
        ([{"message": "no such column", "errorCode": "X"}], "no such column"),
        ({"error": "invalid_grant", "error_description": "it has expired"}, "it has expired"),
        ({"error": {"message": "nested"}}, "nested"),
        ({"errors": [{"message": "first"}, {"message": "second"}]}, "first"),
        ({"message": "two\nlines\tand\x00more"}, "two lines and more"),
        ({"message": "x" * 1000}, "x" * 299 + "…"),
        ({"message": None, "code": 7}, "status 400"),
        (b"<html>Bad Request</html>", "status 400"),
        (b"", "status 400"),
        (b"[" * 100_000, "status 400"),
    ],
)
def test_the_vendors_own_words_are_found_in_whatever_form_it_says_them(
    body: object, message: str, make_api: MakeApi
) -> None:
    """Short, on one line, and nothing where there are none."""
    refusal = answer(body, status=400)
    with FaultServer([refusal]) as server, pytest.raises(RefusedError) as caught:
        make_api(server).get("/things")
    assert caught.value.what.endswith(message)


@pytest.mark.parametrize("status", [200, 201, 204, 207, 304])
def test_every_answer_that_is_no_refusal_is_handed_on(status: int, make_api: MakeApi) -> None:
    """What is inside a 207 is for the connector to judge."""
    with FaultServer([answer(b"", status=status)]) as server:
        assert make_api(server).get("/things").status == status


@pytest.mark.parametrize("body", [b"", b"oops", b'{"a": NaN}', b"[" * 100_000])
def test_a_body_that_is_no_json_is_an_error_when_it_is_read(body: bytes, make_api: MakeApi) -> None:
    """The error names the call, as all do."""
    with FaultServer([answer(body)]) as server:
        got = make_api(server).get("/things")
    for read in (got.json, lambda: got.find("a")):
        with pytest.raises(UntrustedAnswerError, match=r"acme GET /things: .* not the JSON"):
            read()


def test_headers_of_an_answer_are_found_whatever_their_case(make_api: MakeApi) -> None:
    """Vendors and gateways spell them as they like."""
    with FaultServer([answer({}, headers={"X-Left": "3"})]) as server:
        assert make_api(server).get("/things").headers["x-left"] == "3"


def test_json_is_sent_compact_with_dates_and_decimals_spelled(make_api: MakeApi) -> None:
    """What a KPI value may hold arrives as text that vendors take."""
    value = {
        "at": datetime(2026, 3, 1, tzinfo=UTC),
        "day": date(2026, 3, 1),
        "amount": Decimal("1.10"),
        "name": "Zoë",
    }
    with FaultServer([answer({})]) as server:
        make_api(server).post("/things", value)
        sent = server.received[0]
    assert sent.headers["content-type"] == "application/json"
    assert sent.json() == {
        "at": "2026-03-01T00:00:00+00:00",
        "day": "2026-03-01",
        "amount": "1.10",
        "name": "Zoë",
    }
    assert b": " not in sent.body


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [object()]}])
def test_what_json_cannot_say_is_never_sent(value: object, make_api: MakeApi) -> None:
    """A NaN in a CRM would be there for good."""
    with FaultServer([answer({})]) as server:
        with pytest.raises((ValueError, TypeError)):
            make_api(server).post("/things", value)
        assert server.received == []


def test_a_form_and_any_other_content_say_what_they_are(make_api: MakeApi) -> None:
    """For token endpoints and bulk uploads."""
    with FaultServer([answer({})]) as server:
        api = make_api(server)
        api.request("POST", "/token", form={"grant_type": "x", "scope": "a b"})
        api.request("PUT", "/rows", content=Content(data=b"id\n1\n", kind="text/csv"))
        api.request("DELETE", "/things/1", headers={"If-Match": "7"})
        form, rows, delete = server.received
    assert form.headers["content-type"] == "application/x-www-form-urlencoded"
    assert form.body == b"grant_type=x&scope=a+b"
    assert (rows.method, rows.headers["content-type"], rows.body) == ("PUT", "text/csv", b"id\n1\n")
    assert (delete.headers["if-match"], delete.headers["content-length"]) == ("7", "0")
