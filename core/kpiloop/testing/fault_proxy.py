"""A proxy in front of any account that speaks HTTP, which lets things go wrong.

    with FaultProxy(account.base_url) as proxy:
        proxy.fault = Sometimes(instead(too_many("30")))
        connector = make_connector(proxy.base_url)

Whatever stands behind it (a vendor's sandbox, a small server of a test, a recording) needs to know
nothing of limits, lost answers or edits between two pages.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from kpiloop.testing.fault_server import FaultServer, Received, Reply
from kpiloop.testing.faults import Fault, Forward, as_reply
from kpiloop.testing.forwarding import Answered, Upstream
from kpiloop.testing.serving import Serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request that was carried out, and the answer to it."""

    request: Received
    answered: Answered


class FaultProxy(Serving):
    """Passes requests on from the moment it is entered until it is left.

    Attributes:
        fault: What happens to the requests from now on; None: nothing.
        exchanges: What was carried out, in the order of the answers.

    Args:
        upstream: The base address of the account.
    """

    def __init__(self, upstream: str) -> None:
        self.fault: Fault | None = None
        self.exchanges: list[Exchange] = []
        self._problem: Exception | None = None
        self._upstream = Upstream(upstream)
        self._server = FaultServer(self._serve)
        super().__init__(self._server)

    @property
    def root(self) -> str:
        """Scheme, host and port."""
        return self._server.base_url

    @property
    def base_url(self) -> str:
        """What a connector takes for the account's address."""
        return self.root + urlsplit(self._upstream.base_url).path

    @property
    def received(self) -> list[Received]:
        """Every request up to now, those included that were not passed on."""
        return self._server.received

    def _leave(self, *, is_well: bool) -> None:  # noqa: ARG002 - it is told in either case
        if self._problem is not None:
            raise self._problem

    def _serve(self, request: Received) -> Reply:
        def forward() -> Answered:
            answered = self._upstream.ask(request, seen_as=self.root)
            self.exchanges.append(Exchange(request=request, answered=answered))
            return answered

        return self._struck(request, forward) or as_reply(forward())

    def _struck(self, request: Received, forward: Forward) -> Reply | None:
        """What the fault makes of it. Where it raises, the rest passes, and leaving tells it."""
        fault = self.fault
        try:
            return fault(request, forward) if fault else None
        except Exception as error:  # noqa: BLE001 - whatever a test's own code raises
            self._problem = self._problem or error
            self.fault = None
            return None
