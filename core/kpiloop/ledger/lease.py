"""The lease: who may change the stores now; one process at a time."""

import os
import socket
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

from kpiloop.clock import Clock
from kpiloop.errors import BusyError
from kpiloop.ledger.store import Ledger, to_text

LIFETIME = timedelta(hours=6)
"""After this a lease of a process on another machine is taken over."""


@contextmanager
def lease(ledger: Ledger, clock: Clock, name: str = "cycle") -> Generator[None]:
    """Hold the lease while the block runs.

    A lease whose process on this machine is gone, or that has run out, is taken over. Raises
    BusyError where somebody else holds it, and says who.
    """
    me = f"{socket.gethostname()}:{os.getpid()}"
    with ledger.transaction():
        row = ledger.row("SELECT holder, taken_at, expires_at FROM lease WHERE name = ?", (name,))
        if row and str(row[2]) > to_text(clock.now()) and _may_live(str(row[0])):
            raise BusyError(
                f"kpiloop is already at work: process {row[0]} since {row[1]}",
                where=str(ledger.path),
                todo="wait for it to finish, then try again",
            )
        ledger.write(
            "INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?)",
            (name, me, to_text(clock.now()), to_text(clock.now() + LIFETIME)),
        )
    try:
        yield
    finally:
        ledger.write("DELETE FROM lease WHERE name = ? AND holder = ?", (name, me))


def _may_live(holder: str) -> bool:
    host, _, process = holder.rpartition(":")
    if host != socket.gethostname():
        return True
    if int(process) == os.getpid():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
