"""A benchmark server: the shape of HubSpot's pages at next to no cost.

The rows of a page are one prepared template into which only the ids are written. It runs in a
process of its own, so that a benchmark measures the client alone:

    with PreparedPages(contacts=200_000) as server:
        server.base_url

Contacts have the ids `FIRST_ID`, `FIRST_ID` + 1, …, and were modified `STEP_MS` apart from
`FIRST_MODIFIED` on. Searches (filters on id and modification time, any sort by id), lists and batch
reads of contacts are served; every other list is empty. Any token will do.
"""

import argparse
import asyncio
import select
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from kpiloop_sandbox.hubspot.prepared_protocol import Connection, Settings

_START_SECONDS = 30


class PreparedPages:
    """The benchmark server in a process of its own.

    `latency_ms` is added to every answer; with `enforce_limits`, the burst and search limits hold.
    """

    def __init__(
        self, *, contacts: int, latency_ms: float = 0, enforce_limits: bool = False
    ) -> None:
        self._command = [
            sys.executable,
            "-m",
            "kpiloop_sandbox.hubspot.prepared",
            f"--contacts={contacts}",
            f"--latency-ms={latency_ms}",
            *(["--enforce-limits"] if enforce_limits else []),
        ]
        self._process: subprocess.Popen[str] | None = None
        self.base_url = ""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], _START_SECONDS)
        self.base_url = self._process.stdout.readline().strip() if ready else ""
        if not self.base_url:
            self.__exit__(None, None, None)
            raise RuntimeError("The benchmark server did not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()
            self._process = None


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the standard input closes, so that no server outlives its benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--enforce-limits", action="store_true")
    given = parser.parse_args(arguments)
    settings = Settings(
        contacts=given.contacts,
        latency_seconds=given.latency_ms / 1_000,
        enforce_limits=given.enforce_limits,
    )
    asyncio.run(_serve(settings, given.port))


async def _serve(settings: Settings, port: int) -> None:
    loop = asyncio.get_running_loop()
    shared = settings.start()
    server = await loop.create_server(lambda: Connection(shared), "127.0.0.1", port)
    host, bound = server.sockets[0].getsockname()
    sys.stdout.write(f"http://{host}:{bound}\n")
    sys.stdout.flush()
    async with server:
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    main()
