"""A company whose resolved tables a test fills by hand."""

from collections.abc import Iterator

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from support.resolved_company import Company, empty_company


@pytest.fixture
def connection() -> Iterator[DuckDBPyConnection]:
    """A database in memory."""
    with duckdb.connect(config={"threads": 2}) as connection:
        yield connection


@pytest.fixture
def company(connection: DuckDBPyConnection) -> Company:
    """A company without rows."""
    return empty_company(connection)
