"""What else a machine did while a benchmark ran.

How near a program comes to a limit shows only on a machine that has a core free whenever an answer
comes: with four milliseconds of waiting for a core, calls of 150 ms are at 97 % at most.
"""

import os
import resource
import time
from pathlib import Path
from types import TracebackType
from typing import Self

QUIET = 0.2
"""Cores that other work may use while a limit is measured."""
_STAT = Path("/proc/stat")
_IDLE = slice(3, 5)
_COUNTED = 8
"""Numbers of a line of /proc/stat that are apart: guests, behind them, are users as well."""


class Machine:
    """Looks at the whole machine for as long as it is entered, on Linux."""

    def __enter__(self) -> Self:
        self._others, self._began = _others(), time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._others = _others() - self._others
        self._seconds = time.monotonic() - self._began

    def __str__(self) -> str:
        if not _STAT.exists():
            return "how busy the machine was otherwise is not known"
        cores = max(self._others, 0) / self._seconds
        verdict = "quiet enough" if cores <= QUIET else "TOO BUSY: the figures are too low"
        return (
            f"other work used {cores:.2f} of {os.cpu_count()} cores meanwhile"
            f" (at most {QUIET}): {verdict}"
        )


def _others() -> float:
    """CPU seconds up to now of all but this process and the children that have ended."""
    own = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return _busy() - sum(used.ru_utime + used.ru_stime for used in own)


def _busy() -> float:
    """CPU seconds up to now in which the cores were not idle, or were taken by other machines."""
    if not _STAT.exists():
        return 0.0
    ticks = [int(each) for each in _STAT.read_text().split("\n", 1)[0].split()[1 : 1 + _COUNTED]]
    return (sum(ticks) - sum(ticks[_IDLE])) / os.sysconf("SC_CLK_TCK")
