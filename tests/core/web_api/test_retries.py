"""Which failures are tried again, how long that takes, and when it ends."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.clock import ManualClock
from kpiloop.errors import (
    NotFoundError,
    QuotaError,
    RefusedError,
    UnavailableError,
    UntrustedAnswerError,
)
from kpiloop.testing.fault_server import (
    FaultServer,
    Reply,
    answer,
    cut_off,
    hung_up,
    redirect,
    reset,
    too_many,
    web_page,
)
from kpiloop.web_api import Answer, Api, NoAuth, RetryPolicy
from kpiloop.web_api.retry import REPEATED, retry_after

MakeApi = Callable[..., Api]

_NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_GOOD = answer({"ok": True})
_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
_NOT_PACKED = answer({"ok": True}, headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(reset(), id="reset"),
        pytest.param(hung_up(), id="hung up"),
        pytest.param(cut_off("length"), id="shorter than its Content-Length"),
        pytest.param(cut_off("chunked"), id="without its last chunk"),
        pytest.param(cut_off("close"), id="ended by closing inside the JSON"),
        pytest.param(Reply(pieces=(_CHUNKED + b"zz\r\n{}\r\n",), end="close"), id="no chunk size"),
        pytest.param(Reply(pieces=(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 999,)), id="headers"),
        pytest.param(Reply(pieces=(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 99_999,)), id="header"),
        pytest.param(_NOT_PACKED, id="not packed as it says"),
        pytest.param(Reply(pieces=(b"SSH-2.0-not-http\r\n\r\n",), end="close"), id="not HTTP"),
    ],
)
def test_a_broken_answer_is_asked_for_again_and_nothing_of_it_is_used(
    fault: Reply, make_api: MakeApi
) -> None:
    """Only the whole answer is handed on."""
    with FaultServer([fault, fault, _GOOD]) as server:
        assert make_api(server).get("/things").json() == {"ok": True}
        assert len(server.received) == 3


@pytest.mark.parametrize("status", sorted(REPEATED))
def test_a_status_that_says_not_now_is_tried_again(status: int, make_api: MakeApi) -> None:
    """A burst of them passes unnoticed."""
    with FaultServer([answer({}, status=status)] * 3 + [_GOOD]) as server:
        api = make_api(server)
        assert api.get("/things").status == 200
        assert (api.usage.calls, api.usage.retries) == (4, 3)


@pytest.mark.parametrize("status", [400, 405, 409, 414, 422])
def test_a_status_that_says_no_is_not_tried_again(status: int, make_api: MakeApi) -> None:
    """The same request would be refused again."""
    with FaultServer([answer({"message": "no such property"}, status=status)]) as server:
        with pytest.raises(RefusedError, match="no such property") as caught:
            make_api(server).get("/things", {"email": "ada@acme.example"})
        assert len(server.received) == 1
    error = caught.value
    assert (error.system, error.method, error.path, error.status) == (
        "acme",
        "GET",
        "/things",
        status,
    )


def test_failures_end_after_five_tries(make_api: MakeApi, clock: ManualClock) -> None:
    """Four waits, none beyond the cap, and then an error that says to try again later."""
    with FaultServer([answer({}, status=503)]) as server:
        with pytest.raises(UnavailableError, match="after 5 tries"):
            make_api(server).get("/things")
        assert len(server.received) == 5
    assert 0 < clock.monotonic() <= 4 * RetryPolicy().cap


def test_a_refused_connection_is_tried_again(clock: ManualClock) -> None:
    """A vendor may be restarting."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Api(f"http://127.0.0.1:{port}", system="acme", auth=NoAuth(), clock=clock) as api:
        with pytest.raises(UnavailableError, match="after 5 tries") as caught:
            api.get("/things")
        assert api.usage.retries == 4
    assert f"refused (http://127.0.0.1:{port})" in caught.value.what
    assert "[sources.acme] (base_url" in caught.value.todo


def test_a_name_that_cannot_be_resolved_is_tried_again(clock: ManualClock) -> None:
    """A resolver may be down for a moment."""
    base = "https://does-not-exist.invalid"
    with Api(base, system="acme", auth=NoAuth(), clock=clock) as api:
        with pytest.raises(UnavailableError, match=r"resolved \(https://does-not-exist"):
            api.get("/things")
        assert api.usage.calls == 5


def test_twenty_429_answers_in_a_row_are_waited_out(make_api: MakeApi, clock: ManualClock) -> None:
    """Being asked to be slower is not counted as a failed try."""
    with FaultServer([too_many("10")] * 20 + [_GOOD]) as server:
        api = make_api(server)
        assert api.get("/things").status == 200
        assert api.usage.throttled == 20
    assert 200 <= clock.monotonic() <= 20 * 11.1


def test_429_answers_without_end_end_in_an_error(make_api: MakeApi, clock: ManualClock) -> None:
    """After a quarter of an hour of being put off, the run says so."""
    with FaultServer([too_many()]) as server, pytest.raises(UnavailableError, match="429"):
        make_api(server).get("/things")
    assert clock.monotonic() <= 900


