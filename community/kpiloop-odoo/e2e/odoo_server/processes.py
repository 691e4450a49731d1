"""Processes that end with us, however we end."""

import os
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, Signals

PATIENCE_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A program that runs until it is told to end.

    Attributes:
        command: The program and its arguments.
        log: Where everything that it writes goes.
        user: Whom it runs as; by default as ourselves.
        environment: Its whole environment; by default ours.
        hands_over: Open files that it inherits.
        ended_by: The signal that it is told by to end.
    """

    command: Sequence[str | Path]
    log: Path
    user: str = ""
    environment: Mapping[str, str] | None = None
    hands_over: Sequence[int] = ()
    ended_by: Signals = SIGINT

    @contextmanager
    def running(self, *, patience: float = PATIENCE_SECONDS) -> Generator[subprocess.Popen[bytes]]:
        """Let it run as long as the block does; where we are killed, the kernel stops it.

        Args:
            patience: Seconds until it is killed where it does not end by itself.
        """
        with self.log.open("ab") as told, self._started(told.fileno()) as process:
            try:
                yield process
            finally:
                process.send_signal(self.ended_by)
                _wait(process, patience)

    def _started(self, told: int) -> subprocess.Popen[bytes]:
        user = ("--reuid", self.user, "--regid", self.user, "--init-groups") if self.user else ()
        bound = ("--pdeathsig", self.ended_by.name.removeprefix("SIG"))
        return subprocess.Popen(
            ("setpriv", *user, *bound, "--", *self.command),
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            env=self.environment,
            pass_fds=self.hands_over,
            cwd="/",
        )


def user_for_servers() -> str:
    """Whom PostgreSQL runs as, which refuses to run as root; nobody else where we are not root."""
    return "" if os.geteuid() else "postgres"


def _wait(process: subprocess.Popen[bytes], patience: float) -> None:
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
