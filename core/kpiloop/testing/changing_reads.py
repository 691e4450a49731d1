"""Reading an account in which people work: edits, deletes, and records of one and the same time."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from kpiloop.testing.explaining import expect, not_tested, some
from kpiloop.testing.fault_proxy import FaultProxy
from kpiloop.testing.faults import At, meanwhile
from kpiloop.testing.pulled_copy import PulledCopy, differences
from kpiloop.testing.vendor_account import VendorAccount

_TIMES = 3
"""How often somebody does something while an account is read."""


class ChangingReads:
    """What must hold where people work in the account, also while it is read."""

    def test_an_edit_is_read_by_the_next_pull(self, account: VendorAccount, tmp_path: Path) -> None:
        """The pull after an edit stores the new value."""
        with PulledCopy.of(account, tmp_path) as copy:
            copy.pull_green()
            before = copy.rows()
            edited = account.edit_one()
            account.settle()
            copy.pull_green()
            rows = copy.rows()
        changed = {key for entity, key in rows if rows[entity, key] != before.get((entity, key))}
        expect(
            edited in changed,
            "the pull after an edit did not bring the new value",
            where=f"record {edited}; changed were: {some(sorted(changed)) or 'none'}",
            todo="see whether the edit moves the time that the stream's filter asks for, whether "
            "the filter's time is as exact as the vendor's, and whether index_lag is long enough",
        )

    def test_an_edit_between_two_pages_costs_no_record(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """After edits while a pull turned pages, the next pull has everything as it is."""
        told = _disturbed(account, tmp_path, account.edit_one)
        expect(
            not told,
            f"edits while pages were turned cost records: {some(told)}",
            todo="an edit moves a record to another page: read by (time, id) and go on after the "
            "last one, or by id within a closed window; offsets skip what moves",
        )

    def test_a_delete_is_read(self, account: VendorAccount, tmp_path: Path) -> None:
        """A deleted record is gone with the next full read at the latest."""
        with PulledCopy.of(account, tmp_path) as copy:
            copy.pull_green()
            gone = account.delete_one()
            account.settle()
            copy.pull_green()
            copy.pull_green(full=True)
            is_gone = gone not in copy.living()
        expect(
            is_gone,
            "a deleted record still counts, even after a full read",
            where=f"record {gone}",
            todo="mark the time of deletion in the wire model with Deleted(), or let a full read "
            'leave the record out and say absent="deleted"; ids= finds it without a full read',
        )

    def test_a_delete_between_two_pages_costs_no_other_record(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """Records that moved up because another one went are read all the same."""
        told = _disturbed(account, tmp_path, account.delete_one)
        expect(
            not told,
            f"deletes while pages were turned cost other records: {some(told)}",
            todo="with offsets, what follows a deleted record moves up and is skipped: go on after "
            "the last id, or read some rows again and use Page(skip=…)",
        )

    def test_records_of_one_time_are_all_read(self, account: VendorAccount, tmp_path: Path) -> None:
        """Several records with the same modification time lose none, over pages and pulls."""
        with PulledCopy.of(account, tmp_path) as copy:
            copy.pull_green()
            added: set[str] = set()
            for count in (7, 1, 5):
                added |= set(account.add_at_one_time(count))
                account.settle()
                copy.pull_green()
            lost = added - copy.living()
        expect(
            not lost,
            "records that were changed at the same moment were not all read",
            where=f"records {some(sorted(lost))}",
            todo="a cursor of a time alone skips records of that time which the page had no room "
            "for: sort by (time, id) and go on after both; include the window's end",
        )


def _disturbed(account: VendorAccount, folder: Path, deed: Callable[[], str]) -> list[str]:
    """What a copy lacks after deeds between the pages of its first pull, and one pull more.

    What it has too much may still wait for a full read, which must then make it equal.
    """
    if not account.base_url:
        not_tested("reading while people work", todo="base_url is empty: no pages are asked for")
    with ExitStack() as stack:
        proxy = stack.enter_context(FaultProxy(account.base_url))
        rehearsal = stack.enter_context(PulledCopy.of(account, folder / "rehearsal"))
        rehearsal.pull_green(proxy.base_url)
        asked = len(proxy.received)
        if not asked:
            not_tested("reading while people work", todo="the connector asks nothing of base_url")
        step = max(asked // (_TIMES + 1), 1)
        proxy.fault = At(range(1 + step, asked + 1, step), meanwhile(deed))
        copy = stack.enter_context(PulledCopy.of(account, folder / "copy"))
        copy.pull_green(proxy.base_url)
        proxy.fault = None
        account.settle()
        copy.pull_green()
        fresh = stack.enter_context(PulledCopy.of(account, folder / "fresh"))
        fresh.pull_green()
        expected, found = fresh.rows(), copy.rows()
        lost = differences(expected, {key: found[key] for key in found.keys() & expected})
        copy.pull_green(full=True)
        return lost or differences(expected, copy.rows())
