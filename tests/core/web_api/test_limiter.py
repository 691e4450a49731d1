"""The gate that every request passes, with its limits shared by all threads."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier, Event, Lock
from time import monotonic, sleep

import pytest

from kpiloop.clock import ManualClock, SystemClock
from kpiloop.errors import PluginError, QuotaError
from kpiloop.testing.fault_server import FaultServer, Received, Reply, answer, head, too_many
from kpiloop.web_api import Api, Concurrency, DailyLimit, Limit

MakeApi = Callable[..., Api]


class _StrictVendor:
    """Refuses what goes beyond a rolling window, counted when a request has come in."""

    def __init__(self, calls: int, per: float) -> None:
        self.refused = 0
        self._calls = calls
        self._per = per
        self._counted: deque[float] = deque()
        self._lock = Lock()

    def __call__(self, _: Received) -> Reply:
        with self._lock:
            now = monotonic()
            while self._counted and self._counted[0] <= now - self._per:
                self._counted.popleft()
            if len(self._counted) >= self._calls:
                self.refused += 1
                return too_many("1")
            self._counted.append(now)
        return answer({}, pause=0.02)


def test_four_threads_at_full_share_get_no_429_from_a_strict_vendor(make_api: MakeApi) -> None:
    """Over real sockets and in real time."""
    vendor = _StrictVendor(20, 0.5)
    with FaultServer(vendor) as server, ThreadPoolExecutor(4) as threads:
        api = make_api(server, limits=[Limit("burst", 20, 0.5)], share=1.0, clock=SystemClock())
        list(threads.map(lambda _: api.get("/x"), range(70)))
    assert vendor.refused == 0
    assert api.usage.calls == 70


def _moments(make_api: MakeApi, clock: ManualClock, ask: Callable[[Api], object]) -> list[float]:
    """When a server of manual time was asked."""
    moments: list[float] = []

    def reply(_: Received) -> Reply:
        moments.append(clock.monotonic())
        return answer({})

    limits = [Limit("burst", 10, 10), Limit("search", 2, 1, always=False)]
    with FaultServer(reply) as server:
        ask(make_api(server, limits=limits, share=0.5))
    return moments


def test_a_share_leaves_the_rest_of_each_limit_to_others(
    make_api: MakeApi, clock: ManualClock
) -> None:
    """Half of ten in ten seconds is five."""
    moments = _moments(make_api, clock, lambda api: [api.get("/x") for _ in range(12)])
    assert moments[4] == 0
    assert all(later - earlier >= 10 for earlier, later in zip(moments, moments[5:], strict=False))


def test_a_named_limit_holds_beside_the_ones_that_always_hold(
    make_api: MakeApi, clock: ManualClock
) -> None:
    """Even the smallest share of a limit is one call."""

    def search(api: Api) -> None:
        for _ in range(6):
            api.get("/search", limits=("search",))

    moments = _moments(make_api, clock, search)
    assert all(later - earlier >= 1 for earlier, later in pairwise(moments))
    assert moments[5] >= 10


def test_a_429_under_a_named_limit_does_not_hold_back_other_calls(
    make_api: MakeApi, clock: ManualClock
) -> None:
    """Searches that are too many are no reason to stop reading."""
    with FaultServer([too_many("30"), answer({})]) as server:
        api = make_api(server, limits=[Limit("search", 5, 1, always=False)])
        api.get("/search", limits=("search",))
        before = clock.monotonic()
        api.get("/things")
        assert clock.monotonic() == before
    assert before >= 30


def test_waiting_at_a_limit_is_told(make_api: MakeApi) -> None:
    """A run's report says where its time went."""
    with FaultServer([answer({})]) as server:
        api = make_api(server, limits=[Limit("burst", 1, 10)], share=1.0)
        api.get("/x")
        assert api.usage.waited_seconds == 0
        api.get("/x")
        assert api.usage.waited_seconds == pytest.approx(10.1, abs=0.05)


