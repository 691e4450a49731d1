"""A rolling window of requests: when may the next one be sent?

The vendor counts a request at a moment that we do not see, between sending and answer. A fixed
margin is either too small (429) or too large (an idle limit). Here a request counts until `per`
seconds after the latest moment at which the vendor can have counted it: its answer's arrival
less the quickest of the latest round trips, which is what the way and the work take at least. So a
slow way there is waited for, and a constant latency, however long, costs nothing. Only the latest
ones: large pages that follow small questions take longer, each of them. But where a busy vendor
lets requests wait before it counts them, all of the latest are slow on the way there: so no more is
taken off than the quickest round trip ever, and the margin.
"""

from collections import deque
from math import inf

_POLL = 0.05
"""Seconds between looks where only the answer to a request under way can make room."""
_ENOUGH_ANSWERS = 10
_FEWEST_LATEST = 20


class Window:
    """The requests of the last seconds against one limit; the caller locks and tells the time."""

    def __init__(self, calls: int, per: float) -> None:
        self._calls = calls
        self._margin = min(0.2, max(0.02, 0.01 * per))
        """For the clock's grain and unevenness of the way."""
        self._hold = per + self._margin
        self._under_way: dict[int, float] = {}
        self._over: deque[tuple[float, float]] = deque()
        """When those that are over were answered, and when they were sent."""
        self._round_trips: deque[float] = deque(maxlen=max(calls, _FEWEST_LATEST))
        self._quickest = inf
        self._way = 0.0
        """What is taken off a round trip: nothing until enough are known."""
        self._paused_until = -inf
        self._tickets = 0

    def wait(self, now: float) -> float:
        """Seconds until a request may be sent, as far as one can tell; 0 means now."""
        self._forget(now)
        pause = max(0.0, self._paused_until - now)
        if len(self._under_way) + len(self._over) < self._calls:
            return pause
        counted = [self._counted(self._over[0])] if self._over else []
        first = min([*self._under_way.values(), *counted])
        return max(pause, first + self._hold - now, 0.0) or _POLL

    def enter(self, now: float) -> int:
        """Count a request that is being sent; the ticket is for `leave`."""
        self._tickets += 1
        self._under_way[self._tickets] = now
        return self._tickets

    def leave(self, ticket: int, now: float, *, answered: bool) -> None:
        """Take note that a request is over; one without an answer may be counted only now."""
        sent = self._under_way.pop(ticket)
        self._over.append((now, sent if answered else now))
        if answered:
            self._round_trips.append(now - sent)
            self._quickest = min(self._quickest, now - sent)
            if len(self._round_trips) >= _ENOUGH_ANSWERS:  # the first open connections
                self._way = min(*self._round_trips, self._quickest + self._margin)

    def pause(self, until: float) -> None:
        """Send nothing before this moment: the vendor asked for it."""
        self._paused_until = max(self._paused_until, until)

    def _counted(self, over: tuple[float, float]) -> float:
        """When the vendor can have counted a request that is over, at the latest."""
        answered, sent = over
        return max(sent, answered - self._way)

    def _forget(self, now: float) -> None:
        while self._over and self._counted(self._over[0]) + self._hold <= now:
            self._over.popleft()
