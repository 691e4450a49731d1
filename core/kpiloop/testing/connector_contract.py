"""What every connector must do, as tests that need nothing but the connector."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

from kpiloop.connector.base import CheckStatus, Connector
from kpiloop.testing.endless import stop_endless
from kpiloop.testing.explaining import expect, some
from kpiloop.testing.pulled_copy import PulledCopy
from kpiloop.testing.settings_contract import expect_keys_are_secret
from kpiloop.testing.still_reads import (
    AGAIN,
    FULL,
    expect_checkpoints,
    expect_everything_stored,
    expect_still,
)
from kpiloop.testing.vendor_account import VendorAccount


class ConnectorContract(ABC):
    """Subclass it in your tests, in a class whose name begins with `Test`; pytest does the rest.

        class TestAcme(ConnectorContract):
            def make_connector(self) -> Connector[Any]:
                settings = AcmeSettings(token=SecretStr("…"), base_url=server.base_url)
                return Acme(settings, Source(name="acme"))

    The account behind it holds some records of every stream, at best more than one page, and
    stands still while a test runs. Nothing is written to it. It is the smallest contract, and the
    only one for what does not speak HTTP; `ReadContract`, `WriteContract`, `SettingsContract` and
    `SecretsContract` go further, on a `VendorAccount`.
    """

    @abstractmethod
    def make_connector(self) -> Connector[Any]:
        """A new connector to the test account; the contract closes it."""

    def test_a_pull_stores_everything(self, tmp_path: Path) -> None:
        """A first pull reads every stream to its end, and sets no record aside."""
        with self._copy(tmp_path) as copy:
            expect_everything_stored(copy)

    def test_a_second_pull_changes_nothing(self, tmp_path: Path) -> None:
        """Where the account stands still, the next pull finds no new, changed or deleted record."""
        with self._copy(tmp_path) as copy:
            copy.pull()
            expect_still(copy.pull(), AGAIN)

    def test_reading_everything_again_changes_nothing(self, tmp_path: Path) -> None:
        """A full read gives the same records as the pulls before it."""
        with self._copy(tmp_path) as copy:
            copy.pull()
            expect_still(copy.pull(full=True), FULL)

    def test_a_checkpoint_goes_on_where_its_page_ended(self) -> None:
        """A read that begins at a page's checkpoint gives the pages that followed it."""
        with closing(stop_endless(self.make_connector())) as connector:
            expect_checkpoints(connector)

    def test_keys_are_kept_secret(self) -> None:
        """Every setting that is a key is a SecretStr, so that no log or error ever shows it."""
        with closing(self.make_connector()) as connector:
            expect_keys_are_secret(type(connector).settings_type)

    def test_the_doctor_finds_nothing_wrong(self) -> None:
        """`checks` passes on an account that works."""
        with closing(self.make_connector()) as connector:
            failed = [
                f"{each.what}: {each.found}"
                for each in connector.checks()
                if each.status is CheckStatus.FAILED
            ]
        expect(not failed, f"checks fail on an account that works: {some(failed)}")

    def _copy(self, folder: Path) -> AbstractContextManager[PulledCopy]:
        return PulledCopy.of(_Given(self), folder)


class _Given(VendorAccount):
    """The account behind a connector of which nothing else is known."""

    def __init__(self, contract: ConnectorContract) -> None:
        self._contract = contract

    @property
    def base_url(self) -> str:
        """Only the connector knows."""
        return ""

    def make_connector(self, base_url: str) -> Connector[Any]:
        """As the contract makes it."""
        del base_url
        return self._contract.make_connector()
