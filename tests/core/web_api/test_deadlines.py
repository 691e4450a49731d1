"""A request ends in time, whatever the server does with its bytes."""

import tracemalloc
from collections.abc import Callable
from time import monotonic

import pytest

from kpiloop.errors import UnavailableError, UntrustedAnswerError
from kpiloop.testing.fault_server import (
    FaultServer,
    Reply,
    answer,
    dripping_body,
    dripping_headers,
    gzip_bomb,
    silence,
)
from kpiloop.web_api import Api, RetryPolicy

MakeApi = Callable[..., Api]

_HALF_A_SECOND = RetryPolicy(total_deadline=0.5)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(dripping_body(every=0.02), id="body"),
        pytest.param(dripping_headers(every=0.02), id="headers"),
        pytest.param(silence(200), id="silence"),
    ],
)
def test_a_server_that_drips_or_is_mute_cannot_outlast_the_deadline(
    reply: Reply, make_api: MakeApi
) -> None:
    """The deadline is for all tries together; the drip alone would take minutes."""
    with FaultServer([reply]) as server:
        began = monotonic()
        with pytest.raises(UnavailableError, match="no complete answer in time"):
            make_api(server, retry=_HALF_A_SECOND).get("/things")
        # The drip would take 200 s: this is far from measuring speed.
        assert monotonic() - began < 20


def test_a_mute_server_is_asked_again_within_the_deadline(make_api: MakeApi) -> None:
    """A dead connection costs half of the time, not the request."""
    with FaultServer([silence(200), answer({"ok": True})]) as server:
        api = make_api(server, retry=RetryPolicy(total_deadline=4))
        assert api.get("/things").json() == {"ok": True}


def test_an_answer_larger_than_the_limit_is_not_read(make_api: MakeApi) -> None:
    """The limit is for the unpacked size, and the error says what to do."""
    with FaultServer([answer(b'"' + b"x" * 2_000_000 + b'"')]) as server:
        with pytest.raises(UntrustedAnswerError, match="larger than 1,000,000 bytes"):
            make_api(server, json_limit=1_000_000).get("/things")
        assert len(server.received) == 1


def test_a_gzip_bomb_is_given_up_in_flat_memory(make_api: MakeApi) -> None:
    """A megabyte on the wire that unpacks to a gigabyte costs no more than the limit."""
    with FaultServer([gzip_bomb(1024)]) as server:
        api = make_api(server, json_limit=8 * 2**20)
        tracemalloc.start()
        with pytest.raises(UntrustedAnswerError, match="larger than"):
            api.get("/things")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 32 * 2**20


def test_a_packed_answer_is_unpacked(make_api: MakeApi) -> None:
    """What fits is read as if it had never been packed."""
    with FaultServer([gzip_bomb(2)]) as server:
        assert make_api(server).get("/things").body == b" " * 2 * 2**20


def test_nothing_is_sent_when_no_time_is_left(make_api: MakeApi) -> None:
    """A redirect or a renewed key at the last moment ends as a deadline does."""
    with FaultServer([answer({})]) as server:
        with pytest.raises(UnavailableError, match="no complete answer in time, after one try"):
            make_api(server, retry=RetryPolicy(total_deadline=0)).get("/things")
        assert server.received == []
