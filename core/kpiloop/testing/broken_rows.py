"""Rows that are broken on their way, and what they may cost: themselves."""

import json
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, TypeGuard

from kpiloop.connector.base import Connector
from kpiloop.connector.reading import Stream
from kpiloop.engine.pull.report import PullReport
from kpiloop.testing.explaining import expect, some
from kpiloop.testing.fault_proxy import Exchange, FaultProxy
from kpiloop.testing.fault_server import Received, Reply
from kpiloop.testing.faults import Forward, as_reply
from kpiloop.testing.forwarding import Answered
from kpiloop.testing.pages_read import everything, independent_streams, reads_of, records_of
from kpiloop.testing.pulled_copy import PulledCopy, expect_green
from kpiloop.testing.vendor_account import VendorAccount

_NONSENSE = {"kpiloop": "this value is broken on purpose"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlace:
    """Where rows of a stream stand in the answers of the vendor."""

    streams: frozenset[str]
    """Several may read the same path in different words."""
    path: str
    rows_at: str
    model: type[Any]


def row_places(account: VendorAccount, proxy: FaultProxy) -> list[RowPlace]:
    """One place for each path whose answers a stream gives as pages, just as they came."""
    with closing(account.make_connector(proxy.base_url)) as connector:
        found = [
            place
            for stream in independent_streams(connector, account.streams)
            for place in _places(connector, stream, proxy)
        ]
    by_path: dict[str, RowPlace] = {}
    for each in found:
        known = by_path.setdefault(each.path, each)
        by_path[each.path] = replace(known, streams=known.streams | each.streams)
    return list(by_path.values())


def _places(connector: Connector[Any], stream: Stream, proxy: FaultProxy) -> list[RowPlace]:
    found: list[RowPlace] = []
    for read in reads_of(connector, stream, everything(connector)):
        for page in connector.read_stream(stream, read):
            exchange = _answered_with(page.body, proxy.exchanges)
            if exchange and not page.is_csv:
                found.append(
                    RowPlace(
                        streams=frozenset({stream.name}),
                        path=exchange.request.path,
                        rows_at=page.rows_at,
                        model=page.of or stream.models[0],
                    )
                )
    return found


def _answered_with(body: bytes | None, exchanges: Sequence[Exchange]) -> Exchange | None:
    found = (each for each in reversed(exchanges) if body and each.answered.body == body)
    return next(found, None)


class BrokenRows:
    """A fault that breaks one row of each place: the one in the middle of the first answer.

    Attributes:
        places: Where rows stand.
        broken: For each broken row the streams that may have read it.
        sound: Entity and id of the records in the other rows of these answers.
    """

    def __init__(self, places: Sequence[RowPlace]) -> None:
        self.places = {each.path: each for each in places}
        self.broken: list[frozenset[str]] = []
        self.sound: set[str] = set()
        self._waiting = dict(self.places)
        self._lock = Lock()

    def __call__(self, request: Received, forward: Forward) -> Reply | None:
        """Break a row, where this answer has one to break."""
        with self._lock:
            place = self._waiting.get(request.path)
            if place is None:
                return None
            return as_reply(self._break(forward(), place))

    def _break(self, answered: Answered, place: RowPlace) -> Answered:
        found: object = json.loads(answered.body) if answered.status < 300 else None  # noqa: PLR2004
        rows = _rows_at(found, place.rows_at)
        if len(rows) <= 1:
            return answered
        del self._waiting[place.path]
        self.broken.append(place.streams)
        at = len(rows) // 2 - (len(rows) == 2)  # noqa: PLR2004 - never the last: cursors read it
        sound = [row for number, row in enumerate(rows) if number != at]
        self.sound |= {record for row in sound for record in records_of(row, place.model)}
        rows[at] = _nonsense(rows[at])
        return replace(answered, body=json.dumps(found).encode())


def expect_set_aside(
    report: PullReport, broken: BrokenRows, missing: Iterable[tuple[str, str]]
) -> None:
    """The broken rows are in quarantine, and of the rows beside them none is missing."""
    expect_green(report)
    expect(
        broken.broken,
        "no answer has two rows, so none could be broken",
        todo="put more records into the account",
    )
    caught = {each.stream for each in report.streams if each.counts.quarantined}
    dropped = [some(sorted(streams)) for streams in broken.broken if not streams & caught]
    expect(
        not dropped,
        "rows of nonsense were not set aside: they were dropped, or taken for records",
        where=f"streams {some(dropped)}",
        todo="give rows to the core as they came (Page.json), and let the fields of the wire "
        "model have the kinds that the schema gives them",
    )
    lost = broken.sound & {f"{entity} {key}" for entity, key in missing}
    expect(
        not lost,
        "a broken row cost other records theirs",
        where=some(sorted(lost)),
        todo="do not take rows apart in the connector; where you must, leave a row that you "
        "cannot read as it is: the core sets it aside with the reason",
    )


def expect_broken_record_set_aside(account: VendorAccount, copy: PulledCopy) -> None:
    """The same where only the account can break a record."""
    copy.pull_green()
    before = copy.living()
    broken = account.break_one()
    try:
        account.settle()
        _expect_set_aside_alone(copy, broken, before)
    finally:
        account.mend_one(broken)


def _expect_set_aside_alone(copy: PulledCopy, broken: str, before: AbstractSet[str]) -> None:
    """A full pull sets the broken record aside, and misses no other."""
    report = copy.pull(full=True)
    expect_green(report)
    expect(
        report.counts.quarantined,
        "a record that cannot be read was not set aside",
        where=f"record {broken}",
        todo="let the wire model refuse it; drop nothing in the connector",
    )
    lost = before - copy.living() - {broken}
    expect(
        not lost,
        "a record that cannot be read cost other records theirs",
        where=some(sorted(lost)),
        todo="leave a row that you cannot read as it is: the core sets it aside with the reason",
    )


def _rows_at(found: object, place: str) -> list[object]:
    at = found
    for key in place.split(".") if place else ():
        at = at.get(key) if _is_object(at) else None
    return at if _is_list(at) else []


def _nonsense(row: object) -> object:
    """The row with an object in place of each of its values."""
    if _is_object(row):
        return {key: _nonsense(value) for key, value in row.items()}
    return _NONSENSE


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
