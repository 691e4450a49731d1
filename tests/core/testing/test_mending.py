"""A record that a test has broken is mended again, whatever the connector made of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kpiloop import Page, Read, Stream
from kpiloop.engine.pull.rows import rows_of
from kpiloop.testing import FaultServer
from kpiloop.testing.broken_rows import expect_broken_record_set_aside
from kpiloop.testing.pulled_copy import PulledCopy
from support.small_crm import SmallAccount, SmallConnector, SmallCrm


class LivingAccount(SmallAccount):
    """An account that other tests use as well."""

    def mend_one(self, record_id: str) -> None:
        """The contact gets an address again."""
        self.crm.put(record_id, email="mended@customer.example")


class Dropping(SmallConnector):
    """A connector that drops what it cannot read."""

    def read_stream(self, stream: Stream, read: Read) -> Iterator[Page]:
        """The rows whose addresses are texts."""
        for page in super().read_stream(stream, read):
            rows: Any = rows_of(page, source="small", stream=stream.name)
            yield Page.rows([row for row in rows if _is_readable(row)], checkpoint=page.checkpoint)


def _is_readable(row: Any) -> bool:
    return isinstance(row.get("email"), str)


@pytest.fixture
def living() -> Iterator[LivingAccount]:
    """The account, which outlives what is tested on it."""
    crm = SmallCrm()
    with FaultServer(crm) as server:
        yield LivingAccount(crm, server)


def test_a_broken_record_is_mended_after_the_test(living: LivingAccount, tmp_path: Path) -> None:
    """A pull that follows sets nothing aside, and misses nobody."""
    with PulledCopy.of(living, tmp_path / "one") as copy:
        expect_broken_record_set_aside(living, copy)
        known = copy.living()
    with PulledCopy.of(living, tmp_path / "other") as copy:
        assert copy.pull_green().counts.quarantined == 0
        assert known <= copy.living()


def test_it_is_mended_where_the_connector_failed(living: LivingAccount, tmp_path: Path) -> None:
    """One connector's fault is not met by the tests of others."""
    living.connector = Dropping
    with PulledCopy.of(living, tmp_path / "one") as copy, pytest.raises(AssertionError):
        expect_broken_record_set_aside(living, copy)
    living.connector = SmallConnector
    with PulledCopy.of(living, tmp_path / "other") as copy:
        assert copy.pull_green().counts.quarantined == 0
