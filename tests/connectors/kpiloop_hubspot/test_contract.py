"""The connector keeps the contract that kpiloop ships for authors."""

from typing import Any

import pytest

from kpiloop import Connector
from kpiloop.testing import ConnectorContract
from kpiloop_sandbox.hubspot.objects import StoredLink, StoredOwner
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import NOON, Connect, stored


class TestHubspot(ConnectorContract):
    """HubSpot, as kpiloop's tests of any connector see it."""

    @pytest.fixture(autouse=True)
    def _account(self, store: Store, connect: Connect) -> None:
        """More contacts than a page holds, a deal of one of them, and an archived one."""
        stages = {"lifecyclestage": [(NOON, "lead")]}
        store.load(
            [
                stored("contacts", 100 + each, {"lastname": "L"}, history=stages)
                for each in range(450)
            ]
        )
        store.load([stored("contacts", 99, archived_at=NOON), stored("companies", 7)])
        store.load([stored("deals", 5, {"dealname": "D", "dealstage": "closedwon"})])
        store.load_links(
            [StoredLink(from_type="deals", from_id="5", to_type="contacts", to_id="100", type_id=3)]
        )
        store.load_owners(
            [StoredOwner(id="1", email="o@acme.example", first_name="O", last_name="P")]
        )
        self.connect = connect

    def make_connector(self) -> Connector[Any]:
        """The connector, in front of the simulated account."""
        return self.connect()
