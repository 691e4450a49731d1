"""Runs queries: a first batch of records at once, the rest for whoever has the locator."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpiloop_sandbox.salesforce.errors import bad_locator
from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.soql.columns import Parent
from kpiloop_sandbox.salesforce.soql.compile import Plan
from kpiloop_sandbox.salesforce.values import Value, in_json

_PREFIX = "01g"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records from one place of a query's result on; `rest` is the locator of what follows."""

    total: int
    records: Sequence[dict[str, object]]
    rest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The result of a query: its records are known, their values are read when they are given."""

    plan: Plan
    rows: "array[int]"
    ends_at: float


class Locators:
    """The results that somebody may still read on; `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[str, Found] = {}

    def keep(self, found: Found) -> str:
        """The locator of a result."""
        key = record_id(_PREFIX, len(self._kept) + 1)
        self._kept[key] = found
        return key

    def find(self, locator: str) -> tuple[str, Found, int]:
        """The result that a locator means, and the place in it.

        Raises:
            ApiError: INVALID_QUERY_LOCATOR where there is none, or its time is over.
        """
        key, _, place = locator.rpartition("-")
        found = self._kept.get(key)
        if found is None or not place.isdigit() or int(place) >= len(found.rows):
            raise bad_locator()
        if found.ends_at <= self._clock():
            raise bad_locator()
        return key, found, int(place)


def as_records(
    plan: Plan, lines: Iterable[tuple[Value, ...]], version: str
) -> Iterator[dict[str, object]]:
    """Rows of a query as the records that REST shows."""
    shape = _Shape(plan, version)
    return (shape.record(line) for line in lines)


class _Shape:
    """Where each column of a row goes in the record."""

    def __init__(self, plan: Plan, version: str) -> None:
        self._base = f"/services/data/v{version}/sobjects"
        self._plan = plan
        self._columns = tuple(enumerate(plan.columns, start=1))
        self._parents = tuple(
            (place, trail, parent)
            for place, (trail, parent) in enumerate(
                plan.parents.items(), start=len(plan.columns) + 1
            )
        )

    def record(self, line: tuple[Value, ...]) -> dict[str, object]:
        record: dict[str, object] = {"attributes": self._named(self._plan.entity.name, line[0])}
        homes: dict[tuple[str, ...], dict[str, object] | None] = {(): record}
        for place, trail, parent in self._parents:
            self._open(homes, trail, parent, line[place])
        for place, column in self._columns:
            home = homes[column.path[:-1]]
            if home is not None:
                home[column.path[-1]] = in_json(column.field.kind, line[place])
        return record

    def _open(
        self,
        homes: dict[tuple[str, ...], dict[str, object] | None],
        trail: tuple[str, ...],
        parent: Parent,
        key: Value,
    ) -> None:
        above = homes[trail[:-1]]
        homes[trail] = None
        if above is None:
            return
        if key is not None:
            homes[trail] = {"attributes": self._named(parent.entity.name, key)}
        above[trail[-1]] = homes[trail]

    def _named(self, name: str, key: Value) -> dict[str, object]:
        return {"type": name, "url": f"{self._base}/{name}/{key}"}
