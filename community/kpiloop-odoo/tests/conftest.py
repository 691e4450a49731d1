"""The database that the tests read and write: the small Odoo, or a real one where one is named.

`ODOO_URL`, `ODOO_KEY` and `ODOO_DATABASE` name a real one, in which the tests edit and delete.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from acme_tables import acme
from odoo_account import OdooAccount
from small_odoo import LIMITED_KEY, SmallOdoo


@pytest.fixture
def account() -> Iterator[OdooAccount]:
    """A database with some records of every kind."""
    if url := os.environ.get("ODOO_URL"):
        database = os.environ["ODOO_DATABASE"]
        yield OdooAccount(url, key=os.environ["ODOO_KEY"], database=database)
        return
    with SmallOdoo(acme()) as server:
        yield OdooAccount(server.base_url, limited_key=LIMITED_KEY)
