"""The connector keeps the contract that kpiloop ships for authors."""

from typing import Any

import pytest

from kpiloop import Connector
from kpiloop.testing import ConnectorContract
from support.mailchimp import Connect


class TestMailchimp(ConnectorContract):
    """Mailchimp, as kpiloop's tests of any connector see it."""

    @pytest.fixture(autouse=True)
    def _account(self, connect: Connect) -> None:
        """The small account."""
        self.connect = connect

    def make_connector(self) -> Connector[Any]:
        """The connector, in front of the account."""
        return self.connect()