def test_a_daily_quota_that_the_connector_knows_is_not_waited_for(make_api: MakeApi) -> None:
    """Its own rule comes before the common one."""

    def rule(got: Answer) -> QuotaError | None:
        daily = got.status == 429 and got.find("policyName") == "DAILY"
        return got.error(QuotaError, "today's calls are used up") if daily else None

    with FaultServer([too_many("1", body={"policyName": "DAILY"})]) as server:
        with pytest.raises(QuotaError, match="used up"):
            make_api(server, refusals=rule).get("/things")
        assert len(server.received) == 1


def test_a_connector_may_have_any_status_tried_again(make_api: MakeApi) -> None:
    """One vendor signals its overload with a bare 403."""

    def rule(got: Answer) -> UnavailableError | None:
        return got.error(UnavailableError, "overloaded") if got.status == 403 else None

    with FaultServer([answer(b"", status=403), _GOOD]) as server:
        assert make_api(server, refusals=rule).get("/things").status == 200


def test_a_rule_that_cannot_read_the_body_leaves_the_common_rules_in_force(
    make_api: MakeApi,
) -> None:
    """A gateway's 429 is a web page, where the vendor's own is JSON."""

    def rule(got: Answer) -> QuotaError | None:
        return got.error(QuotaError, "quota") if got.find("policyName") else None

    page = answer(b"<html>slow down</html>", status=429, kind="text/html")
    with FaultServer([page, _GOOD]) as server:
        assert make_api(server, refusals=rule).get("/things").status == 200


def test_a_web_page_with_status_200_is_not_data(make_api: MakeApi) -> None:
    """A login page or a filter stands between, and no retry would change that."""
    with FaultServer([web_page()]) as server:
        with pytest.raises(UntrustedAnswerError, match="web page instead of data"):
            make_api(server).get("/things")
        assert len(server.received) == 1


@pytest.mark.parametrize("fault", [reset(), cut_off(), answer({}, status=502)])
def test_a_call_that_must_not_happen_twice_is_not_sent_again_once_it_may_have_arrived(
    fault: Reply, make_api: MakeApi
) -> None:
    """The error says that nobody knows, and where to look."""
    with FaultServer([fault, _GOOD]) as server:
        with pytest.raises(UnavailableError, match="is unknown") as caught:
            make_api(server).post("/notes", {"text": "hello"}, repeatable=False)
        assert len(server.received) == 1
    assert "look into acme" in str(caught.value)


@pytest.mark.parametrize("status", [423, 429, 477])
def test_a_call_that_must_not_happen_twice_is_sent_again_where_nothing_was_done(
    status: int, make_api: MakeApi
) -> None:
    """The vendor has said that it did not begin."""
    with FaultServer([answer({}, status=status), _GOOD]) as server:
        assert make_api(server).post("/notes", {}, repeatable=False).status == 200


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "2"}, 2),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "10000"}, 60),
        ({"Retry-After": "Sun, 01 Mar 2026 12:00:07 GMT"}, 7),
        ({"Retry-After": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0),
        ({"Retry-After": "Mon, 02 Mar 2026 12:00:00 GMT"}, 60),
        (
            {
                "Retry-After": "Sun, 01 Mar 2026 15:00:09 GMT",
                "Date": "Sun, 01 Mar 2026 15:00:00 GMT",
            },
            9,
        ),
    ],
)
def test_retry_after_is_read_in_each_of_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    """Nonsense is as good as nothing, and milliseconds taken for seconds end at the cap."""
    assert retry_after(headers, now=_NOW, cap=60) == seconds


@settings(deadline=None)
@given(text=st.text(max_size=40))
def test_no_retry_after_can_make_us_wait_beyond_the_cap_or_fail(text: str) -> None:
    """Whatever a vendor sends."""
    seconds = retry_after({"Retry-After": text}, now=_NOW, cap=60)
    assert seconds is None or 0 <= seconds <= 60


def test_a_429_holds_back_every_thread_until_the_vendor_is_ready(
    make_api: MakeApi, clock: ManualClock
) -> None:
    """The next request, of whatever thread, is not sent before."""
    moments: list[timedelta] = []

    def reply(_: object) -> Reply:
        moments.append(clock.now() - _NOW)
        return too_many("30") if len(moments) == 1 else _GOOD

    with FaultServer(reply) as server:
        api = make_api(server)
        api.get("/things")
        api.get("/others")
    assert moments[0] == timedelta(0)
    assert moments[1] >= timedelta(seconds=30)


def test_one_connection_serves_many_requests(make_api: MakeApi) -> None:
    """Refusals and redirects included; a new one each time would cost more than the answers."""
    replies = [_GOOD, answer({}, status=404), redirect("/other"), _GOOD, too_many("1"), _GOOD]
    with FaultServer(replies) as server:
        api = make_api(server)
        api.get("/things")
        with pytest.raises(NotFoundError):
            api.get("/missing")
        api.get("/moved")
        api.get("/busy")
        assert (len(server.received), server.connections) == (6, 1)
