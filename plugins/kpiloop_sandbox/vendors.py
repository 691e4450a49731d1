"""The vendors that are simulated: how each is filled, served, and read from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot import options as hubspot
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store as HubspotStore
from kpiloop_sandbox.hubspot_seed.load import load_stream as fill_hubspot
from kpiloop_sandbox.mailchimp import options as mailchimp
from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.mailchimp.store import Store as MailchimpStore
from kpiloop_sandbox.mailchimp_seed.load import load_stream as fill_mailchimp
from kpiloop_sandbox.salesforce import options as salesforce
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.store import Store as SalesforceStore
from kpiloop_sandbox.salesforce_seed.cross_id import salesforce_id
from kpiloop_sandbox.salesforce_seed.load import load_stream as fill_salesforce
from kpiloop_sandbox.serving.server import SandboxServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What any simulated vendor can be told."""

    latency_ms: float = 0
    index_lag_seconds: float = 0
    """Seconds until searches see a change, where the vendor has searches that lag."""
    limits: bool = False


class Store(Protocol):
    """Where an account is kept."""

    def __enter__(self) -> Self:
        """Open it."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        """Close it."""
        ...


StoreType = TypeVar("StoreType", bound=Store)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vendor(Generic[StoreType]):
    """One vendor."""

    name: str
    """Its connector's."""
    title: str
    port: int
    """Where it listens unless told otherwise."""
    store: Callable[[str], StoreType]
    """Opens a file, or `:memory:`."""
    fill: Callable[[StoreType, CompanyOptions], object]
    server: Callable[[StoreType, Behaviour, int], SandboxServer]
    keys: Mapping[str, str]
    """Settings of the connector that open the sandbox, and nothing real."""

    @property
    def source(self) -> str:
        """What a project calls it.

        Not as the connector: the KPILOOP_HUBSPOT_… of somebody's real account, which go before the
        file, must never be taken for the sandbox's.
        """
        return f"sandbox_{self.name}"

    @property
    def file(self) -> str:
        """What the file of a kept account is called."""
        return f"{self.name}.sqlite"


HUBSPOT = Vendor(
    name="hubspot",
    title="HubSpot",
    port=8701,
    store=HubspotStore,
    fill=partial(fill_hubspot, crm_id=salesforce_id),
    server=lambda store, behaviour, port: HubspotSandbox(
        store,
        hubspot.SandboxOptions(
            latency_ms=behaviour.latency_ms,
            index_lag_seconds=behaviour.index_lag_seconds,
            enforce_limits=behaviour.limits,
        ),
        port=port,
    ),
    keys={"token": hubspot.DEFAULT_TOKEN},
)
MAILCHIMP = Vendor(
    name="mailchimp",
    title="Mailchimp",
    port=8702,
    store=MailchimpStore,
    fill=fill_mailchimp,
    server=lambda store, behaviour, port: MailchimpSandbox(
        store,
        mailchimp.SandboxOptions(latency_ms=behaviour.latency_ms, enforce_limits=behaviour.limits),
        port=port,
    ),
    keys={"api_key": mailchimp.DEFAULT_KEY},
)
SALESFORCE = Vendor(
    name="salesforce",
    title="Salesforce",
    port=8703,
    store=SalesforceStore,
    fill=fill_salesforce,
    server=lambda store, behaviour, port: SalesforceSandbox(
        store,
        salesforce.SandboxOptions(latency_ms=behaviour.latency_ms, enforce_limits=behaviour.limits),
        port=port,
    ),
    keys={
        "client_id": salesforce.ClientApp().client_id,
        "client_secret": salesforce.ClientApp().client_secret,
    },
)
VENDORS: tuple[Vendor[Any], ...] = (HUBSPOT, MAILCHIMP, SALESFORCE)
