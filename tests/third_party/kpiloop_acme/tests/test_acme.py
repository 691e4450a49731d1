"""The connector keeps kpiloop's contract, on an account of a few contacts."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from kpiloop_acme.reads import Acme
from kpiloop_acme.settings import AcmeSettings
from pydantic import SecretStr

from kpiloop import Connector, Source
from kpiloop.testing import ConnectorContract, FaultServer, Received, Reply, answer

CONTACTS = [
    {
        "contactId": number,
        "createdAt": f"2026-05-{number:02}T08:00:00Z",
        "updatedAt": f"2026-06-{number:02}T08:00:00Z",
        "properties": {"email": f"person{number}@customer.example", "stage": "prospect"},
    }
    for number in range(1, 8)
]
ROWS_A_PAGE = 3


def account(request: Received) -> Reply:
    """One page of the contacts that changed after a moment."""
    query = {name: values[0] for name, values in parse_qs(request.query).items()}
    changed = [each for each in CONTACTS if each["updatedAt"] > query.get("updated_after", "")]
    start = int(query.get("after", 0))
    end = start + ROWS_A_PAGE
    following = str(end) if end < len(changed) else None
    return answer({"results": changed[start:end], "next": following})


class TestAcme(ConnectorContract):
    """Acme, as kpiloop's own tests of connectors see it."""

    @pytest.fixture(autouse=True)
    def _serve(self) -> Iterator[None]:
        with FaultServer(account) as server:
            self.base_url = server.base_url
            yield

    def make_connector(self) -> Connector[Any]:
        """The connector, in front of the account."""
        settings = AcmeSettings(token=SecretStr("key"), base_url=self.base_url)
        return Acme(settings, Source(name="acme"))
