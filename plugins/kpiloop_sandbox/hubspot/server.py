"""The sandbox as a running server: `with HubspotSandbox(store) as sandbox: sandbox.base_url`."""

import time
from collections.abc import Callable

from kpiloop_sandbox.hubspot.account import Account
from kpiloop_sandbox.hubspot.app import application
from kpiloop_sandbox.hubspot.options import SandboxOptions
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.serving.account import Counters
from kpiloop_sandbox.serving.server import AccountServer


class HubspotSandbox(AccountServer[SandboxOptions, Counters]):
    """A simulated HubSpot account over a store.

    The store stays the caller's: it may be read and changed while the server runs, and is closed
    by whoever opened it.
    """

    def __init__(
        self,
        store: Store,
        options: SandboxOptions | None = None,
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self.account = Account(store, options or SandboxOptions(), clock)
        super().__init__(self.account, application(self.account), name="hubspot", port=port)
