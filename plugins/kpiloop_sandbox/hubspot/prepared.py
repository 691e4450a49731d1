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
import sys
from collections.abc import Sequence

from kpiloop_sandbox.hubspot.prepared_protocol import Settings
from kpiloop_sandbox.serving.bare import ServerProcess, serve


class PreparedPages(ServerProcess):
    """The benchmark server in a process of its own.

    `latency_ms` is added to every answer; with `enforce_limits`, the burst and search limits hold.
    """

    def __init__(
        self, *, contacts: int, latency_ms: float = 0, enforce_limits: bool = False
    ) -> None:
        super().__init__(
            [
                sys.executable,
                "-m",
                "kpiloop_sandbox.hubspot.prepared",
                f"--contacts={contacts}",
                f"--latency-ms={latency_ms}",
                *(["--enforce-limits"] if enforce_limits else []),
            ]
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the standard input closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--enforce-limits", action="store_true")
    given = parser.parse_args(arguments)
    settings = Settings(contacts=given.contacts, enforce_limits=given.enforce_limits)
    serve(settings.start().reply, port=given.port, latency_seconds=given.latency_ms / 1_000)


if __name__ == "__main__":
    main()
