"""The small CRM's account, which contracts are tested on."""

from collections.abc import Iterator

import pytest

from support.small_crm import SmallAccount, small_account


@pytest.fixture
def account() -> Iterator[SmallAccount]:
    """A small account with a connector that does everything right."""
    with small_account() as account:
        yield account
