"""A small seeded org behind a real socket, and simple-salesforce pointed at it."""

from collections.abc import Iterator

import pytest
import requests
from simple_salesforce.api import Salesforce

from kpiloop_sandbox.salesforce.options import DEFAULT_TOKEN, SandboxOptions
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.store import Store
from support.salesforce_org import Ask, Clock, Plain, Query, asking, querying, seed


@pytest.fixture
def clock() -> Clock:
    """The org's clock."""
    return Clock()


@pytest.fixture
def store() -> Iterator[Store]:
    """A seeded org of the test's own."""
    with Store() as store:
        seed(store)
        yield store


@pytest.fixture
def sandbox(store: Store, clock: Clock) -> Iterator[SalesforceSandbox]:
    """The org behind a socket."""
    with SalesforceSandbox(store, SandboxOptions(page_size=200), clock=clock) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def library() -> Iterator[SalesforceSandbox]:
    """One small org for all tests that only read."""
    with Store() as store:
        seed(store)
        with SalesforceSandbox(store, SandboxOptions(page_size=200), clock=Clock()) as sandbox:
            yield sandbox


@pytest.fixture
def browse(library: SalesforceSandbox) -> Iterator[Ask]:
    """A client of the small org that nobody changes."""
    with asking(library) as ask:
        yield ask


@pytest.fixture
def ask(sandbox: SalesforceSandbox) -> Iterator[Ask]:
    """A client of the test's own org."""
    with asking(sandbox) as ask:
        yield ask


@pytest.fixture
def query(browse: Ask) -> Query:
    """Queries of the small org that nobody changes."""
    return querying(browse)


@pytest.fixture
def sdk(sandbox: SalesforceSandbox) -> Iterator[Salesforce]:
    """A client that knows nothing of the sandbox but its host."""
    with requests.Session() as session:
        session.mount("https://", Plain())
        yield Salesforce(
            instance_url=sandbox.base_url,
            session_id=DEFAULT_TOKEN,
            version="67.0",
            session=session,
        )
