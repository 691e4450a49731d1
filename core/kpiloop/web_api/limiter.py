"""All limits of one API as one gate that every request passes."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock
from zoneinfo import ZoneInfo

from kpiloop.clock import Clock
from kpiloop.errors import PluginError, QuotaError
from kpiloop.web_api.rate_limit import AnyLimit, Concurrency, DailyLimit, Limit, shared
from kpiloop.web_api.window import Window

_BELIEVED_FOR = timedelta(hours=1)
"""How long "nothing is left" holds: the vendor's midnight may not be the one we know."""


class _Day:
    """What is used of a daily limit; the caller locks."""

    def __init__(self, limit: DailyLimit, share: float) -> None:
        self.name = limit.name
        self._zone = ZoneInfo(limit.zone)
        self._ours = shared(limit.calls, share)
        self._calls = limit.calls
        self._remaining = limit.remaining
        self._day = ""
        self._used = 0
        self._told_at: datetime | None = None

    def take(self, now: datetime) -> bool:
        """Count one request, or say that our part is used up."""
        day = now.astimezone(self._zone).date().isoformat()
        if day != self._day:
            self._day, self._used = day, 0
        if self._used >= self._ours and not self._is_stale(now):
            return False
        self._used += 1
        return True

    def learn(self, headers: Mapping[str, str], now: datetime) -> None:
        """Believe the vendor where it says how many requests are left."""
        left = self._remaining(headers) if self._remaining else None
        if left is not None:
            self._used, self._told_at = self._calls - left, now

    def _is_stale(self, now: datetime) -> bool:
        """Whether it is time to ask again: one request, whose answer tells."""
        if self._told_at is None or now - self._told_at < _BELIEVED_FOR:
            return False
        self._told_at = now
        return True


class RateLimiter:
    """Lets a request through when all limits that it falls under have room.

    One object serves all threads of an API. `share` is the part of each limit that may be used.
    """

    def __init__(
        self, limits: Sequence[AnyLimit], *, share: float, clock: Clock, system: str = ""
    ) -> None:
        self._clock = clock
        self._system = system
        self._lock = Lock()
        self._windows: dict[str, Window] = {}
        self._days: dict[str, _Day] = {}
        self._at_once: dict[str, BoundedSemaphore] = {}
        self._lines: dict[tuple[str, ...], Lock] = {}
        for limit in limits:
            self._add(limit, share)
        self._names = tuple(limit.name for limit in limits)
        self._always = tuple(limit.name for limit in limits if limit.always)
        self._paused_until = 0.0
        self._waited = 0.0

    @property
    def waited(self) -> float:
        """Seconds that all threads together have waited here."""
        return self._waited

    @contextmanager
    def request(self, names: Iterable[str]) -> Generator["Passage"]:
        """Wait for room under the named limits and those that always hold; then, the request.

        Raises:
            QuotaError: Our part of a daily limit is used up.
            PluginError: No limit has this name.
        """
        wanted = tuple(dict.fromkeys((*self._always, *names)))
        self._check(wanted)
        with ExitStack() as stack:
            for name in wanted:
                if name in self._at_once:
                    stack.enter_context(self._at_once[name])
            passage = Passage(self._leave, self._enter(wanted))
            try:
                yield passage
            finally:
                passage.over()

    def pause(self, names: Sequence[str], seconds: float) -> None:
        """Hold all threads back after a 429: those under the named limits, else all."""
        with self._lock:
            until = self._clock.monotonic() + seconds
            for window in (self._windows[name] for name in names if name in self._windows):
                window.pause(until)
            if not names:
                self._paused_until = max(self._paused_until, until)

    def _add(self, limit: AnyLimit, share: float) -> None:
        calls = shared(limit.calls, share)
        match limit:
            case Limit():
                self._windows[limit.name] = Window(calls, limit.per)
            case Concurrency():
                self._at_once[limit.name] = BoundedSemaphore(calls)
            case DailyLimit():
                self._days[limit.name] = _Day(limit, share)

    def _check(self, names: Iterable[str]) -> None:
        known = {*self._windows, *self._at_once, *self._days}
        for name in names:
            if name not in known:
                raise PluginError(
                    f"the connector asks for a limit named {name!r} that it never declared",
                    legal=", ".join(self._names) or "none is declared",
                    todo="declare it in Api(limits=…) or correct the name",
                )

    def _enter(self, names: tuple[str, ...]) -> dict[str, int]:
        """Wait in line: a place that falls free wakes the first, and not all who want it."""
        asked = self._clock.monotonic()
        with self._lines.setdefault(names, Lock()):
            while True:
                with self._lock:
                    now = self._clock.monotonic()
                    windows = {name: self._windows[name] for name in names if name in self._windows}
                    waits = (window.wait(now) for window in windows.values())
                    wait = max(self._paused_until - now, *waits, 0.0)
                    if wait <= 0:
                        self._waited += now - asked
                        self._take_days(names)
                        return {name: window.enter(now) for name, window in windows.items()}
                self._clock.sleep(wait)

    def _take_days(self, names: Sequence[str]) -> None:
        for name in names:
            day = self._days.get(name)
            if day is not None and not day.take(self._clock.now()):
                raise QuotaError(
                    f"kpiloop's share of the limit {name!r} is used up for today",
                    system=self._system,
                    todo="wait for the vendor's midnight, or raise `share` of this source",
                )

    def _leave(self, tickets: Mapping[str, int], headers: Mapping[str, str] | None) -> None:
        with self._lock:
            now = self._clock.monotonic()
            for name, ticket in tickets.items():
                self._windows[name].leave(ticket, now, answered=headers is not None)
            if headers is not None:
                for day in self._days.values():
                    day.learn(headers, self._clock.now())


class Passage:
    """One request on its way through the gate."""

    def __init__(
        self,
        leave: Callable[[Mapping[str, int], Mapping[str, str] | None], None],
        tickets: Mapping[str, int],
    ) -> None:
        self._leave = leave
        self._tickets = tickets
        self._is_answered = False

    def answered(self, headers: Mapping[str, str]) -> None:
        """Take note that an answer begins: the vendor has counted the request by now.

        However long its body takes to come, the request's place falls free no later for it.
        """
        self._is_answered = True
        self._leave(self._tickets, headers)

    def over(self) -> None:
        """Take note that nothing more will come."""
        if not self._is_answered:
            self._leave(self._tickets, None)
