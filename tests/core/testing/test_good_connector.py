"""A connector that does everything right passes every contract."""

from collections.abc import Iterator

import pytest

from kpiloop.testing import ReadContract, SecretsContract, SettingsContract, WriteContract
from kpiloop.testing.listed_reads import ListedReads
from support.broken_reads import ListsIds
from support.small_crm import SmallAccount, small_account


class TestReads(ReadContract):
    """The small CRM is read as kpiloop expects it of any system."""


class TestIds(ListedReads):
    """The same without a word on deletes, but with ids, finds them as soon."""

    @pytest.fixture
    def account(self) -> Iterator[SmallAccount]:
        """An account whose connector lists ids."""
        with small_account(ListsIds) as account:
            yield account


class TestWrites(WriteContract):
    """Values are written into the small CRM as kpiloop expects it of any system."""


class TestSettings(SettingsContract):
    """The small CRM's settings explain themselves."""


class TestSecrets(SecretsContract):
    """The small CRM's key is shown to nobody."""
