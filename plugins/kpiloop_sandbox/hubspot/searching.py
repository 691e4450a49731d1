"""The search index: a search is an ordered list of ids, and paging cuts it.

A client walks a result by asking for ever higher ids or times. Such a bound on the sorted
property is left out of the SQL and found by bisection, so that one ordered list serves all pages
and every page knows its exact total.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from kpiloop_sandbox.hubspot.errors import bad_request
from kpiloop_sandbox.hubspot.filters import (
    Compiler,
    Condition,
    Filter,
    FilterGroup,
    SearchRequest,
    has_token,
)
from kpiloop_sandbox.hubspot.kinds import Kind
from kpiloop_sandbox.hubspot.records import Record, record_of
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot.times import parse_ms

MAX_RESULTS = 10_000
MAX_PAGE = 200
_KEPT = 8
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


class Ordered(NamedTuple):
    """Ids with the value that they are sorted by, both ascending."""

    keys: "array[int]"
    ids: "array[int]"


class Bounds(NamedTuple):
    """A closed range of sort keys."""

    low: int = _LOWEST
    high: int = _HIGHEST


class Found(NamedTuple):
    """One page of a search."""

    total: int
    records: list[Record]
    next_offset: int | None


class SearchIndex:
    """Answers searches over one store, as of its index lag."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[object, ...], Ordered] = OrderedDict()
        with store.database.reading() as db:
            db.create_function("has_token", 2, has_token, deterministic=True)

    def search(self, kind: Kind, request: SearchRequest, now: int) -> Found:
        """The page that the request asks for.

        Raises:
            ApiError: the request goes beyond what HubSpot allows.
        """
        offset = _offset(request)
        with self._store.database.transaction():
            lagging = self._store.catch_up(kind, now)
            ordered, bounds, descending = self._ordered(kind, request, lagging=lagging)
            low = bisect_left(ordered.keys, bounds.low)
            high = bisect_right(ordered.keys, bounds.high)
            total = max(high - low, 0)
            page = _cut(ordered.ids, (low, high), offset, request.limit, descending=descending)
            records = self._records(kind, page, lagging=lagging)
        end = offset + len(page)
        return Found(total, records, end if end < total else None)

    def _ordered(
        self, kind: Kind, request: SearchRequest, *, lagging: bool
    ) -> tuple[Ordered, Bounds, bool]:
        compiler = Compiler(kind, self._store.catalogue.live(kind.name))
        name, descending = _sort(request)
        column = compiler.column(name)
        if column is None:
            raise bad_request(f"Property {name} cannot be sorted by")
        groups, bounds = request.filter_groups, Bounds()
        compiler.groups(groups)
        if column.sql in {"id", "updated"}:
            groups, bounds = _take_bounds(groups, name)
        where = compiler.groups(groups)
        if request.query:
            text = compiler.query(request.query)
            where = Condition(f"({where.sql}) AND ({text.sql})", where.values + text.values)
        key = (kind.name, self._store.version(kind), lagging, column.sql, column.values, where)
        ordered = self._kept.get(key)
        if ordered is None:
            ordered = self._sorted(
                kind, Condition(column.sql, column.values), where, lagging=lagging
            )
            self._keep(key, ordered)
        self._kept.move_to_end(key)
        return ordered, bounds, descending

    def _sorted(self, kind: Kind, by: Condition, where: Condition, *, lagging: bool) -> Ordered:
        table = "search_view" if lagging else "objects"
        numeric = by.sql in {"id", "updated"}
        sql = " ".join(
            (
                "SELECT",
                by.sql if numeric else "0",
                ", id FROM",
                table,
                "WHERE kind = ? AND archived IS NULL AND (",
                where.sql,
                ") ORDER BY",
                by.sql,
                ", id",
            )
        )
        keys, ids = array("q"), array("q")
        with self._store.database.reading() as db:
            for sort_key, key in db.execute(sql, (kind.name, *where.values, *by.values)):
                keys.append(sort_key)
                ids.append(key)
        return Ordered(keys, ids)

    def _keep(self, key: tuple[object, ...], ordered: Ordered) -> None:
        self._kept[key] = ordered
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _records(self, kind: Kind, ids: Sequence[int], *, lagging: bool) -> list[Record]:
        found = self._store.many(kind, ids)
        if lagging:
            with self._store.database.reading() as db:
                rows = db.execute(
                    "SELECT kind, id, created, updated, archived, properties, history"
                    " FROM shadows WHERE kind = ? AND existed ORDER BY seq DESC",
                    (kind.name,),
                ).fetchall()
            found.update((row[1], record_of(row)) for row in rows)
        return [found[key] for key in ids if key in found]


def _sort(request: SearchRequest) -> tuple[str, bool]:
    if len(request.sorts) > 1:
        raise bad_request("Only one sort is allowed")
    if not request.sorts:
        return "hs_object_id", False
    sort = request.sorts[0]
    return sort.property_name, sort.direction.upper() == "DESCENDING"


def _offset(request: SearchRequest) -> int:
    if not 0 <= request.limit <= MAX_PAGE:
        raise bad_request(f"The limit must be between 0 and {MAX_PAGE}, not {request.limit}")
    after = request.after or "0"
    if not after.isdigit():
        raise bad_request(f"Invalid paging cursor: {after}")
    if int(after) + request.limit > MAX_RESULTS:
        raise bad_request(
            f"A search can page through at most {MAX_RESULTS} results; after={after} goes beyond"
        )
    return int(after)


def _cut(
    ids: "array[int]", found: tuple[int, int], offset: int, limit: int, *, descending: bool
) -> list[int]:
    low, high = found
    if descending:
        end = high - offset
        return list(reversed(ids[max(end - limit, low) : max(end, low)]))
    return list(ids[low + offset : min(low + offset + limit, high)])


def _take_bounds(
    groups: tuple[FilterGroup, ...], name: str
) -> tuple[tuple[FilterGroup, ...], Bounds]:
    if len(groups) != 1:
        return groups, Bounds()
    bounds, rest = Bounds(), list[Filter]()
    for each in groups[0].filters:
        own = _bounds(each) if each.property_name == name else None
        if own is None:
            rest.append(each)
        else:
            bounds = Bounds(max(bounds.low, own.low), min(bounds.high, own.high))
    return (FilterGroup(filters=tuple(rest)),), bounds


def _bounds(each: Filter) -> Bounds | None:
    value = parse_ms(each.value)
    if value is None:
        return None
    ranges = {
        "GT": Bounds(low=value + 1),
        "GTE": Bounds(low=value),
        "LT": Bounds(high=value - 1),
        "LTE": Bounds(high=value),
        "EQ": Bounds(value, value),
        "BETWEEN": Bounds(value, parse_ms(each.high_value) or _LOWEST),
    }
    return ranges.get(each.operator)
