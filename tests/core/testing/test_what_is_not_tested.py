"""What an account does not offer is not tested, and the reason says what to add."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest

from kpiloop import Connector
from kpiloop.testing import FaultServer, ReadContract, SettingsContract, VendorAccount
from support.small_crm import SmallAccount, SmallCrm, small_account


class Plain(VendorAccount):
    """An account with the two members that every account has."""

    def __init__(self, whole: SmallAccount) -> None:
        self._whole = whole

    @property
    def base_url(self) -> str:
        """Where it is."""
        return self._whole.base_url

    def make_connector(self, base_url: str) -> Connector[Any]:
        """The good connector."""
        return self._whole.make_connector(base_url)


@pytest.fixture
def plain() -> Iterator[Plain]:
    """It, served."""
    with small_account() as whole:
        yield Plain(whole)


READS = ReadContract()


@pytest.mark.parametrize(
    ("test", "missing"),
    [
        (READS.test_an_edit_is_read_by_the_next_pull, "edit_one"),
        (READS.test_an_edit_between_two_pages_costs_no_record, "edit_one"),
        (READS.test_a_delete_is_read, "delete_one"),
        (READS.test_a_delete_between_two_pages_costs_no_other_record, "delete_one"),
        (READS.test_records_of_one_time_are_all_read, "add_at_one_time"),
    ],
)
def test_what_is_left_out_is_skipped_with_its_name(
    plain: Plain, test: Callable[..., None], missing: str, tmp_path: Path
) -> None:
    """Also where it would have happened between two pages, in the proxy's thread."""
    with pytest.raises(SkipTest, match=f"give your VendorAccount the method {missing}"):
        test(plain, tmp_path)


def test_a_right_that_cannot_be_taken_is_skipped(plain: Plain, tmp_path: Path) -> None:
    """Not every sandbox knows keys without rights."""
    with pytest.raises(SkipTest, match="make_connector_without_right"):
        SettingsContract().test_a_missing_right_is_told_as_a_right(plain, tmp_path)


def test_an_account_that_takes_any_key_is_told(tmp_path: Path) -> None:
    """A small server of a test often looks at no key."""
    crm = SmallCrm()
    with FaultServer(crm.answer_to) as server:
        account = SmallAccount(crm, server)
        with pytest.raises(SkipTest, match="let it answer 401 to others"):
            SettingsContract().test_a_wrong_key_is_told_as_a_key(account, tmp_path)


def test_an_unknown_id_looks_like_a_known_one(plain: Plain) -> None:
    """The vendor must not be able to refuse it for its form."""
    assert plain.unknown_id("contacts", ["101", "102"]) == "212"
    assert plain.unknown_id("contacts", ["l1:a8", "l2:b9"]) == "l2:a9"
