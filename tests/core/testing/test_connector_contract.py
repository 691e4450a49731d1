"""The contract for connectors: a good one passes, and each fault is caught by the test for it."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import SecretStr

from kpiloop import (
    Check,
    CheckStatus,
    Connector,
    Contact,
    Id,
    Instant,
    Modified,
    Page,
    Read,
    Settings,
    Source,
    reads,
)
from kpiloop.testing import ConnectorContract

ROWS = [{"id": str(number), "modified_at": "2026-05-01T00:00:00Z"} for number in range(4)]
Contract = Callable[[type[Connector[Any]]], ConnectorContract]


class KeySettings(Settings):
    """A key as it should be."""

    token: SecretStr = SecretStr("key")


class BareSettings(Settings):
    """A key that any log may show."""

    token: str = "key"


class Row(Contact):
    """A contact."""

    id: Id
    modified_at: Annotated[Instant, Modified()] = None


class Good(Connector[Any]):
    """Four contacts on two pages."""

    name = "good"
    settings_type: ClassVar[type[Settings]] = KeySettings

    @reads(Row)
    def contacts(self, read: Read) -> Iterator[Page]:
        """Two pages, from the checkpoint on."""
        start = read.checkpoint if isinstance(read.checkpoint, int) else 0
        for first in range(start, len(ROWS), 2):
            following = first + 2 if first + 2 < len(ROWS) else None
            yield Page.rows(ROWS[first : first + 2], checkpoint=following)


class Bare(Good):
    """Its key is plain text."""

    settings_type = BareSettings


class Failing(Good):
    """Its check fails."""

    def checks(self) -> Iterator[Check]:
        """A failure."""
        yield Check(what="key", status=CheckStatus.FAILED)


class Skipping(Good):
    """It begins anew whatever the checkpoint says."""

    @reads(Row)
    def contacts(self, read: Read) -> Iterator[Page]:
        """Two pages, always."""
        yield Page.rows(ROWS[:2], checkpoint=2)
        yield Page.rows(ROWS[2:])


class Unstable(Good):
    """Every read gives a contact that was not there before."""

    seen: ClassVar = count()

    @reads(Row, absent="kept")
    def contacts(self, read: Read) -> Iterator[Page]:
        """One new contact."""
        yield Page.rows([{"id": f"new-{next(self.seen)}"}])


class Untidy(Good):
    """One of its rows has no id."""

    @reads(Row)
    def contacts(self, read: Read) -> Iterator[Page]:
        """A sound row and a broken one."""
        yield Page.rows([*ROWS, {"modified_at": "some day"}])


class Empty(Good):
    """There is nothing in the account."""

    @reads(Row)
    def contacts(self, read: Read) -> Iterator[Page]:
        """No page."""
        yield from ()


@pytest.fixture
def contract() -> Contract:
    """The contract for a connector, as an author writes it down."""

    def of(connector: type[Connector[Any]]) -> ConnectorContract:
        class ThisOne(ConnectorContract):
            def make_connector(self) -> Connector[Any]:
                return connector(connector.settings_type(), Source(name="this"))

        return ThisOne()

    return of


PULLED = ["stores_everything", "second_pull_changes_nothing"]
AGAIN = "reading_everything_again_changes_nothing"


def run(contract: ConnectorContract, test: str, folder: Path) -> None:
    """Run the one test of the contract whose name ends so."""
    (name,) = [each for each in dir(contract) if each.startswith("test_") and each.endswith(test)]
    method = getattr(contract, name)
    method(*[folder] * (method.__code__.co_argcount - 1))


@pytest.mark.parametrize(
    "test",
    [
        *PULLED,
        AGAIN,
        "where_its_page_ended",
        "keys_are_kept_secret",
        "doctor_finds_nothing_wrong",
    ],
)
def test_a_good_connector_passes(contract: Contract, test: str, tmp_path: Path) -> None:
    """A connector that does what it should passes every test of the contract."""
    run(contract(Good), test, tmp_path)


@pytest.mark.parametrize(
    ("connector", "test", "reason"),
    [
        (Bare, "keys_are_kept_secret", "look like keys"),
        (Failing, "doctor_finds_nothing_wrong", "checks fail on an account that works"),
        (Skipping, "where_its_page_ended", "checkpoint of page 1 skips or repeats"),
        (
            Unstable,
            "second_pull_changes_nothing",
            "a second pull finds changes in an account that stands still",
        ),
        (Unstable, AGAIN, "a full read does not give what the pulls before it have stored"),
        (Untidy, "stores_everything", "the wire models refuse records"),
        (Empty, "stores_everything", "nothing was read: the account must hold records"),
    ],
)
def test_a_fault_is_caught_and_explained(
    contract: Contract,
    connector: type[Connector[Any]],
    test: str,
    reason: str,
    tmp_path: Path,
) -> None:
    """Each fault fails the test that is for it, with a sentence that says what is wrong."""
    with pytest.raises(AssertionError, match=reason):
        run(contract(connector), test, tmp_path)
