"""A simulated HubSpot account on a real socket, and the connector that talks to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from kpiloop import Clock, Source, SystemClock
from kpiloop.warehouse.store import Warehouse
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import Connect
from support.hubspot_home import Home


@pytest.fixture
def store() -> Iterator[Store]:
    """The account's records, to be seeded."""
    with Store() as store:
        yield store


class Switch:
    """One server for all tests, in front of each test's own account."""

    def __init__(self, account: ASGIApp) -> None:
        self.account = account

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        await self.account(scope, receive, send)


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[HubspotSandbox, Switch]]:
    """What listens; starting it anew for every test would take longer than most tests."""
    with Store() as nothing:
        served = HubspotSandbox(nothing)
        switch = Switch(served.app)
        served.app = switch
        with served:
            yield served, switch


@pytest.fixture
def sandbox(store: Store, server: tuple[HubspotSandbox, Switch]) -> HubspotSandbox:
    """The account, served."""
    account = HubspotSandbox(store)
    server[1].account = account.app
    return account


@pytest.fixture
def base_url(sandbox: HubspotSandbox, server: tuple[HubspotSandbox, Switch]) -> str:
    """Where the account is."""
    return server[0].base_url


@pytest.fixture
def connect(base_url: str) -> Iterator[Connect]:
    """Make a connector for the account; settings may be overridden."""
    made: list[Hubspot] = []

    def make(*, clock: Clock | None = None, share: float = 1.0, **settings: object) -> Hubspot:
        given: dict[str, Any] = {
            "token": SecretStr(DEFAULT_TOKEN),
            "base_url": base_url,
            # The limits have tests of their own; waiting for them would only slow these down.
            "calls_per_10_seconds": 100_000,
            "searches_per_second": 10_000,
            **settings,
        }
        source = Source(name="hubspot", share=share, clock=clock or SystemClock())
        made.append(Hubspot(HubspotSettings(**given), source))
        return made[-1]

    yield make
    for connector in made:
        connector.close()


@pytest.fixture
def hubspot(connect: Connect) -> Hubspot:
    """The connector with a key that may do everything."""
    return connect()


@pytest.fixture
def empty_home(tmp_path: Path, store: Store, hubspot: Hubspot) -> Iterator[Home]:
    """A warehouse into which nothing was pulled yet."""
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        yield Home(warehouse, hubspot, store)
