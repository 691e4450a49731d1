"""Reading an account that stands still: paging, windows, checkpoints, and twice the same."""

import json
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.connector.reading import Cursor, Read, Stream, Window
from kpiloop.engine.pull.report import PullReport
from kpiloop.testing.endless import stop_endless
from kpiloop.testing.explaining import expect, not_tested, some
from kpiloop.testing.fields_met import fields_not_met
from kpiloop.testing.pages_read import (
    everything,
    ids_in,
    independent_streams,
    pages_of,
    reads_of,
)
from kpiloop.testing.pulled_copy import PulledCopy, expect_green
from kpiloop.testing.vendor_account import VendorAccount


class StillReads:
    """What must hold where nobody changes the account."""

    def test_a_pull_stores_everything(self, account: VendorAccount, tmp_path: Path) -> None:
        """A first pull reads every stream to its end, and sets no record aside."""
        with PulledCopy.of(account, tmp_path) as copy:
            expect_everything_stored(copy)

    def test_every_declared_field_is_met(self, account: VendorAccount) -> None:
        """Each field of a wire model stands in a row of the account: none is misspelled."""
        with closing(stop_endless(account.make_connector(account.base_url))) as connector:
            for stream in independent_streams(connector, account.streams):
                expect_fields_met(connector, stream, account.lacking)

    def test_a_second_pull_changes_nothing(self, account: VendorAccount, tmp_path: Path) -> None:
        """Where the account stands still, the next pull finds no new, changed or deleted record."""
        with PulledCopy.of(account, tmp_path) as copy:
            copy.pull()
            expect_still(copy.pull(), AGAIN)

    def test_reading_everything_again_changes_nothing(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """A full read gives the same records as the pulls before it."""
        with PulledCopy.of(account, tmp_path) as copy:
            copy.pull()
            expect_still(copy.pull(full=True), FULL)

    def test_a_checkpoint_goes_on_where_its_page_ended(self, account: VendorAccount) -> None:
        """A read that begins at a page's checkpoint gives the pages that followed it."""
        with closing(stop_endless(account.make_connector(account.base_url))) as connector:
            expect_checkpoints(connector, account.streams)

    def test_no_page_comes_twice(self, account: VendorAccount) -> None:
        """The pages of a slice differ; one of the streams has more than one."""
        with closing(stop_endless(account.make_connector(account.base_url))) as connector:
            most = max(
                expect_no_page_twice(connector, stream)
                for stream in independent_streams(connector, account.streams)
            )
        if most <= 1:
            not_tested("paging", todo="let a stream of the account have more than one page")

    def test_two_windows_give_what_one_gives(self, account: VendorAccount, tmp_path: Path) -> None:
        """A window cut in two loses no record, and the later part leaves out the older ones."""
        cut = _Moments(account, tmp_path).by_stream()
        with closing(stop_endless(account.make_connector(account.base_url))) as connector:
            streams = [
                each for each in independent_streams(connector, account.streams) if each.name in cut
            ]
            if not streams:
                not_tested("windows", todo='no stream has cursor="modified" and modified times')
            for stream in streams:
                expect_windows(connector, stream, cut[stream.name])


AGAIN = "a second pull finds changes in an account that stands still"
FULL = "a full read does not give what the pulls before it have stored"


def expect_everything_stored(copy: PulledCopy) -> None:
    """A pull reads every stream, and stores each of its rows."""
    report = copy.pull()
    expect_green(report)
    expect(
        not report.counts.quarantined,
        f"the wire models refuse records of the account: {some(copy.reasons())}",
        todo="let the wire model read what the vendor sends: see the names and kinds of its fields",
    )
    expect(
        report.counts.new,
        "nothing was read: the account must hold records, or nothing is tested",
        todo="put some records into the account, or see whether Page.json(rows=…) names them",
    )
    expect(report.counts.closes, "records were read that are accounted for nowhere")


def expect_fields_met(
    connector: Connector[Any], stream: Stream, lacking: Collection[str] = ()
) -> None:
    """The account has every field that the stream's models declare, but those."""
    missing = [each for each in fields_not_met(connector, stream) if each not in lacking]
    expect(
        not missing,
        f"no row of the account has what the wire model declares: {some(missing)}",
        where=f"stream {stream.name}",
        todo="correct the path of the field; ask for it, where the vendor gives only what it is "
        "asked for (read.fields_below); say omits_nulls = True, where it leaves out what has no "
        "value; or let a record of the account have it; where it cannot, name it in `lacking`",
    )


def expect_still(report: PullReport, what: str) -> None:
    """Nothing is new, changed or deleted."""
    expect_green(report)
    moved = [
        f"{each.stream} ({count} {kind})"
        for each in report.streams
        for kind, count in each.counts.items()
        if count and kind in {"new", "changed", "deleted", "restored"}
    ]
    expect(
        not moved,
        what,
        where=some(moved),
        todo="a record's id and values must be the same at each read: no time of asking, no "
        "position, no number of the page; and a full read must give every living record",
    )


def expect_checkpoints(connector: Connector[Any], names: Sequence[str] = ()) -> None:
    """Every page's checkpoint leads to the pages that followed it."""
    for stream in independent_streams(connector, names):
        for read in reads_of(connector, stream, everything(connector)):
            _expect_checkpoints(connector, stream, read)


def _expect_checkpoints(connector: Connector[Any], stream: Stream, read: Read) -> None:
    pages = pages_of(connector, stream, read)
    for number, page in enumerate(pages, start=1):
        if page.checkpoint is not None:
            kept = json.loads(json.dumps(page.checkpoint))
            rest = pages_of(connector, stream, replace(read, checkpoint=kept))
            expect(
                [each.rows for each in rest] == [each.rows for each in pages[number:]],
                f"the checkpoint of page {number} skips or repeats rows: an interrupted read that "
                "goes on there would not be whole",
                where=f"stream {stream.name}",
                todo="a page's checkpoint says where the next page begins; begin there when "
                "read.checkpoint is given",
            )


def expect_no_page_twice(connector: Connector[Any], stream: Stream) -> int:
    """No page of a slice has the rows of another one; how many pages the longest slice has."""
    most = 0
    for read in reads_of(connector, stream, everything(connector)):
        found = pages_of(connector, stream, read)
        pages = [(each.rows, each.read_by) for each in found if each.rows]
        repeated = [number for number, page in enumerate(pages, start=1) if pages.count(page) > 1]
        expect(
            not repeated,
            "pages come again with the same rows",
            where=f"stream {stream.name}, pages {some(repeated)}",
            todo="send the cursor (or offset) of the answer with the next request, under the name "
            "that the vendor gives it",
        )
        most = max(most, len(pages))
    return most


def expect_windows(connector: Connector[Any], stream: Stream, cut: datetime) -> None:
    """The windows up to a moment and after it give together what one window gives."""
    whole = everything(connector)
    everything_there = ids_in(connector, stream, whole)
    before = ids_in(connector, stream, Window(start=None, end=cut))
    after = ids_in(connector, stream, Window(start=cut, end=whole.end))
    lost = everything_there - before - after
    expect(
        not lost,
        f"two windows that meet at {cut:%Y-%m-%d %H:%M:%S.%f} lose records that one window gives: "
        f"{some(sorted(lost))}",
        where=f"stream {stream.name}",
        todo="a window begins after its start and includes its end: send both as exactly as the "
        "vendor keeps its times, rounded outwards",
    )
    expect(
        everything_there - after,
        "a window gives what was changed before its start: each pull would read everything",
        where=f"stream {stream.name}",
        todo='ask the vendor for what changed after read.window.start, or say cursor="none"',
    )


class _Moments:
    """The moments at which the windows of streams can be cut: in the middle of their records."""

    def __init__(self, account: VendorAccount, folder: Path) -> None:
        self._account = account
        self._folder = folder

    def by_stream(self) -> dict[str, datetime]:
        """Streams that are read by the time of modification → the middle one of their times."""
        with closing(self._account.make_connector(self._account.base_url)) as connector:
            names = [
                each.name
                for each in independent_streams(connector, self._account.streams)
                if each.cursor is Cursor.MODIFIED
            ]
        with PulledCopy.of(self._account, self._folder) as copy:
            copy.pull_green()
            times = {name: copy.modified_times(name) for name in names}
        return {
            name: found[(len(found) - 1) // 2].replace(tzinfo=UTC)
            for name, found in times.items()
            if len(found) > 1
        }
