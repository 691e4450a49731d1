"""The quick way into the inbox: it gives exactly what the wire models give, or it stands back."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kpiloop.clock import ManualClock
from kpiloop.connector.reading import Cursor, Stream, Window
from kpiloop.engine.pull.page_store import PageStore, Stored
from kpiloop.engine.pull.quarantine import Quarantine
from kpiloop.engine.pull.quick import QuickPath
from kpiloop.engine.pull.quick_store import QuickStore, Taken
from kpiloop.engine.pull.reading import Reading
from kpiloop.engine.pull.shapes import Shapes
from kpiloop.engine.pull.sighting_rows import SightingRows
from kpiloop.engine.pull.spelling import spelling_of
from kpiloop.schema.record import Wire
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api.page import Page
from support.memory_vendor import START
from support.things import FalseThing, Thing, WireThing

READING = Reading(
    source="acme",
    stream=Stream(name="things", models=(WireThing,), cursor=Cursor.NONE),
    started_at=START,
    window=Window(start=None, end=START),
    slices=(),
)
PROPERTIES = ("name", "size", "rate", "price", "new", "at", "on")


class Way:
    """One of the two ways into an inbox of its own."""

    def __init__(self, folder: Path, model: type[Wire], *, quickly: bool) -> None:
        self._opened = Warehouse.open(folder / f"{quickly}.duckdb", entities=[Thing], threads=1)
        self._warehouse = self._opened.__enter__()
        self._quickly = quickly
        self._spelling = spelling_of(model, {})

    def close(self) -> None:
        """Close the warehouse."""
        self._opened.__exit__(None, None, None)
        del self._warehouse, self._opened

    def store(self, *bodies: bytes) -> tuple[Stored, list[Any], list[Any]]:
        """What pages give: counts, the inbox and the quarantine."""
        with self._warehouse.transaction() as writer:
            rows = self._empty(writer)
            quarantine = Quarantine(writer, "acme", "things")
            store = PageStore(self._spelling, rows, quarantine, ManualClock(START))
            stored = store.store(writer, numbered(bodies), quickly=self._quickly)
            inbox = writer.execute(
                "SELECT i.* EXCLUDE (shape, sighting), sighting >> 24, s.fields"
                " FROM inbox.things AS i LEFT JOIN state.shapes AS s ON i.shape = s.shape"
                " ORDER BY ALL"
            ).fetchall()
            aside = writer.execute(
                "SELECT record_id, raw, reason FROM state.quarantine ORDER BY ALL"
            ).fetchall()
        return stored, inbox, aside

    def take_in(self, *bodies: bytes) -> Taken:
        """What the quick way alone makes of pages."""
        with self._warehouse.transaction() as writer:
            rows = self._empty(writer)
            store = QuickStore(QuickPath(self._spelling), Thing, rows)
            return store.take_in(writer, numbered(bodies))

    def _empty(self, writer: DuckDBPyConnection) -> SightingRows:
        for table in ("inbox.things", "state.quarantine", "state.shapes"):
            writer.execute(f"DELETE FROM {table}")
        shapes = Shapes(writer)
        return SightingRows(reading=READING, entities=self._warehouse.entities, shapes=shapes)


def numbered(bodies: Sequence[bytes]) -> list[tuple[int, Page]]:
    """Pages in the order of reading."""
    return [(number, Page.json(body, rows="rows")) for number, body in enumerate(bodies, start=1)]


@pytest.fixture(scope="module", params=[WireThing, FalseThing])
def ways(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The quick and the slow way."""
    folder = tmp_path_factory.mktemp("ways")
    both = (
        Way(folder, request.param, quickly=True),
        Way(folder, request.param, quickly=False),
    )
    yield both
    for way in both:
        way.close()


