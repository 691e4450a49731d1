"""Orgs for tests of the Salesforce connector: records, the connector, and what is stored."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from kpiloop import ManualClock, Source
from kpiloop.engine.pull.report import PullReport
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_salesforce.reads import Salesforce
from kpiloop_salesforce.settings import SalesforceSettings
from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.options import ClientApp
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.store import Store
from kpiloop_sandbox.salesforce.times import seconds_of

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
PREFIXES = {
    "Account": "001",
    "Contact": "003",
    "Lead": "00Q",
    "LeadHistory": "017",
    "Opportunity": "006",
    "OpportunityHistory": "008",
    "OpportunityContactRole": "00K",
    "OpportunityStage": "01J",
    "Campaign": "701",
    "CampaignMember": "00v",
    "Task": "00T",
    "Event": "00U",
    "Order": "801",
    "OrderItem": "802",
    "Product2": "01t",
    "CurrencyType": "01L",
    "DatedConversionRate": "04w",
}
Connect = Callable[..., Salesforce]


def key(sobject: str, number: int) -> str:
    """The id of the so-manieth record of an object."""
    return record_id(PREFIXES[sobject], number)


@dataclass(frozen=True, kw_only=True)
class World:
    """An org behind a socket, and a warehouse to pull it into."""

    store: Store
    sandbox: SalesforceSandbox
    warehouse: Warehouse
    clock: ManualClock
    connect: Connect

    def put(self, sobject: str, number: int, at: datetime = NOON, **values: Any) -> str:
        """Put a record into the org, last changed at a moment; its id."""
        moment = seconds_of(at)
        stamps = {"CreatedDate": moment, "SystemModstamp": moment}
        own: dict[str, Any] = {"Id": key(sobject, number), **stamps}
        self.store.load(sobject, [{**own, **values}])
        return key(sobject, number)

    def change(self, sobject: str, number: int, at: datetime, **values: Any) -> None:
        """Change a record behind the API's back."""
        entity = self.sandbox.org.objects[sobject.lower()]
        changed = {**values, "SystemModstamp": seconds_of(at)}
        self.store.set(entity, key(sobject, number), changed)

    def pull(self, **request: Any) -> PullReport:
        """Pull with a new connector, as another run of the program would."""
        settings = request.pop("settings", {})
        connector = self.connect(clock=self.clock, **settings)
        report = pull(self.warehouse, connector, PullRequest(**request))
        assert all(each.counts.closes for each in report.streams)
        self.clock.advance(60)
        return report

    def green(self, **request: Any) -> PullReport:
        """Pull, which must go well."""
        report = self.pull(**request)
        assert report.is_green, report.failed
        return report

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the warehouse answers."""
        with self.warehouse.cursor() as cursor:
            return cursor.execute(query).fetchall()

    def living(self, entity: str) -> list[str]:
        """The ids of an entity's rows that are alive."""
        query = f"SELECT id FROM pulled.{entity} WHERE deleted_at IS NULL ORDER BY id"
        return [record_id for (record_id,) in self.rows(query)]


@contextmanager
def connecting(base_url: str) -> Generator[Connect]:
    """`connect(clock=…, share=…, **settings)`: connectors for one org, closed at the end."""
    made: list[Salesforce] = []

    def connect(*, clock: ManualClock | None = None, share: float = 1.0, **own: Any) -> Salesforce:
        app = ClientApp()
        settings: dict[str, Any] = {
            "base_url": base_url,
            "client_id": app.client_id,
            "client_secret": SecretStr(app.client_secret),
            **own,
        }
        source = Source(name="salesforce", share=share, clock=clock or _later())
        made.append(Salesforce(SalesforceSettings(**settings), source))
        return made[-1]

    try:
        yield connect
    finally:
        for connector in made:
            connector.close()


@contextmanager
def living_in(folder: Path, store: Store, sandbox: SalesforceSandbox) -> Generator[World]:
    """An empty warehouse before an org."""
    with (
        Warehouse.open(folder / "warehouse.duckdb", threads=1) as warehouse,
        connecting(sandbox.base_url) as connect,
    ):
        yield World(
            store=store, sandbox=sandbox, warehouse=warehouse, clock=_later(), connect=connect
        )


def _later() -> ManualClock:
    return ManualClock(NOON + timedelta(days=30))
