"""Ids that tell what is gone, where a vendor tells no deletes: `@reads(…, ids=…)`."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.connector.filled import entities_filled
from kpiloop.connector.reading import Stream
from kpiloop.testing.explaining import expect, not_tested, some
from kpiloop.testing.pages_read import everything, ids_in, ids_listed, independent_streams
from kpiloop.testing.pulled_copy import PulledCopy
from kpiloop.testing.vendor_account import VendorAccount


class ListedReads:
    """What must hold of the ids that a stream lists."""

    def test_no_id_is_left_out(self, account: VendorAccount) -> None:
        """The ids of a stream are those of all records that it gives."""
        with closing(account.make_connector(account.base_url)) as connector:
            for stream in _with_ids(connector, account.streams):
                expect_all_ids(connector, stream)

    def test_a_delete_is_found_by_the_ids(self, account: VendorAccount, tmp_path: Path) -> None:
        """The next pull knows of a deleted record, though nothing says that it changed."""
        with closing(account.make_connector(account.base_url)) as connector:
            names = [stream.name for stream in _with_ids(connector, account.streams)]
        with PulledCopy.of(account, tmp_path) as copy:
            copy.pull_green()
            before = {name: copy.living_of(name) for name in names}
            gone = account.delete_one()
            account.settle()
            copy.pull_green()
            after = {name: copy.living_of(name) for name in names}
        if not any(gone in ids for ids in before.values()):
            not_tested(
                "finding deletes by ids",
                todo=f"let delete_one delete a record of {' or '.join(names)}",
            )
        expect(
            not any(gone in ids for ids in after.values()),
            "a deleted record still counts after the next pull",
            where=f"record {gone}",
            todo="list the ids that there are now; a fingerprint must be another one as soon as a "
            "record has come or gone: count them, and take the sum of their ids",
        )


def expect_all_ids(connector: Connector[Any], stream: Stream) -> None:
    """A stream lists the id of each record that it gives."""
    given = ids_in(connector, stream, everything(connector))
    listed = ids_listed(connector, stream)
    expect(
        None not in listed,
        "ids cannot be read: nothing could be taken as deleted",
        where=f"stream {stream.name}",
        todo="give rows in which the id stands where the wire model reads it",
    )
    [entity] = entities_filled([stream])
    ids = {each.removeprefix(f"{entity} ") for each in given if each.startswith(f"{entity} ")}
    missing = ids - {*listed}
    expect(
        not missing,
        f"the ids leave out records that the stream gives: {some(sorted(missing))}",
        where=f"stream {stream.name}",
        todo="list the ids of all records, whenever they changed, page by page to the end: what is "
        "left out is taken as deleted",
    )


def _with_ids(connector: Connector[Any], names: Sequence[str]) -> Sequence[Stream]:
    found = [each for each in independent_streams(connector, names) if each.ids]
    if not found:
        not_tested(
            "finding deletes by ids",
            todo="no stream has ids=; only a vendor that tells no deletes needs them",
        )
    return found
