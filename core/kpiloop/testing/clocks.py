"""A clock for tests against servers that live in real time."""

import time
from datetime import UTC, datetime
from threading import Lock


class ImpatientClock:
    """The machine's time, but nobody waits: who sleeps goes on at once.

    For connectors under test, so that a `Retry-After` of a minute costs nothing. `slept` tells how
    long was waited in all.
    """

    def __init__(self) -> None:
        self.slept = 0.0
        self._lock = Lock()

    def now(self) -> datetime:
        """The moment, aware, in UTC; sleeping does not move it."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never jump back; those that were slept are among them."""
        return time.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        """Note the wish, and go on."""
        with self._lock:
            self.slept += max(seconds, 0.0)
