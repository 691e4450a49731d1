"""The lease: who may change the stores now; one process at a time."""

import os
import secrets
import socket
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

from kpiloop.clock import Clock
from kpiloop.errors import BusyError
from kpiloop.ledger.store import Ledger, to_text

LIFETIME = timedelta(hours=6)
"""After this a lease is taken over, whoever holds it: process numbers are given out again."""

_THIS_PROCESS = secrets.token_hex(4)
"""Tells this process from an earlier one of the same number, as containers have them."""


@contextmanager
def lease(ledger: Ledger, clock: Clock, name: str = "cycle") -> Generator[None]:
    """Hold the lease while the block runs.

    A lease whose process on this machine is gone, or that has run out, is taken over. Raises
    BusyError where somebody else holds it, and says who.
    """
    me = f"{socket.gethostname()}:{os.getpid()}:{_THIS_PROCESS}"
    with ledger.transaction():
        row = ledger.row("SELECT holder, taken_at, expires_at FROM lease WHERE name = ?", (name,))
        if row and str(row[2]) > to_text(clock.now()) and _may_live(str(row[0])):
            raise BusyError(
                f"kpiloop is already at work: process {_process(str(row[0]))} since {row[1]}",
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


def _process(holder: str) -> str:
    host, process, _ = holder.rsplit(":", 2)
    return f"{process} on {host}"


def _may_live(holder: str) -> bool:
    host, process, name = holder.rsplit(":", 2)
    if host != socket.gethostname():
        return True
    if int(process) == os.getpid():
        return name == _THIS_PROCESS
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
