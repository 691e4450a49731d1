"""The sandbox as a running server: `with SalesforceSandbox(store) as sandbox: sandbox.base_url`."""

import time
from collections.abc import Callable

from kpiloop_sandbox.salesforce.app import application
from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.org import Org
from kpiloop_sandbox.salesforce.store import Store
from kpiloop_sandbox.serving.account import Counters
from kpiloop_sandbox.serving.server import AccountServer

PORT = 8703
"""Where it listens unless told otherwise."""


class SalesforceSandbox(AccountServer[SandboxOptions, Counters]):
    """A simulated Salesforce org over a store.

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
        self.org = Org(store, options or SandboxOptions(), clock)
        super().__init__(self.org, application(self.org), name="salesforce", port=port)

    def stop(self) -> None:
        """Close every connection, and forget all Bulk jobs with their results."""
        super().stop()
        self.org.jobs.close()
