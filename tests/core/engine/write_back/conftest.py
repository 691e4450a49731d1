"""A desk for every test of the write-back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpiloop.clock import ManualClock
from kpiloop.ledger.store import Ledger
from support.desk import NOW, Desk, Vendor


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose vendor has five deals without values."""
    vendor = Vendor(records={str(number): {} for number in range(1, 6)})
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        yield Desk(ledger, ManualClock(NOW), vendor)
