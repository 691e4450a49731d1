"""The real Odoo that every test here may start."""

from collections.abc import Iterator

import pytest

from odoo_server.commands import UnavailableError
from odoo_server.installation import CHECKOUT, Installation, installation
from odoo_server.server import Host, host


@pytest.fixture(scope="session")
def installed() -> Installation:
    """Odoo, installed by the first test that asks."""
    try:
        return installation(CHECKOUT / ".odoo")
    except UnavailableError as error:
        pytest.skip(f"no real Odoo here: {error}")


@pytest.fixture(scope="session")
def odoo_host(installed: Installation) -> Iterator[Host]:
    """A PostgreSQL of these tests alone."""
    with host(installed) as running:
        yield running
