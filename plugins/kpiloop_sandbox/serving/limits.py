"""Rate limits of an account: rolling windows, counted when a request arrives."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Window:
    """At most `size` requests in any `seconds`."""

    size: int
    seconds: float
    _taken: deque[float] = field(default_factory=deque[float])

    def take(self, now: float) -> bool:
        """Count a request, unless the window is full."""
        if self.remaining(now) <= 0:
            return False
        self._taken.append(now)
        return True

    def remaining(self, now: float) -> int:
        """How many requests are free at this moment."""
        while self._taken and now - self._taken[0] >= self.seconds:
            self._taken.popleft()
        return self.size - len(self._taken)