HOSTILE = [
    "", " ", "\t", "\x00", "\x01", "\x1f", "\x7f", "\x85", "\xa0", "\u2003", "\u3000", "\u200b",
    " padded ", "true", "false", "True", "TRUE", "yes", "no", "1", "0", "t", "on", "null", "None",
    "NaN", "nan", "Infinity", "-inf", "inf", "{}", "[]", "{x", "[x", '"', "\\", "a\x00b", "a\x01b",
    "\x01{", "007", "-0", "+5", "12", "12.0", "12.50", "1e3", "1E+3", "1_000", "1,5", "0x10", "١٢",
    "99999999999999", "100000000000000", "9223372036854775807", "9223372036854775808", "0.00005",
    "0.00015", "123456789.123456789", "-12.3456", ".5", "5.", "1700000000", "1700000000123",
    "17000000001234", "2024-01-15", "2024-02-29", "2023-02-29", "2024-02-30", "2024-04-31",
    "2024-1-5", "20240115", "2024-W03-1", "2024-01-15T10:20:30Z", "2024-01-15T10:20:30.123Z",
    "2024-01-15T10:20:30.123456Z", "2024-01-15T10:20:30.1234567Z", "2024-01-15T24:00:00Z",
    "2024-01-15T10:20:60Z", "2024-01-15T10:20Z", "2024-01-15 10:20:30", "2024-01-15T10:20:30",
    "2024-01-15T10:20:30+02:00", "2024-01-15t10:20:30z", "1989-12-31T23:59:59Z",
    "2100-01-01T00:00:00Z", "2099-12-31T23:59:59.999999Z", "1990-01-01T00:00:00Z", "ünïcode", "😀",
    "x" * 5000, "7" * 19, "7" * 4500,
]  # fmt: skip
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8))
numbers = st.one_of(
    st.integers(-(10**20), 10**20),
    st.integers(0, 4_102_444_800_000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.1, 1.0, 12.5, -0.0, 1e5, 1e16, 1e300, 1.7e9, 1700000000.5]),
)
values = st.one_of(
    st.none(), st.booleans(), texts, texts, numbers, st.lists(texts, max_size=1), st.just({"a": 1})
)
rows = st.fixed_dictionaries(
    {
        "id": values,
        "properties": st.one_of(
            st.fixed_dictionaries(dict.fromkeys(PROPERTIES, values)),
            st.dictionaries(st.sampled_from(PROPERTIES), values),
            values,
        ),
    },
    optional={"changedAt": values, "goneAt": values, "size": values, "name": values},
)


def body_of(page: Sequence[object], *, ascii_only: bool = False) -> bytes:
    """A page of JSON."""
    return json.dumps({"total": 1, "rows": page}, ensure_ascii=ascii_only).encode(
        errors="surrogatepass"
    )


def row_of(value: object) -> dict[str, object]:
    """A row in which a value stands everywhere."""
    return {
        "id": "1",
        "properties": dict.fromkeys(PROPERTIES, value),
        "changedAt": "2024-01-15T10:20:30Z",
        "goneAt": None,
    }


