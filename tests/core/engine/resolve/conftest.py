"""A company whose pulled records a test stores by hand."""

from collections.abc import Iterator

import pytest

from support.pulled_company import Pulled, pulled_in_memory


@pytest.fixture
def pulled() -> Iterator[Pulled]:
    """A company without records."""
    with pulled_in_memory() as pulled:
        yield pulled
