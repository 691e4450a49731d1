"""A simulated Salesforce org on a real socket, and the connector that talks to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.store import Store
from support.salesforce_connector import Connect, World, connecting, living_in


@pytest.fixture
def store() -> Iterator[Store]:
    """The org's records, to be seeded."""
    with Store() as store:
        yield store


@pytest.fixture
def sandbox(store: Store) -> Iterator[SalesforceSandbox]:
    """The org, served; a query gives 20 records at once."""
    with SalesforceSandbox(store, SandboxOptions(page_size=20)) as sandbox:
        yield sandbox


@pytest.fixture
def connect(sandbox: SalesforceSandbox) -> Iterator[Connect]:
    """Make a connector for the org; settings may be overridden."""
    with connecting(sandbox.base_url) as connect:
        yield connect


@pytest.fixture
def world(tmp_path: Path, store: Store, sandbox: SalesforceSandbox) -> Iterator[World]:
    """The org, and an empty warehouse."""
    with living_in(tmp_path, store, sandbox) as world:
        yield world


@pytest.fixture
def leads(world: World) -> World:
    """An org with 50 leads, three of them changed in the same second."""
    for number in range(50):
        world.put("Lead", number, LastName=f"L{number}", Email=f"p{number}@acme.example")
    return world
