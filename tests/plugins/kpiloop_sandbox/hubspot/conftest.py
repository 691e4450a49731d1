"""A small seeded account behind a real socket, and the official SDK pointed at it."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from hubspot import HubSpot

from kpiloop_sandbox.hubspot.objects import (
    StoredCampaign,
    StoredLink,
    StoredMoney,
    StoredObject,
    StoredOwner,
    StoredPipeline,
    StoredStage,
)
from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store

START = datetime(2025, 1, 1, 12, tzinfo=UTC)
CONTACTS = 25
LINKS = (
    StoredLink(
        from_type="contacts",
        from_id="201",
        to_type="companies",
        to_id="901",
        type_id=1,
        label="Primary",
    ),
    StoredLink(from_type="deals", from_id="701", to_type="contacts", to_id="201", type_id=3),
)
OWNERS = (
    StoredOwner(id="31", email="a@acme.example", first_name="Ada", last_name="Alt"),
    StoredOwner(id="32", email="b@acme.example", first_name="Ben", last_name="Bald", archived=True),
)
STAGES = (
    StoredStage(id="new", label="New", display_order=0),
    StoredStage(
        id="closedwon",
        label="Closed won",
        display_order=1,
        metadata={"isClosed": "true", "probability": "1.0"},
    ),
)


def contact(number: int, **properties: str) -> StoredObject:
    """Contact 201 was made at START, each later one a minute after."""
    made = START + timedelta(minutes=number)
    return StoredObject(
        object_type="contacts",
        id=str(201 + number),
        properties={
            "email": f"person{number}@acme.example",
            "firstname": f"Person {number}",
            "lifecyclestage": "lead",
            **properties,
        },
        created_at=made,
        updated_at=made + timedelta(days=1),
        history={"lifecyclestage": [(made, "subscriber"), (made + timedelta(hours=1), "lead")]},
    )


def company(number: int) -> StoredObject:
    """A company with an even number of employees."""
    made = START + timedelta(minutes=number)
    return StoredObject(
        object_type="companies",
        id=str(901 + number),
        properties={"name": f"Company {number}", "numberofemployees": str(10 * number)},
        created_at=made,
        updated_at=made,
    )


def deal(number: int) -> StoredObject:
    """A deal in the first stage."""
    made = START + timedelta(minutes=number)
    return StoredObject(
        object_type="deals",
        id=str(701 + number),
        properties={"dealname": f"Deal {number}", "amount": "1000", "pipeline": "default"},
        created_at=made,
        updated_at=made,
    )


def campaign(number: int) -> StoredCampaign:
    """A campaign with 100 a month to spend, of which the first campaign spent 30.5."""
    spent = StoredMoney(id="71", name="Ads", amount=30.5, created_at=START)
    return StoredCampaign(
        id=f"430318c4-abb7-4bf7-a75e-9c5fa8f475a{number}",
        properties={"hs_name": f"Campaign {number}", "hs_currency_code": "EUR"},
        created_at=START + timedelta(days=number),
        updated_at=START + timedelta(days=number),
        budget_items=(StoredMoney(id="61", name="Plan", amount=100, created_at=START),),
        spend_items=(spent,) if number == 0 else (),
    )


def seed(store: Store) -> None:
    """25 contacts, 3 companies, 2 deals, their links, owners, a pipeline, 3 campaigns."""
    store.load(contact(number) for number in range(CONTACTS))
    store.load([*map(company, range(3)), *map(deal, range(2))])
    store.load_links(LINKS)
    store.load_owners(OWNERS)
    store.load_pipelines(
        [StoredPipeline(object_type="deals", id="default", label="Sales", stages=STAGES)]
    )
    store.load_campaigns(map(campaign, range(3)))


@pytest.fixture
def store() -> Iterator[Store]:
    """A seeded account of the test's own."""
    with Store() as store:
        seed(store)
        yield store


@pytest.fixture
def sandbox(store: Store) -> Iterator[HubspotSandbox]:
    """The account behind a socket."""
    with HubspotSandbox(store) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def library() -> Iterator[HubspotSandbox]:
    """One account for all tests that only read."""
    with Store() as store:
        seed(store)
        with HubspotSandbox(store) as sandbox:
            yield sandbox


@pytest.fixture
def sdk(sandbox: HubspotSandbox) -> HubSpot:
    """The vendor's own client, which knows nothing of the sandbox but its host."""
    return HubSpot(access_token=DEFAULT_TOKEN, host=sandbox.base_url)


Ask = Callable[..., requests.Response]
Search = Callable[..., dict[str, Any]]


@contextmanager
def asking(sandbox: HubspotSandbox) -> Generator[Ask]:
    """`ask("GET", path, token=…, json=…)`: one request of a plain HTTP client."""
    with requests.Session() as session:

        def ask(
            method: str, path: str, *, token: str = DEFAULT_TOKEN, **more: Any
        ) -> requests.Response:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            url = sandbox.base_url + path
            return session.request(method, url, headers=headers, timeout=10, **more)

        yield ask


def searching(ask: Ask) -> Search:
    """`search("contacts", (property, operator, value), …, limit=…)`: all of which must hold."""

    def search(object_type: str, *filters: tuple[str, ...], **more: Any) -> dict[str, Any]:
        names = ("propertyName", "operator", "value", "highValue")
        group = {"filters": [dict(zip(names, each, strict=False)) for each in filters]}
        path = f"/crm/objects/2026-09/{object_type}/search"
        answer = ask("POST", path, json={"filterGroups": [group], **more})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return search


@pytest.fixture
def ask(sandbox: HubspotSandbox) -> Iterator[Ask]:
    """A client of the test's own account."""
    with asking(sandbox) as ask:
        yield ask


@pytest.fixture
def search(ask: Ask) -> Search:
    """Searches in the test's own account."""
    return searching(ask)


@pytest.fixture
def look(library: HubspotSandbox) -> Iterator[Ask]:
    """A client of the account that nobody changes."""
    with asking(library) as ask:
        yield ask


@pytest.fixture
def look_for(look: Ask) -> Search:
    """Searches in the account that nobody changes."""
    return searching(look)
