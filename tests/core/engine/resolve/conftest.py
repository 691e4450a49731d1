"""A company whose pulled records a test stores by hand."""

from collections.abc import Iterator

import duckdb
import pytest

from support.pulled_company import Pulled, empty_pulled


@pytest.fixture
def pulled() -> Iterator[Pulled]:
    """A company without records."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield empty_pulled(connection)
