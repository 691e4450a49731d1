"""The proxy: what passes is what the server said, and what goes wrong goes wrong as it was told."""

from collections.abc import Iterator

import pytest
import requests

from kpiloop.testing import (
    Answered,
    At,
    FaultProxy,
    FaultServer,
    From,
    ImpatientClock,
    Received,
    Reply,
    Sometimes,
    answer,
    changed_answer,
    cut_answer,
    instead,
    lost_answer,
    meanwhile,
    slow_answer,
    too_many,
)


def echo(request: Received) -> Reply:
    """A server that says what it was asked, with a link to itself."""
    link = f"http://{request.headers['host']}/v1/next"
    told = {"method": request.method, "path": request.path, "query": request.query, "link": link}
    return answer({**told, "body": request.body.decode()}, headers={"Link": f"<{link}>"})


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """It, served."""
    with FaultServer(echo) as server:
        yield server


@pytest.fixture
def proxy(server: FaultServer) -> Iterator[FaultProxy]:
    """A proxy in front of its first version."""
    with FaultProxy(f"{server.base_url}/v1") as proxy:
        yield proxy


def statuses(proxy: FaultProxy, *paths: str) -> list[int]:
    """How requests of these paths end."""
    return [requests.get(proxy.base_url + path, timeout=5).status_code for path in paths]


def test_what_passes_is_what_was_sent(proxy: FaultProxy) -> None:
    """Method, path below the base address, query and body arrive as they are."""
    found = requests.post(f"{proxy.base_url}/a?b=c%20d", data=b"text", timeout=5).json()
    assert [found[key] for key in ("method", "path", "query", "body")] == [
        "POST",
        "/v1/a",
        "b=c%20d",
        "text",
    ]


def test_links_lead_to_the_proxy(proxy: FaultProxy) -> None:
    """Whoever follows a link of the server stays on this side of the proxy."""
    found = requests.get(proxy.base_url, timeout=5)
    assert found.json()["link"] == f"{proxy.root}/v1/next"
    assert found.headers["Link"] == f"<{proxy.root}/v1/next>"


def test_what_is_answered_instead_is_not_carried_out(
    proxy: FaultProxy, server: FaultServer
) -> None:
    """The proxy has heard of the request, the server has not."""
    proxy.fault = instead(too_many("1"))
    assert statuses(proxy, "/a") == [429]
    assert (len(proxy.received), len(server.received)) == (1, 0)


def test_a_lost_answer_was_carried_out(proxy: FaultProxy, server: FaultServer) -> None:
    """The server has done it, and the client knows nothing."""
    proxy.fault = lost_answer
    with pytest.raises(requests.ConnectionError):
        requests.get(proxy.base_url, timeout=5)
    assert len(server.received) == 1


def test_a_cut_answer_ends_too_early(proxy: FaultProxy) -> None:
    """Its length was announced, so that a client can know."""
    proxy.fault = cut_answer
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(proxy.base_url, timeout=5)


def test_a_slow_or_changed_answer_is_whole(proxy: FaultProxy) -> None:
    """All bytes arrive, or those that the change has made."""
    proxy.fault = slow_answer(0.001)
    assert requests.get(proxy.base_url, timeout=5).json()["path"] == "/v1"
    proxy.fault = changed_answer(lambda found: Answered(status=found.status, body=b"[]"))
    assert requests.get(proxy.base_url, timeout=5).json() == []


def test_sometimes_strikes_no_request_twice(proxy: FaultProxy) -> None:
    """Every second new request meets the fault once; its repetition passes."""
    proxy.fault = Sometimes(instead(too_many()), every=2)
    assert statuses(proxy, "/a", "/a", "/b", "/c", "/c") == [429, 200, 200, 429, 200]


def test_at_and_from_count_requests(proxy: FaultProxy) -> None:
    """From one: the first request is number 1."""
    proxy.fault = At({2}, instead(too_many()))
    assert statuses(proxy, "/a", "/a", "/a") == [200, 429, 200]
    proxy.fault = From(2, instead(too_many()))
    assert statuses(proxy, "/a", "/a", "/a") == [200, 429, 429]


def test_meanwhile_happens_before_the_answer(proxy: FaultProxy) -> None:
    """The request is passed on afterwards."""
    happened: list[str] = []
    proxy.fault = meanwhile(lambda: happened.append("edited"))
    assert statuses(proxy, "/a") == [200]
    assert happened == ["edited"]


def test_what_a_fault_raises_is_raised_where_the_proxy_is_left(server: FaultServer) -> None:
    """The test's own code runs in the proxy's thread, and must not fail there unseen."""
    with pytest.raises(LookupError, match="nothing to edit"):
        meet_a_failing_deed(server)


def meet_a_failing_deed(server: FaultServer) -> None:
    """Somebody wants to edit what is not there, and the requests pass all the same."""

    def fail() -> None:
        raise LookupError("nothing to edit")

    with FaultProxy(server.base_url) as proxy:
        proxy.fault = meanwhile(fail)
        assert statuses(proxy, "/a", "/b") == [200, 200]


def test_nobody_waits_for_an_impatient_clock() -> None:
    """An hour of sleep is noted, and only the monotonic time has moved on."""
    clock = ImpatientClock()
    before, now = clock.monotonic(), clock.now()
    clock.sleep(3_600)
    assert clock.slept == 3_600
    assert clock.monotonic() - before >= 3_600
    assert (clock.now() - now).total_seconds() < 60