class _Watched(ManualClock):
    """A clock that tells how many threads sleep at once; some that time does not wake."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 3, 1, tzinfo=UTC))
        self.most = 0
        self.sleeps = Event()
        self.goes_on = Event()
        self._sleeping = 0
        self._counting = Lock()

    def sleep(self, seconds: float) -> None:
        """Sleep until the time goes on, then for no time at all."""
        with self._counting:
            self._sleeping += 1
            self.most = max(self.most, self._sleeping)
        self.sleeps.set()
        self.goes_on.wait(timeout=20)
        self.advance(seconds)
        with self._counting:
            self._sleeping -= 1


def test_a_place_that_falls_free_wakes_one_thread(make_api: MakeApi) -> None:
    """The others are behind it in a line: they would all wake up, and all but one for nothing."""
    clock = _Watched()
    with FaultServer([answer({})]) as server, ThreadPoolExecutor(6) as threads:
        api = make_api(server, limits=[Limit("burst", 2, 10)], share=1.0, clock=clock)
        asking = [threads.submit(api.get, "/x") for _ in range(8)]
        assert clock.sleeps.wait(timeout=20)
        sleep(0.2)  # so that all the others are where they wait
        clock.goes_on.set()
        assert {each.result(timeout=20).status for each in asking} == {200}
    assert clock.most == 1


def test_nobody_waits_in_the_line_of_another_limit(make_api: MakeApi) -> None:
    """While a search waits for its second to end, other calls go on."""
    clock = _Watched()
    with FaultServer([answer({})]) as server, ThreadPoolExecutor(1) as threads:
        limits = [Limit("burst", 9, 10), Limit("search", 1, 1, always=False)]
        api = make_api(server, limits=limits, share=1.0, clock=clock)
        api.get("/search", limits=("search",))
        waiting = threads.submit(api.get, "/search", limits=("search",))
        assert clock.sleeps.wait(timeout=20)
        assert api.get("/x").status == 200
        assert not waiting.done()
        clock.goes_on.set()
        assert waiting.result(timeout=20).status == 200


def test_a_body_that_takes_long_to_come_does_not_hold_its_place(make_api: MakeApi) -> None:
    """The vendor has counted a request before it answers: from the headers on, its time runs."""
    asked_again = Event()

    def slowly() -> Iterator[bytes]:
        yield head(200, {"Content-Type": "application/json", "Content-Length": "2"})
        assert asked_again.wait(timeout=20), "the next request waits for the end of this body"
        yield b"{}"

    def reply(request: Received) -> Reply:
        if request.path == "/long":
            return Reply(pieces=slowly())
        asked_again.set()
        return answer({})

    with FaultServer(reply) as server, ThreadPoolExecutor(1) as threads:
        api = make_api(server, limits=[Limit("burst", 1, 0.1)], share=1.0, clock=SystemClock())
        long = threads.submit(api.get, "/long")
        while not server.received:
            sleep(0.01)
        assert api.get("/short").status == 200
        assert long.result(timeout=20).status == 200


def test_a_name_that_no_limit_has_is_a_fault_of_the_connector(make_api: MakeApi) -> None:
    """It would go unlimited in silence."""
    with FaultServer([answer({})]) as server:
        with pytest.raises(PluginError, match="'searches'") as caught:
            make_api(server, limits=[Limit("search", 5, 1)]).get("/x", limits=("searches",))
        assert server.received == []
    assert "search" in caught.value.legal


def test_no_more_requests_are_under_way_than_a_vendor_allows(make_api: MakeApi) -> None:
    """Eight threads, and never more than three connections in use."""
    under_way, most, lock = 0, 0, Lock()

    def reply(_: Received) -> Reply:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        full.wait(timeout=20)
        with lock:
            under_way -= 1
        return answer({})

    full = Barrier(3)
    with FaultServer(reply) as server, ThreadPoolExecutor(8) as threads:
        api = make_api(server, limits=[Concurrency("connections", 4)], share=0.8)
        list(threads.map(lambda _: api.get("/x"), range(24)))
    assert most == 3


def test_a_daily_limit_is_an_error_at_once_and_begins_anew_at_midnight(
    make_api: MakeApi, clock: ManualClock
) -> None:
    """Nobody waits for hours; midnight is the vendor's own."""
    limit = DailyLimit("day", 5, zone="America/New_York")
    with FaultServer([answer({})]) as server:
        api = make_api(server, limits=[limit], share=0.8)
        for _ in range(4):
            api.get("/x")
        with pytest.raises(QuotaError, match="share of the limit 'day'"):
            api.get("/x")
        clock.advance(timedelta(hours=16).total_seconds())
        with pytest.raises(QuotaError):
            api.get("/x")
        clock.advance(timedelta(hours=1).total_seconds())
        api.get("/x")
        assert len(server.received) == 5


def test_a_daily_limit_believes_the_vendor_about_what_others_have_used(make_api: MakeApi) -> None:
    """Of 100 calls at a share of 0.8, twenty are left for the company's other integrations."""

    def left(headers: Mapping[str, str]) -> int | None:
        return int(headers["X-Left"]) if "X-Left" in headers else None

    replies = [answer({}, headers={"X-Left": "22"}), answer({}, headers={"X-Left": "20"})]
    with FaultServer(replies) as server:
        api = make_api(server, limits=[DailyLimit("day", 100, remaining=left)], share=0.8)
        api.get("/x")
        api.get("/x")
        with pytest.raises(QuotaError):
            api.get("/x")
        assert len(server.received) == 2


def test_a_vendor_that_said_nothing_is_left_is_asked_again_after_an_hour(
    make_api: MakeApi, clock: ManualClock
) -> None:
    """Its midnight may come before or after the one that we know of; one request finds out."""

    def left(headers: Mapping[str, str]) -> int | None:
        return int(headers["X-Left"])

    replies = [answer({}, headers={"X-Left": number}) for number in ("0", "0", "100")]
    with FaultServer(replies) as server:
        api = make_api(server, limits=[DailyLimit("day", 100, remaining=left)], share=0.8)
        api.get("/x")
        for _ in range(2):
            with pytest.raises(QuotaError):
                api.get("/x")
        clock.advance(3601)
        api.get("/x")
        with pytest.raises(QuotaError):
            api.get("/x")
        clock.advance(3601)
        api.get("/x")
        api.get("/x")
        assert len(server.received) == 4
