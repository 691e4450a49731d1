"""The account that a contract is tested on, as its author describes it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.testing.explaining import not_tested


class VendorAccount(ABC):
    """A vendor's account that a connector is tested on: a sandbox, a small server, a recording.

    The contract classes ask for it by the fixture `account`. Two members are needed, the rest is
    what differs by vendor: each that is left out skips the tests that need it, with the reason.

        class AcmeAccount(VendorAccount):
            def __init__(self, server: AcmeServer) -> None:
                self.server = server

            @property
            def base_url(self) -> str:
                return self.server.base_url

            def make_connector(self, base_url: str) -> Connector[Any]:
                settings = AcmeSettings(token=SecretStr("a key of 16 letters"), base_url=base_url)
                return Acme(settings, Source(name="acme", clock=ImpatientClock()))

            def edit_one(self) -> str:
                return self.server.rename_somebody()

        @pytest.fixture
        def account() -> Iterator[AcmeAccount]:
            with AcmeServer() as server:
                yield AcmeAccount(server)

        class TestReads(ReadContract): ...
        class TestWrites(WriteContract): ...
        class TestSettings(SettingsContract): ...
        class TestSecrets(SecretsContract): ...

    The account holds some records of every stream, at best more than one page of one of them, and
    nobody else changes it while a test runs.
    """

    streams: Sequence[str] = ()
    """The streams that the tests read, where a pull of everything takes seconds: each test pulls
    several times. Empty: all."""
    lacking: Sequence[str] = ()
    """Fields of wire models that this account has nowhere, as `AcmeContact.utm_source`: what not
    every account has."""

    @property
    @abstractmethod
    def base_url(self) -> str:
        """Where the account's API begins; the contract may put a proxy in front of it.

        Empty where the connector speaks no HTTP: what a bad line costs is then not tested.
        """

    @abstractmethod
    def make_connector(self, base_url: str) -> Connector[Any]:
        """A new connector that talks to `base_url` with a key that may do everything.

        Its key is made for tests, and at least eight characters long. Give its source a clock that
        does not wait: `ImpatientClock`, or the one that a simulated vendor goes by. Limits are
        best set high.
        """

    def settle(self) -> None:  # noqa: B027 - most vendors show changes at once
        """Let so much time pass that the vendor's lists show every change made up to now."""

    def edit_one(self) -> str:
        """Change a value of one record, as somebody who works there would; the record's id.

        The value is one that the connector reads, and another one each time.
        """
        not_tested("how edits are read", todo="give your VendorAccount the method edit_one")

    def delete_one(self) -> str:
        """Delete one record that is read, another one each time; its id."""
        not_tested("how deletes are read", todo="give your VendorAccount the method delete_one")

    def add_at_one_time(self, count: int) -> Sequence[str]:
        """Add so many records that all have the same modification time; their ids."""
        del count
        not_tested(
            "what becomes of records with equal times",
            todo="give your VendorAccount the method add_at_one_time",
        )

    def break_one(self) -> str:
        """Give one record a value that its wire model cannot read; its id.

        Asked only where the proxy cannot break a row on its way: where no page is an answer as it
        came.
        """
        not_tested("what one broken row costs", todo="give your VendorAccount the method break_one")

    def mend_one(self, record_id: str) -> None:  # noqa: B027 - most accounts end with their test
        """Make the record that `break_one` broke readable again, or delete it.

        An account that is new for each test needs no mending. In one that lives on, every later
        test would meet the broken record.
        """

    def make_connector_without_right(self, base_url: str) -> Connector[Any]:
        """A new connector whose key is accepted, but may not read what a stream needs."""
        del base_url
        not_tested(
            "what a missing right is told as",
            todo="give your VendorAccount the method make_connector_without_right",
        )

    def unknown_id(self, entity: str, known: Sequence[str]) -> str:
        """An id that looks like those of an entity, but belongs to no record."""
        del entity
        return _like(known[0], set(known))


def _like(example: str, known: set[str]) -> str:
    """The example with other digits, or other letters where it has none."""
    for shift in range(1, 10):
        found = "".join(_shifted(sign, shift) for sign in example)
        if found not in known and not found.startswith("0"):
            return found
    return f"{example}9"


def _shifted(sign: str, by: int) -> str:
    return str((int(sign) + by) % 10) if sign in "0123456789" else sign
