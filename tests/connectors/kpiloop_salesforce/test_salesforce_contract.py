"""The connector keeps the contract that kpiloop ships for authors, on the demo company's org."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from kpiloop import Connector
from kpiloop.testing import ConnectorContract
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.store import Store
from kpiloop_sandbox.salesforce_seed import load_stream
from support.salesforce_connector import Connect, connecting

COMPANY = CompanyOptions(until=date(2026, 11, 1), contacts=200)


@pytest.fixture(scope="module")
def org() -> Iterator[SalesforceSandbox]:
    """The demo company's org, which nobody changes; a query gives 40 records at once."""
    with Store() as store:
        load_stream(store, COMPANY)
        with SalesforceSandbox(store, SandboxOptions(page_size=40)) as sandbox:
            yield sandbox


@pytest.fixture(scope="module")
def connect_to_org(org: SalesforceSandbox) -> Iterator[Connect]:
    """Make a connector for it."""
    with connecting(org.base_url) as connect:
        yield connect


class TestByQueries(ConnectorContract):
    """Salesforce by its REST queries, as kpiloop's tests of any connector see it."""

    @pytest.fixture(autouse=True)
    def _account(self, connect_to_org: Connect) -> None:
        self.connect = connect_to_org

    def make_connector(self) -> Connector[Any]:
        """The connector, in front of the simulated org."""
        return self.connect()


class TestByJobs(TestByQueries):
    """The same by the Bulk API, for every object that is read whole."""

    def make_connector(self) -> Connector[Any]:
        """The connector, which takes any object for a large one."""
        return self.connect(bulk_above=0)
