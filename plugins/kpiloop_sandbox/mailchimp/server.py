"""The sandbox as a running server: `with MailchimpSandbox(store) as sandbox: sandbox.api_url`."""

import time
from collections.abc import Callable

from kpiloop_sandbox.mailchimp.account import Account, Counters
from kpiloop_sandbox.mailchimp.app import VERSION, application
from kpiloop_sandbox.mailchimp.options import SandboxOptions
from kpiloop_sandbox.mailchimp.store import Store
from kpiloop_sandbox.serving.server import AccountServer


class MailchimpSandbox(AccountServer[SandboxOptions, Counters]):
    """A simulated Mailchimp account over a store.

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
        super().__init__(self.account, application(self.account), name="mailchimp", port=port)

    @property
    def api_url(self) -> str:
        """Where the resources are: the address with the version of the API."""
        return self.base_url + VERSION
