"""What tests of pulling need: a vendor in memory and a warehouse to pull it into."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest

from kpiloop.clock import ManualClock
from kpiloop.warehouse.store import Warehouse
from support.memory_vendor import START, AcmeData, World


@pytest.fixture
def clock() -> ManualClock:
    """A clock that a test moves."""
    return ManualClock(START + timedelta(hours=1))


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> Generator[World]:
    """An empty vendor and an empty warehouse."""
    with Warehouse.open(tmp_path / "warehouse.duckdb", threads=2) as warehouse:
        yield World(data=AcmeData(), warehouse=warehouse, clock=clock)
