"""The demo company, pulled over a real socket, and an empty database for small companies."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection
from pydantic import SecretStr

from kpiloop import Source, SystemClock
from kpiloop.engine.compute.question import Moment
from kpiloop.engine.pull.run import pull
from kpiloop.engine.resolve.resolve import resolve
from kpiloop.warehouse.store import Warehouse
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot_seed import load_stream
from oracle.comparing import Trial, catalog_of_all
from oracle.demo import BERLIN, MONTHS, RULES, UNTIL
from oracle.records import read_records
from oracle.resolving import resolve_records


@pytest.fixture(scope="session")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with all that the sandbox tells of a small demo company."""
    path = tmp_path_factory.mktemp("oracle") / "warehouse.duckdb"
    settings = HubspotSettings(
        token=SecretStr(DEFAULT_TOKEN), calls_per_10_seconds=100_000, searches_per_second=10_000
    )
    source = Source(name="hubspot", share=1.0, clock=SystemClock())
    with Store() as store:
        load_stream(store, CompanyOptions(until=UNTIL, contacts=300, months=MONTHS))
        with HubspotSandbox(store) as sandbox, Warehouse.open(path) as warehouse:
            there = settings.model_copy(update={"base_url": sandbox.base_url})
            hubspot = Hubspot(there, source)
            report = pull(warehouse, hubspot)
            hubspot.close()
    assert report.failed == {}
    return path


@pytest.fixture(scope="session")
def demo(pulled: Path) -> Iterator[Trial]:
    """The demo company, resolved twice."""
    as_of = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 6, tzinfo=UTC)
    with Warehouse.open(pulled) as warehouse, warehouse.cursor() as cursor:
        resolve(cursor, RULES)
        yield Trial(
            connection=cursor,
            catalog=catalog_of_all(),
            tables=resolve_records(read_records(cursor), RULES),
            moment=Moment(as_of, BERLIN),
        )


@pytest.fixture(scope="session")
def empty() -> Iterator[DuckDBPyConnection]:
    """A database that small companies share, one after the other."""
    with duckdb.connect() as connection:
        yield connection
