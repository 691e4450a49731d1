"""The rolling window, judged by a simulated vendor that counts on its own side."""

import heapq
from collections.abc import Iterator
from itertools import chain, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.web_api.window import Window

_WORK = 0.15


def _simulate(
    calls: int, per: float, ways: Iterator[float], *, threads: int, requests: int
) -> list[float]:
    """The moments at which a vendor counts; `ways` are the seconds that requests travel.

    Threads ask as fast as they may; each answer takes `_WORK` seconds from being counted.
    """
    window = Window(calls, per)
    counted: list[float] = []
    events = [(0.0, number, 0) for number in range(threads)]
    while len(counted) < requests:
        now, thread, ticket = heapq.heappop(events)
        if ticket:
            window.leave(ticket, now, answered=True)
            heapq.heappush(events, (now, thread, 0))
        elif (wait := window.wait(now)) > 0:
            heapq.heappush(events, (now + wait, thread, 0))
        else:
            counted.append(now + next(ways))
            heapq.heappush(events, (counted[-1] + _WORK, thread, window.enter(now)))
    return sorted(counted)


def _most_in_a_window(counted: list[float], per: float) -> int:
    """The largest number of counts that any window of `per` seconds holds."""
    first = most = 0
    for last, moment in enumerate(counted):
        while counted[first] <= moment - per:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize(("calls", "per"), [(190, 10.0), (100, 10.0), (5, 1.0), (10, 1.0)])
def test_four_threads_use_at_least_97_percent_of_a_limit_and_never_break_it(
    calls: int, per: float
) -> None:
    """With 150 ms per answer, as a vendor on another continent has."""
    counted = _simulate(calls, per, repeat(0.0), threads=4, requests=calls * 20)
    assert _most_in_a_window(counted, per) <= calls
    full = calls - 1  # from here on the limit, and not the first burst, sets the pace
    reached = (len(counted) - calls) / (counted[-1] - counted[full])
    assert reached >= 0.97 * calls / per


@settings(max_examples=60, deadline=None)
@given(
    ways=st.lists(st.floats(0, 0.015) | st.floats(0, 2), min_size=50, max_size=50),
    threads=st.integers(1, 12),
    calls=st.integers(1, 12),
)
def test_requests_that_travel_unevenly_never_break_the_limit(
    ways: list[float], threads: int, calls: int
) -> None:
    """Once one has gone through quickly, no later delay on the way makes a 429."""
    counted = _simulate(calls, 1.0, chain([0.0], ways), threads=threads, requests=50)
    assert _most_in_a_window(counted, 1.0) <= calls


def test_answers_that_take_a_little_longer_than_the_first_cost_no_time() -> None:
    """What the vendor works on an answer is no delay on the way to it, up to the margin."""
    window = Window(5, 1.0)
    now = 0.0
    for work in [0.15] * 20 + [0.165] * 20:
        while (wait := window.wait(now)) > 0:
            now += wait
        window.leave(window.enter(now), now + work, answered=True)
        now += work
    while (wait := window.wait(now)) > 0:
        now += wait
    tickets = [window.enter(now) for _ in range(5)]
    for ticket in tickets:
        window.leave(ticket, now + 0.165, answered=True)
    assert window.wait(now + 1.03) == 0


def test_a_vendor_that_becomes_busy_is_not_asked_too_often() -> None:
    """Where all requests wait before they are counted, their slow answers free no place early."""
    ways = chain([0.0] * 20, [0.6] * 20, [0.0] * 20)
    counted = _simulate(5, 1.0, ways, threads=12, requests=60)
    assert _most_in_a_window(counted, 1.0) <= 5


def test_the_first_requests_may_be_slow_ones_that_open_connections() -> None:
    """A first round trip is no measure of how long the way there takes."""
    ways = chain([0.4] * 4, repeat(0.0))
    counted = _simulate(4, 1.0, ways, threads=4, requests=60)
    assert _most_in_a_window(counted, 1.0) <= 4


def test_a_request_without_an_answer_counts_as_late_as_it_may_have_arrived() -> None:
    """The vendor may have counted it the moment before we gave up."""
    window = Window(1, 10.0)
    window.leave(window.enter(0.0), 5.0, answered=False)
    assert window.wait(14.9) > 0
    assert window.wait(15.3) == 0


def test_a_request_under_way_for_longer_than_the_window_still_holds_its_place() -> None:
    """Nobody knows yet whether the vendor has counted it."""
    window = Window(1, 1.0)
    ticket = window.enter(0.0)
    assert window.wait(30.0) > 0
    window.leave(ticket, 30.0, answered=True)
    assert window.wait(31.1) == 0


def test_a_pause_holds_even_where_there_is_room() -> None:
    """A 429 says that the vendor counts more than we do."""
    window = Window(100, 10.0)
    window.pause(7.0)
    assert window.wait(4.0) == 3.0
    assert window.wait(7.0) == 0
