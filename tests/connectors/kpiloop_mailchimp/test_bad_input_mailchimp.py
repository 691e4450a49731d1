"""What an account may hold although nobody would think so: each has an outcome; counts add up."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kpiloop.engine.pull.report import Counts
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_mailchimp.reads import Mailchimp
from support.mailchimp import NOON, Account, member

LATER = NOON + timedelta(hours=1)
MEMBERS = "/lists/l1/members"
MEGABYTE = 1_000_000
EPOCH = 1_780_000_000


class Reader:
    """A warehouse beside the account, into which its members are pulled."""

    def __init__(self, warehouse: Warehouse, mailchimp: Mailchimp) -> None:
        self._warehouse = warehouse
        self._mailchimp = mailchimp

    def pull(self, **request: Any) -> Counts:
        """Pull the members, which must go well; what that counts."""
        wanted = PullRequest(streams=("members",), **request)
        report = pull(self._warehouse, self._mailchimp, wanted)
        assert report.failed == {}
        assert report.counts.closes
        return report.counts

    def rows(self, query: str) -> list[Any]:
        """What the warehouse answers."""
        with self._warehouse.cursor() as cursor:
            return cursor.execute(query).fetchall()

    def first(self, column: str) -> object:
        """What is stored of the first member."""
        ((value,),) = self.rows(f"SELECT {column} FROM pulled.contacts WHERE id = 'l1:c00001'")
        return value


@pytest.fixture
def reader(tmp_path: Path, mailchimp: Mailchimp) -> Iterator[Reader]:
    """An empty warehouse."""
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        yield Reader(warehouse, mailchimp)


def test_a_merge_field_that_is_deleted_leaves_what_is_stored_alone(
    account: Account, reader: Reader
) -> None:
    """The members no longer have it: that says nothing about them."""
    reader.pull()
    changed = member(1, changed=LATER)
    del changed["merge_fields"]["LNAME"]
    account.lists[MEMBERS][0] = changed
    assert reader.pull().quarantined == 0
    assert reader.first("last_name") == "1"


def test_a_merge_field_that_changes_its_type_sets_rows_aside_where_it_no_longer_fits(
    account: Account, reader: Reader
) -> None:
    """A text that became an address is an object; a number is as good as its text."""
    reader.pull()
    changed = [member(number, changed=LATER) for number in (1, 2)]
    changed[0]["merge_fields"]["LNAME"] = {"addr1": "Harbour Street 1", "city": "Hamburg"}
    changed[1]["merge_fields"]["LNAME"] = 4711
    account.lists[MEMBERS][:2] = changed
    counts = reader.pull()
    assert (counts.read, counts.changed, counts.quarantined) == (2, 1, 1)
    assert reader.first("last_name") == "1"
    assert reader.rows("SELECT last_name FROM pulled.contacts WHERE id = 'l1:c00002'") == [
        ("4711",)
    ]


def test_a_mapped_merge_field_that_is_gone_is_no_error(account: Account, reader: Reader) -> None:
    """What was read of it stays, until somebody takes it out of the settings."""
    mapped = {"contacts": {"segment": "merge_fields.SEGMENT"}}
    account.lists[MEMBERS][0]["merge_fields"]["SEGMENT"] = "gold"
    reader.pull(mapped_fields=mapped)
    account.lists[MEMBERS][0] = member(1, changed=LATER)
    assert reader.pull(mapped_fields=mapped).quarantined == 0
    assert reader.first("segment") == "gold"


def test_an_address_field_is_an_object_or_an_empty_text(account: Account, reader: Reader) -> None:
    """A part of it may be mapped: where there is no address, there is no part."""
    mapped = {"contacts": {"segment": "merge_fields.ADDRESS.city"}}
    account.lists[MEMBERS][0]["merge_fields"]["ADDRESS"] = {"addr1": "", "city": "Hamburg"}
    assert reader.pull(mapped_fields=mapped).quarantined == 0
    segments = "SELECT segment FROM pulled.contacts ORDER BY id"
    assert reader.rows(segments) == [("Hamburg",), (None,)]


def test_nul_bytes_and_a_text_of_a_megabyte_come_through(account: Account, reader: Reader) -> None:
    """The NUL says nothing, the text is kept whole."""
    names = {"FNAME": "A\0B", "LNAME": "x" * MEGABYTE}
    account.lists[MEMBERS][0]["merge_fields"] |= names
    assert reader.pull().quarantined == 0
    assert reader.first("replace(first_name, chr(0), '')") == "AB"
    assert reader.first("len(last_name)") == MEGABYTE


@pytest.mark.parametrize("spelled", [EPOCH, 1_000 * EPOCH, str(1_000 * EPOCH)])
def test_an_epoch_in_seconds_or_milliseconds_is_the_same_moment(
    account: Account, reader: Reader, spelled: object
) -> None:
    """By its size one knows which it is."""
    account.lists[MEMBERS][0]["timestamp_opt"] = spelled
    assert reader.pull().quarantined == 0
    assert reader.first("epoch(created_at)::BIGINT") == EPOCH


def test_ids_that_stand_twice_in_a_page_count_as_repeated(account: Account, reader: Reader) -> None:
    """The newest of them is stored, whichever comes first."""
    newer = member(1, changed=LATER, email_address="newer@acme.example")
    account.lists[MEMBERS] = [newer, member(1), member(2)]
    counts = reader.pull()
    assert (counts.read, counts.new, counts.repeated) == (3, 2, 1)
    assert reader.first("email") == "newer@acme.example"


def test_a_status_that_nobody_knows_opts_nobody_out(account: Account, reader: Reader) -> None:
    """Only `unsubscribed` does; the member is stored as any other."""
    account.lists[MEMBERS][0]["status"] = "hibernating"
    assert reader.pull().quarantined == 0
    assert reader.first("opted_out") is False


def test_an_address_typed_in_capitals_is_the_same_member(account: Account, reader: Reader) -> None:
    """Mailchimp knows members by the address in lower case, kpiloop by the contact."""
    reader.pull()
    account.lists[MEMBERS][0] = member(1, changed=LATER, email_address="P1@ACME.example")
    counts = reader.pull()
    assert (counts.new, counts.changed) == (0, 1)
    assert reader.rows("SELECT count(*) FROM pulled.contacts") == [(2,)]
