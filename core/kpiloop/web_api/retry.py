"""Which failures are worth another try, when, and how often."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import RetryCallState, wait_random, wait_random_exponential

THROTTLED = 429
LOCKED = 423
REPEATED = frozenset({LOCKED, THROTTLED, 477, 500, 502, 503, 504, 521, 522, 523, 524})
"""The statuses that say "not now" and not "no"."""
NOTHING_DONE = frozenset({LOCKED, THROTTLED, 477})
"""The statuses after which the vendor has certainly not begun with the request."""

_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_LOCKED_AT_LEAST = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How stubborn a request is.

    Attributes:
        attempts: Tries at most, the first included; 429 answers are not counted as such.
        cap: Seconds between two tries at most, whatever the vendor asks for.
        patience: Seconds that a request lets itself be put off with 429 answers.
        total_deadline: Seconds that all tries together may be on the wire, from the first
            byte sent to the last one read. Waiting for a limit or between tries is not counted.
    """

    attempts: int = 5
    cap: float = 60.0
    patience: float = 900.0
    total_deadline: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A try that gave nothing to use, but may be repeated.

    Attributes:
        what: What happened, in words that hold no address, header or key.
        status: The HTTP status, or None where no complete answer came.
        after: Seconds that the vendor asks to wait, or None where it did not say.
        nothing_done: Whether the vendor has certainly not begun with the request.
    """

    what: str
    status: int | None = None
    after: float | None = None
    nothing_done: bool = False

    @property
    def throttled(self) -> bool:
        """Whether the vendor only wants us to be slower."""
        return self.status == THROTTLED

    @property
    def unconnected(self) -> bool:
        """Whether not even a connection was to be had: the address may be wrong."""
        return self.nothing_done and self.status is None


class Tries:
    """The course of one request over all its tries: what tenacity asks how to go on.

    `budget` is what is left of the time on the wire, `signature` the headers with the key that
    the latest try carried, `renewed` whether that key was renewed for this request already.
    """

    def __init__(self, policy: RetryPolicy, *, repeatable: bool, budget: float) -> None:
        self.budget = budget
        self.count = 0
        self.renewed = False
        self.signature: Mapping[str, str] = {}
        self._policy = policy
        self._repeatable = repeatable
        self._failures = 0
        self._put_off = 0.0

    def failed(self, state: RetryCallState) -> bool:
        """Whether this try calls for another one; errors are final and pass through."""
        self.count = state.attempt_number
        if state.outcome is None or state.outcome.failed:
            return False
        outcome = state.outcome.result()
        if isinstance(outcome, Failure):
            self._failures += not outcome.throttled
            return True
        return False

    def pause(self, state: RetryCallState) -> float:
        """Seconds to wait before the next try."""
        failure = failure_of(state)
        seconds = self._wait_after(failure, state)
        self._put_off += seconds * failure.throttled
        return seconds

    def over(self, state: RetryCallState) -> bool:
        """Whether this failure was the last try."""
        return (
            self.budget <= 0
            or self._failures >= self._policy.attempts
            or self._put_off > self._policy.patience
            or not (self._repeatable or failure_of(state).nothing_done)
        )

    def _wait_after(self, failure: Failure, state: RetryCallState) -> float:
        if failure.after is not None:
            spread = wait_random(0, min(1.0, 0.1 + failure.after / 10))
            seconds = failure.after + spread(state)
        else:
            least = _LOCKED_AT_LEAST if failure.status == LOCKED else 0.25
            seconds = least + wait_random_exponential(multiplier=1, max=self._policy.cap)(state)
        return min(seconds, self._policy.cap)


def failure_of(state: RetryCallState) -> Failure:
    """The failure that ended the latest try."""
    outcome = state.outcome.result() if state.outcome else None
    if not isinstance(outcome, Failure):
        raise TypeError("only a failure is followed by another try")
    return outcome


def retry_after(headers: Mapping[str, str], *, now: datetime, cap: float) -> float | None:
    """Seconds that a Retry-After header asks for, or None where it is absent or nonsense.

    Both forms are read: seconds, and an HTTP date, which is taken against the vendor's own
    `Date` where it sent one. More than `cap` becomes `cap`: some vendors send milliseconds.
    """
    text = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), cap)
    until = _http_date(text)
    if until is None:
        return None
    since = _http_date(headers.get("Date", "")) or now
    return min(max((until - since).total_seconds(), 0.0), cap)


def _http_date(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
