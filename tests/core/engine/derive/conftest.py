"""A warehouse of a few resolved rows."""

from collections.abc import Iterator

import pytest

from kpiloop.warehouse.store import Warehouse
from support.derive_desk import Desk


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A warehouse that tests share, one after the other."""
    path = tmp_path_factory.mktemp("derive") / "warehouse.duckdb"
    with Warehouse.open(path) as warehouse:
        yield Desk(warehouse)


@pytest.fixture
def desk(shared: Desk) -> Desk:
    """A warehouse with two deals, one of them won late in the evening of Berlin."""
    shared.begin()
    shared.run(
        "INSERT INTO resolved.deals (id, won_at, amount_home) VALUES"
        " ('crm:1', TIMESTAMP '2026-03-31 22:30:00', 100.5), ('crm:2', NULL, 7)"
    )
    return shared