@settings(
    max_examples=75, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(page=st.lists(rows, max_size=4), ascii_only=st.booleans())
@example(page=[row_of(value) for value in HOSTILE], ascii_only=False)
@example(page=[row_of(value) for value in HOSTILE], ascii_only=True)
def test_both_ways_give_the_same(
    ways: tuple[Way, Way], page: list[object], *, ascii_only: bool
) -> None:
    """Whatever a vendor sends, the quick way stores and sets aside what the wire model would."""
    body = body_of(page, ascii_only=ascii_only)
    quick, slow = (way.store(body) for way in ways)
    assert quick == slow


def test_each_hostile_value_is_read_alike_in_each_kind_of_field(ways: tuple[Way, Way]) -> None:
    """Values that have fooled readers give the same both ways, where all else in a row is sound."""
    page: list[dict[str, object]] = []
    for value in HOSTILE:
        for name in PROPERTIES:
            properties = {**dict.fromkeys(PROPERTIES), name: value}
            page.append({**row_of(None), "id": f"row {len(page)}", "properties": properties})
        page += [{**row_of(None), name: value} for name in ("id", "changedAt", "goneAt")]
    quick, slow = (way.store(body_of(page)) for way in ways)
    assert quick == slow


WITH_FALSE = (
    '{"rows": [{"id": "1", "properties": {"name": false, "size": false, "rate": false, "price":'
    ' false, "new": false, "at": false, "on": false}, "changedAt": false, "goneAt": false}]}'
)


@pytest.mark.parametrize(
    "body",
    [
        b'{"rows": [{"id": "1", "id": "2", "properties": {}, "changedAt": null, "goneAt": null}]}',
        b'{"rows": [], "rows": [{"id": "1"}]}',
        b'{"rows": [null, 5, "x", [], {"id": "1"}]}',
        b'{"rows": [{"id": "1", "properties": null, "changedAt": null, "goneAt": null}]}',
        b'{"rows": []}',
        b'{"rows": [{"id": "\\ud83d", "properties": {"name": "x"}}]}',
        b'{"rows": [{"\\u0069d": "1", "properties": {"name": "x"}}]}',
        b'{"rows": [{"id": 12345678901234567890123, "properties": {"name": NaN, "size": 1e400}}]}',
        b'{"rows": [{"id": false, "properties": false, "changedAt": null, "goneAt": false}]}',
        b'{"rows": [{"id": "1", "properties": false, "changedAt": false, "goneAt": false}]}',
        b'{"rows": [{"id": "1", "properties": "false", "changedAt": "false", "goneAt": null}]}',
        WITH_FALSE.encode(),
        WITH_FALSE.replace('"name": false', '"name": "a", "name": false').encode(),
        WITH_FALSE.replace('"name": false', '"name": false, "name": "b"').encode(),
        WITH_FALSE.replace('"name": false, ', "").encode(),
        WITH_FALSE.replace('"name": false', '"name": "\\u0066alse"').encode(),
        b'{"rows": [{"ID": "9", "id": "1", "Properties": {}, "properties": {"NAME": "x"}}]}',
    ],
)
def test_odd_json_is_read_alike(ways: tuple[Way, Way], body: bytes) -> None:
    """Repeated keys, rows that are no objects and escaped names give the same both ways."""
    quick, slow = (way.store(body) for way in ways)
    assert quick == slow


def test_pages_with_different_fields_are_stored_together(ways: tuple[Way, Way]) -> None:
    """Pages that lack a field, have it or are broken in one row all get in, in one call."""
    full, lacking, wrong = row_of("12"), row_of("13"), row_of("twelve")
    del lacking["goneAt"]
    bodies = [body_of([full]), body_of([{**lacking, "id": "2"}]), body_of([{**wrong, "id": "3"}])]
    bodies.append(body_of([{**full, "id": "4"}, {**lacking, "id": "5"}]))
    quick, slow = (way.store(*bodies) for way in ways)
    assert quick == slow
    assert len(quick[1]) + len(quick[2]) == 5


def test_ordinary_rows_take_the_quick_way(ways: tuple[Way, Way]) -> None:
    """Rows as vendors send them never reach the wire model."""
    row = {
        "id": "17",
        "properties": {
            "name": "Zoë's thing",
            "size": "12",
            "rate": "0.5",
            "price": "99.90",
            "new": "true",
            "at": "2024-01-15T10:20:30.123Z",
            "on": "2024-02-28",
        },
        "changedAt": "2024-01-15T10:20:30Z",
        "goneAt": None,
    }
    taken = ways[0].take_in(body_of([row, {**row, "id": "18"}]), body_of([]))
    assert taken == Taken(certain=2)


def test_rows_with_false_for_no_value_take_the_quick_way(tmp_path: Path) -> None:
    """A false in place of a value or of an object, and times without a zone, stop nothing."""
    row = {
        "id": 17,
        "properties": {**dict.fromkeys(PROPERTIES, False), "at": "2024-01-15 10:20:30"},
        "changedAt": "2024-01-15 10:20:30",
        "goneAt": False,
    }
    way = Way(tmp_path, FalseThing, quickly=True)
    pages = [body_of([row, {**row, "id": 18, "properties": False}])]
    pages.append(body_of([{**row, "id": 19, "properties": False}]))
    assert way.take_in(*pages) == Taken(certain=3)
    stored, inbox, _ = way.store(*pages)
    way.close()
    assert stored.read == 3
    assert all("name" in fields.split() for *_, fields in inbox)
