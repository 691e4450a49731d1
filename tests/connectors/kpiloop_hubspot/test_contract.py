"""The connector keeps the contracts that kpiloop ships for authors, on a simulated account."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol

import pytest
from pydantic import SecretStr
from starlette.types import ASGIApp

from kpiloop import Connector
from kpiloop.testing import (
    ConnectorContract,
    ImpatientClock,
    ReadContract,
    SecretsContract,
    SettingsContract,
    VendorAccount,
    WriteContract,
)
from kpiloop_sandbox.hubspot.edits import Editor
from kpiloop_sandbox.hubspot.objects import StoredLink, StoredOwner
from kpiloop_sandbox.hubspot.options import ALL_SCOPES, DEFAULT_TOKEN, SandboxOptions
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import NOON, Connect, editor, stored

SECOND = timedelta(seconds=1)
CONTACTS = 225
"""A few more than a page of the list holds, twice."""
QUICK: Mapping[str, Any] = {"clock": ImpatientClock(), "traffic_days": 3}
CONTACTS_ONLY = "token-without-the-other-rights"


class Switch(Protocol):
    """What stands before the account that a test is about."""

    account: ASGIApp


class HubspotAccount(VendorAccount):
    """The account of a small company."""

    streams = ("contacts", "deals", "archived")
    lacking = tuple(f"HubspotContact.utm_{name}" for name in ("source", "medium", "campaign"))

    def __init__(self, store: Store, connect: Connect, base_url: str) -> None:
        self._store = store
        self._connect = connect
        self._base_url = base_url
        self._numbers = count(1)

    @property
    def base_url(self) -> str:
        """Where the simulated API is."""
        return self._base_url

    def make_connector(self, base_url: str) -> Connector[Any]:
        """The connector with a key that may do everything; its limits have tests of their own."""
        return self._connect(base_url=base_url, **QUICK)

    def make_connector_without_right(self, base_url: str) -> Connector[Any]:
        """The connector with a key that may read contacts alone."""
        return self._connect(base_url=base_url, token=SecretStr(CONTACTS_ONLY), **QUICK)

    def edit_one(self) -> str:
        """Another amount for a deal."""
        number = next(self._numbers)
        self._edit("deals").update(5 + number % 3, {"amount": str(7_000 + number)})
        return str(5 + number % 3)

    def delete_one(self) -> str:
        """A contact into the recycling bin."""
        contact = 100 + next(self._numbers)
        self._edit("contacts").archive(contact)
        return str(contact)

    def add_at_one_time(self, count: int) -> Sequence[str]:
        """New contacts, as an import makes them."""
        edit, start = self._edit("contacts"), next(self._numbers) * 1_000
        emails = [f"import{start + each}@client.example" for each in range(count)]
        return [str(edit.create({"email": email}).id) for email in emails]

    def _edit(self, object_type: str) -> Editor:
        return editor(self._store, object_type, datetime.now(UTC))


@pytest.fixture
def account(
    store: Store, connect: Connect, base_url: str, server: tuple[HubspotSandbox, Switch]
) -> HubspotAccount:
    """More contacts than a page holds, deals of one of them, and an archived one."""
    rights = {CONTACTS_ONLY: frozenset({"crm.objects.contacts.read"}), DEFAULT_TOKEN: ALL_SCOPES}
    server[1].account = HubspotSandbox(store, SandboxOptions(tokens=rights)).app
    stages = {"lifecyclestage": [(NOON, "lead")]}
    store.load(
        stored("contacts", 100 + each, {"lastname": "L"}, history=stages, at=NOON + each * SECOND)
        for each in range(CONTACTS)
    )
    store.load([stored("contacts", 99, archived_at=NOON), stored("companies", 7)])
    deal = {"dealname": "D", "dealstage": "closedwon"}
    store.load([stored("deals", key, deal) for key in (5, 6, 7)])
    store.load_links(
        [StoredLink(from_type="deals", from_id="5", to_type="contacts", to_id="100", type_id=3)]
    )
    store.load_owners([StoredOwner(id="1", email="o@acme.example", first_name="O", last_name="P")])
    return HubspotAccount(store, connect, base_url)


class TestEverything(ConnectorContract):
    """Every stream of HubSpot, on an account that stands still."""

    @pytest.fixture(autouse=True)
    def _account(self, account: HubspotAccount) -> None:
        self.account = account

    def make_connector(self) -> Connector[Any]:
        """The connector, in front of the simulated account."""
        return self.account.make_connector(self.account.base_url)


class TestReads(ReadContract):
    """HubSpot is read as kpiloop expects it of any system."""


class TestWrites(WriteContract):
    """Values are written into HubSpot as kpiloop expects it of any system."""


class TestSettings(SettingsContract):
    """HubSpot's settings explain themselves."""


class TestSecrets(SecretsContract):
    """HubSpot's token is shown to nobody."""
