"""Members and activity go the quick way: it gives exactly what their wire models give."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kpiloop import (
    Contact,
    Cursor,
    EmailEvent,
    ManualClock,
    Page,
    Record,
    SegmentMember,
    Stream,
    Window,
    Wire,
)
from kpiloop.engine.pull.packed import clear_packed
from kpiloop.engine.pull.page_store import PageStore, Stored
from kpiloop.engine.pull.quarantine import Quarantine
from kpiloop.engine.pull.quick import is_quick
from kpiloop.engine.pull.quick_store import Taken
from kpiloop.engine.pull.reading import Reading
from kpiloop.engine.pull.shapes import Shapes
from kpiloop.engine.pull.sighting_rows import SightingRows
from kpiloop.engine.pull.spelling import spelling_of
from kpiloop.engine.pull.spread import SpreadPath
from kpiloop.engine.pull.spread_store import SpreadStore
from kpiloop.warehouse.store import Warehouse
from kpiloop_mailchimp.events import MACHINE, SENT_AT, Recipient
from kpiloop_mailchimp.wire import ArchivedMember, Member, MemberTags
from support.mailchimp import NOON, did, member, recipient

HOSTILE: list[Any] = [
    None, "", " ", "\x00", "\x01", "\x02", "a\x02b", "\u2003", " padded ", "true", True, False, 0,
    1, 1.5, 1e300, "NaN", {}, [], {"a": 1}, "{}", "[x", "open", "click", "bounce", "hard", "OPEN",
    "unsubscribed", "Unsubscribed", ":", "a:b", "2026-06-01T12:00:00+00:00",
    "2026-06-01T12:00:00Z", "2026-06-01T12:00:00.5+00:00", "2026-06-01T14:00:00+02:00",
    "2026-02-30T12:00:00+00:00", "2026-06-01 12:00:00+00:00", "2026-06-31T12:00:00+00:00",
    "1989-06-01T12:00:00+00:00", "2100-01-01T00:00:00+00:00", 1780315200, "1780315200", "x" * 5000,
]  # fmt: skip
hostile = st.sampled_from(HOSTILE)
acts = st.one_of(
    st.builds(did, st.sampled_from(["open", "click", "bounce"]), st.integers(1, 3)),
    st.fixed_dictionaries(
        {"action": st.sampled_from(["open", "click"]), "timestamp": hostile},
        optional={"url": hostile, "type": hostile, MACHINE: st.booleans()},
    ),
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("action", "timestamp", "url", "type", MACHINE), hostile)
    ),
    hostile,
)
recipients = st.one_of(
    st.builds(recipient, st.just("c1"), st.integers(1, 9), acts, acts),
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("campaign_id", "email_id", "email_address"), hostile),
            "activity": st.one_of(st.lists(acts, max_size=3), hostile),
        },
    ),
    hostile,
)
members = st.builds(
    lambda row, changes: {**row, **changes},
    st.builds(member, st.integers(1, 9)),
    st.dictionaries(
        st.sampled_from(
            ["list_id", "contact_id", "status", "timestamp_signup", "timestamp_opt", "last_changed"]
        ),
        hostile,
    ),
)


taggings = st.builds(
    lambda row, changes: {**row, **changes},
    st.builds(member, st.integers(1, 9)),
    st.fixed_dictionaries(
        {
            "tags": st.one_of(
                st.lists(
                    st.one_of(
                        st.fixed_dictionaries({"id": st.integers(0, 3), "name": hostile}),
                        st.fixed_dictionaries({"id": hostile}),
                        hostile,
                    ),
                    max_size=3,
                ),
                hostile,
            )
        },
        optional={"list_id": hostile, "contact_id": hostile},
    ),
)


class Way:
    """One of the ways into an inbox of its own."""

    def __init__(self, folder: Path, *, quickly: bool, packs: bool = False) -> None:
        entities: list[type[Record]] = [Contact, EmailEvent, SegmentMember]
        path = folder / f"{quickly} {packs}.duckdb"
        self._opened = Warehouse.open(path, entities=entities, threads=1)
        self._warehouse = self._opened.__enter__()
        self._quickly = quickly
        self._packs = packs

    def close(self) -> None:
        """Close the warehouse."""
        self._opened.__exit__(None, None, None)

    def store(self, model: type[Wire], table: str, *pages: Page) -> tuple[Stored, Any, Any]:
        """What pages give: counts, the inbox and the quarantine."""
        with self._warehouse.transaction() as writer:
            rows = self._empty(writer, model)
            quarantine = Quarantine(writer, "acme", "rows")
            store = PageStore(
                spelling_of(model, {}), rows, quarantine, ManualClock(NOON), packs=self._packs
            )
            stored = store.store(writer, [*enumerate(pages, start=1)], quickly=self._quickly)
            if store.packed and store.packed.is_waiting(writer):
                store.packed.unpack(writer)
                clear_packed(writer, rows.reading.key)
            inbox = writer.execute(
                "SELECT i.* EXCLUDE (shape, sighting), sighting >> 24, s.fields"
                f" FROM inbox.{table} AS i LEFT JOIN state.shapes AS s ON i.shape = s.shape"
                " ORDER BY ALL"
            ).fetchall()
            query = "SELECT record_id, raw, reason FROM state.quarantine ORDER BY ALL"
            return stored, inbox, writer.execute(query).fetchall()

    def take_in(self, page: Page, model: type[Wire] = Recipient) -> Taken:
        """What the quick way alone makes of a page of rows with items."""
        assert model.spread
        with self._warehouse.transaction() as writer:
            store = SpreadStore(SpreadPath(model.spread), self._empty(writer, model))
            return store.take_in(writer, [(1, page)])

    def _empty(self, writer: DuckDBPyConnection, model: type[Wire]) -> SightingRows:
        inboxes = ("inbox.contacts", "inbox.email_events", "inbox.segment_members")
        for name in (*inboxes, "state.quarantine", "state.shapes"):
            writer.execute(f"DELETE FROM {name}")
        reading = Reading(
            source="acme",
            stream=Stream(name="rows", models=(model,), cursor=Cursor.NONE),
            started_at=NOON,
            window=Window(start=None, end=NOON),
            slices=(),
        )
        entities = self._warehouse.entities
        return SightingRows(reading=reading, entities=entities, shapes=Shapes(writer))


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Way, Way]]:
    """The quick and the slow way."""
    folder = tmp_path_factory.mktemp("ways")
    both = (Way(folder, quickly=True), Way(folder, quickly=False))
    yield both
    for way in both:
        way.close()


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    """The quick way by way of packed rows."""
    way = Way(tmp_path_factory.mktemp("packed"), quickly=True, packs=True)
    yield way
    way.close()


def activity(rows: object, *, sent_at: str | None = "2026-06-01T08:00:00+00:00") -> Page:
    """A page of recipients."""
    body = json.dumps({"emails": rows}).encode()
    return Page.json(body, rows="emails", adds={SENT_AT: sent_at})


both_ways = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@both_ways
@given(
    rows=st.one_of(st.lists(recipients, max_size=4), hostile),
    sent_at=st.sampled_from([each for each in HOSTILE if each is None or isinstance(each, str)]),
)
@example(rows=[recipient("c1", 1, did("open", url=each)) for each in HOSTILE], sent_at=None)
@example(rows=[recipient("c1", 1, did("open", type=each)) for each in HOSTILE], sent_at=None)
@example(
    rows=[recipient("c1", 1, {**did("open"), "timestamp": each}) for each in HOSTILE], sent_at=""
)
@example(rows=[recipient("c1", 1, {**did("open"), MACHINE: each}) for each in HOSTILE], sent_at="")
def test_activity_is_read_alike_all_ways(
    ways: tuple[Way, Way], packed: Way, rows: object, sent_at: str | None
) -> None:
    """Whatever the activity is, the database makes the events that the wire model would make."""
    if not isinstance(rows, list):
        rows = [rows]
    page = activity(rows, sent_at=sent_at)
    quick, slow = (way.store(Recipient, "email_events", page) for way in ways)
    assert quick == slow
    assert packed.store(Recipient, "email_events", page) == slow


@both_ways
@given(rows=st.lists(members, max_size=4), model=st.sampled_from([Member, ArchivedMember]))
@example(rows=[{**member(1), "status": each} for each in HOSTILE], model=Member)
@example(rows=[{**member(1), "contact_id": each} for each in HOSTILE], model=Member)
@example(rows=[{**member(1), "timestamp_signup": each} for each in HOSTILE], model=Member)
@example(rows=[{**member(1), "timestamp_opt": each} for each in HOSTILE], model=Member)
def test_members_are_read_alike_both_ways(
    ways: tuple[Way, Way], rows: list[Any], model: type[Wire]
) -> None:
    """Ids, days of joining and opt-outs that are made of several values are the same both ways."""
    page = Page.json(json.dumps({"members": rows}).encode(), rows="members")
    quick, slow = (way.store(model, "contacts", page) for way in ways)
    assert quick == slow


@both_ways
@given(rows=st.lists(taggings, max_size=4))
@example(rows=[{**member(1), "tags": [{"id": each}]} for each in HOSTILE])
@example(rows=[{**member(1), "tags": each} for each in HOSTILE])
@example(rows=[{**member(1), "tags": [{"id": 7}], "list_id": each} for each in HOSTILE])
@example(rows=[{**member(1), "tags": [{"id": 7}], "contact_id": each} for each in HOSTILE])
def test_tags_are_read_alike_all_ways(ways: tuple[Way, Way], packed: Way, rows: list[Any]) -> None:
    """Whatever a member bears, the database makes of it what the wire model would make."""
    page = Page.json(json.dumps({"members": rows}).encode(), rows="members")
    quick, slow = (way.store(MemberTags, "segment_members", page) for way in ways)
    assert quick == slow
    assert packed.store(MemberTags, "segment_members", page) == slow


def test_ordinary_tags_take_the_quick_way(ways: tuple[Way, Way]) -> None:
    """Nothing in rows as Mailchimp sends them keeps the database from reading them."""
    tags = [{"id": 7, "name": "Fair"}, {"id": 8, "name": "VIP"}]
    rows = [{**member(1), "tags": tags}, {**member(2), "tags": []}, {**member(3), "tags": tags[:1]}]
    page = Page.json(json.dumps({"members": rows}).encode(), rows="members")
    assert ways[0].take_in(page, MemberTags) == Taken(certain=3)


def test_ordinary_activity_takes_the_quick_way(ways: tuple[Way, Way]) -> None:
    """Of rows as Mailchimp sends them only those that came back are left to the wire model."""
    clicked = did("click", 2, url="https://acme.example", ip="192.0.2.7")
    rows = [
        recipient("c1", 1, did("open"), clicked),
        recipient("c1", 2),
        recipient("c1", 3, did("bounce", type="hard")),
        recipient("c1", 4, {**did("open"), MACHINE: True}),
    ]
    assert ways[0].take_in(activity(rows)) == Taken(certain=9, doubtful={1: [2]})


@pytest.mark.parametrize("model", [Member, ArchivedMember])
def test_members_take_the_quick_way(model: type[Wire]) -> None:
    """Nothing in their wire models keeps the database from reading members."""
    assert is_quick(spelling_of(model, {}))


def test_rows_that_came_before_are_skipped_all_ways(ways: tuple[Way, Way], packed: Way) -> None:
    """A page that begins with rows of the one before gives only what is new."""
    body = json.dumps({"emails": [recipient("c1", each) for each in range(5)]}).encode()
    page = Page.json(body, rows="emails", adds={SENT_AT: None}, skip=3)
    quick, slow = (way.store(Recipient, "email_events", page) for way in ways)
    assert quick == slow == packed.store(Recipient, "email_events", page)
    assert quick[0].read == 4


def test_large_pages_are_taken_apart_a_few_at_a_time(ways: tuple[Way, Way], packed: Way) -> None:
    """Rows of all of them are there, also of those with a row that is left to the wire model."""
    came_back = recipient("c1", 9, did("bounce", type="hard"))
    rows = [[recipient("c1", each, did("open"))] for each in range(3)]
    rows[1].append(came_back)
    padding = b" " * (3 << 20)
    pages = [replace(page, body=(page.body or b"") + padding) for page in map(activity, rows)]
    quick, slow = (way.store(Recipient, "email_events", *pages) for way in ways)
    assert quick == slow == packed.store(Recipient, "email_events", *pages)
    assert quick[0].read == 11


@pytest.mark.parametrize("act", [did("bounce"), {**did("open"), "url": " "}, did("open", url=7.5)])
def test_one_doubtful_item_leaves_the_whole_row_to_the_wire_model(
    ways: tuple[Way, Way], act: dict[str, Any]
) -> None:
    """Which number an event gets depends on the others of the row."""
    rows = [recipient("c1", 1, did("open"), act, did("click")), recipient("c1", 2, did("open"))]
    assert ways[0].take_in(activity(rows)) == Taken(certain=3, doubtful={1: [0]})
