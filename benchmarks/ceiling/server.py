"""A simulated HubSpot in a process of its own: slow, strict, and it notes every request."""

import json
import sys
import time
from datetime import date

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot.options import SandboxOptions
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot_seed.load import load_stream

NOTES = "/notes"
_UNTIL = date(2026, 1, 1)


class Noted:
    """An application whose requests are noted: when each arrived, its path, and its status.

    `/notes` gives the notes and begins anew.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._notes: list[tuple[float, str, int]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        path: str = scope["path"]
        if path == NOTES:
            notes, self._notes = self._notes, []
            await Response(json.dumps(notes), media_type="application/json")(scope, receive, send)
            return
        arrived = time.monotonic()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._notes.append((arrived, path, message["status"]))
            await send(message)

        await self._app(scope, receive, note)


def main(contacts: str, latency_ms: str) -> None:
    """Serve a company of this size until the standard input ends."""
    options = SandboxOptions(latency_ms=float(latency_ms), enforce_limits=True)
    with Store(":memory:") as store:
        load_stream(store, CompanyOptions(until=_UNTIL, contacts=int(contacts)))
        sandbox = HubspotSandbox(store, options)
        sandbox.app = Noted(sandbox.app)
        with sandbox:
            print(sandbox.base_url, flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
