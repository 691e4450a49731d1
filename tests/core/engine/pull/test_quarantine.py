"""Rows that are wrong: set aside with their reason, and taken in once they are sound."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from kpiloop.connector.reading import Read, reads
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.errors import UntrustedAnswerError
from kpiloop.web_api.page import Page
from support.memory_vendor import START, Acme, AcmeDeal, World

LATER = START + timedelta(minutes=55)


def held(world: World, columns: str = "record_id") -> list[tuple[Any, ...]]:
    """What is in quarantine."""
    return world.rows(f"SELECT {columns} FROM state.quarantine ORDER BY record_id")


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "python rows"])
def test_a_broken_row_costs_that_row_alone(world: World, as_json: bool) -> None:  # noqa: FBT001 - a parameter
    """Of a page with one broken row all others are stored, and the broken one is set aside."""
    world.data.json = as_json
    for number in range(4):
        world.data.contact(number)
    world.data.contact(1, created="last spring")
    counts = world.green(streams=("contacts",)).counts
    assert (counts.read, counts.new, counts.quarantined) == (4, 3, 1)
    assert world.ids("contacts") == ["0", "2", "3"]
    ((stream, entity, record_id, raw, reason, times),) = held(
        world, "stream, entity, record_id, raw, reason, times"
    )
    assert (stream, entity, record_id, times) == ("contacts", "contacts", "1", 1)
    assert json.loads(raw)["properties"]["created"] == "last spring"
    assert reason == (
        "properties.created: not a time in ISO 8601, nor an epoch in seconds or milliseconds,"
        " not 'last spring'"
    )


def test_a_row_that_stays_broken_is_counted_once_more(world: World) -> None:
    """The same record, broken again, is one entry with its first and last time."""
    world.data.contact(1, created="x")
    world.green()
    world.data.contact(1, LATER, created="y")
    world.green()
    ((raw, times, moved),) = held(world, "raw, times, first_seen_at < last_seen_at")
    assert json.loads(raw)["properties"]["created"] == "y"
    assert (times, moved) == (2, True)


def test_a_row_leaves_when_it_is_seen_sound(world: World) -> None:
    """A record that the vendor has put right is stored and no longer set aside."""
    world.data.contact(1, created="x")
    world.data.contact(2, created="x")
    world.green()
    world.data.contact(1, LATER)
    assert world.green(streams=("contacts",)).counts.new == 1
    assert held(world) == [("2",)]


def test_a_row_leaves_when_the_settings_change(world: World) -> None:
    """What was wrong under an old mapping is tried again and loaded under a new one."""
    world.data.contact(1, born="long ago", signed="2026-01-05T00:00:00Z")
    world.data.contact(2)
    mapped = {"contacts": {"created_at": "properties.born"}}
    world.green(mapped_fields=mapped)
    assert held(world) == [("1",)]
    world.data.contacts.clear()
    report = world.green(mapped_fields={"contacts": {"created_at": "properties.signed"}})
    assert (report.counts.released, report.counts.new) == (1, 1)
    assert held(world) == []
    assert world.contact(1)["created_at"] == datetime(2026, 1, 5)  # noqa: DTZ001 - stored naive


def test_a_row_that_is_tried_again_never_overwrites_what_is_newer(world: World) -> None:
    """A row that waited in quarantine does not bring back an older state of its record."""
    world.data.contact(1, LATER, stage="newest")
    world.green()
    with world.warehouse.transaction() as writer:
        old = {**world.data.contact(1, START, stage="old")}
        writer.execute(
            "INSERT INTO state.quarantine BY NAME SELECT 'acme' AS source, 'contacts' AS stream,"
            " 'AcmeContact' AS model, 'contacts' AS entity, '1' AS record_id, ? AS raw,"
            " 'was wrong' AS reason, TIMESTAMP '2026-01-01' AS last_seen_at",
            [json.dumps(old)],
        )
    world.data.contacts.clear()
    world.green()
    assert world.contact(1)["stage"] == "newest"
    assert held(world) == []


def test_a_row_that_is_not_given_any_more_is_forgotten(world: World) -> None:
    """What was wrong in a record that is gone is nobody's concern, and never becomes a record."""
    world.data.deals = {"7": {"id": "7", "value": "much"}, "x": {"value": "more"}}
    world.green(streams=("deals",))
    assert len(held(world)) == 2
    world.data.deals.clear()
    report = world.green(streams=("deals",), mapped_fields={"deals": {"amount": "price"}})
    assert (report.counts.read, report.counts.released) == (0, 0)
    assert held(world) == []
    assert world.ids("deals") == []


class FiledAcme(Acme):
    """An Acme that gives deals as files: one that was read is not read again."""

    name: ClassVar[str] = "filed_acme"

    def _names(self, _read: Read) -> Sequence[str]:
        return self.data.slices

    @reads(AcmeDeal, slices=_names, absent="kept", once=True)
    def deals(self, read: Read) -> Iterator[Page]:
        """Deals; they stay when their file is replaced."""
        return self._pages("deals", read, list(self.data.deals.values()))


def test_a_row_that_no_file_has_any_more_never_becomes_a_record(world: World) -> None:
    """Under other settings every file is read again: what does not come then is not tried."""
    acme = FiledAcme(world.data, world.clock)
    world.data.slices = ("file#1",)
    world.data.deals = {"7": {"id": "7", "value": "1,5"}}
    pull(world.warehouse, acme)
    world.clock.advance(60)
    world.data.slices = ("file#2",)
    world.data.deals = {"8": {"id": "8", "price": "1.5"}}
    mapped = {"deals": {"amount": "price"}}
    report = pull(world.warehouse, acme, PullRequest(mapped_fields=mapped))
    assert report.is_green
    assert world.ids("deals") == ["8"]


def test_a_broken_item_costs_that_item_alone(world: World) -> None:
    """Of a nested history with a broken step, all other steps are stored."""
    world.data.contact(1)
    world.data.histories["1"] = {
        "id": "1",
        "steps": [
            {"stage": "lead", "at": "2026-01-01T00:00:00Z"},
            {"stage": "mql", "at": "not yet"},
            {"stage": "sql", "at": "2026-02-01T00:00:00Z"},
        ],
    }
    report = world.green()
    assert world.rows("SELECT stage FROM pulled.stage_changes ORDER BY entered_at") == [
        ("lead",),
        ("sql",),
    ]
    assert report.counts.quarantined == 1
    ((record_id, reason),) = held(world, "record_id, reason")
    assert record_id == "1"
    assert reason.startswith("steps.1.at: not a time")


def test_a_history_with_a_broken_item_replaces_nothing(world: World) -> None:
    """Where a step cannot be read, no stored step is taken for deleted, until all can be."""
    steps = [{"stage": name, "at": f"2026-0{place}-01T00:00:00Z"} for place, name in
             enumerate(("lead", "mql", "sql"), start=1)]  # fmt: skip
    world.data.contact(1)
    world.data.histories["1"] = {"id": "1", "steps": steps}
    world.green()
    world.data.contact(1, LATER)
    world.data.histories["1"] = {"id": "1", "steps": [steps[0], {"stage": "mql", "at": "?"}]}
    world.green()
    assert len(world.ids("stage_changes")) == 3
    world.data.contact(1, LATER + timedelta(seconds=1))
    world.data.histories["1"] = {"id": "1", "steps": steps[:1]}
    world.green()
    assert world.ids("stage_changes") == ["1-0"]
    assert held(world) == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (None, "the record"),
        ("text", "the record"),
        ({}, "contactId"),
        ({"contactId": None}, "contactId"),
        (
            {"contactId": "1", "properties": {"first": "\ud800"}},
            "first_name: not a text",
        ),
        ({"contactId": "1", "properties": {"optout": "perhaps"}}, "properties.optout"),
        ({"contactId": "1", "properties": {"first": {"x": 1}}}, "properties.first"),
        ({"contactId": "1", "properties": {"created": 1e300}}, "properties.created"),
        ({"contactId": "1", "properties": {"created": "56134000000000"}}, "properties.created"),
        ({"contactId": "1", "properties": {"created": 56134000000000}}, "properties.created"),
    ],
)
def test_every_kind_of_broken_row_gets_a_reason(world: World, row: object, reason: str) -> None:
    """Whatever is wrong with a row, the stream goes on and the reason names the place."""
    world.data.contacts = {"0": row}
    world.data.unfiltered = True
    world.data.contact(9)
    counts = world.green(streams=("contacts",)).counts
    assert (counts.new, counts.quarantined) == (1, 1)
    assert held(world, "reason")[0][0].startswith(reason)


@pytest.mark.parametrize(
    "body", [b"<html>", b'{"data": 5}', b'{"data": {"rows": 5}}', b"", b"\xff"]
)
def test_a_page_that_is_no_page_is_an_error_of_the_stream(world: World, body: bytes) -> None:
    """What is not JSON with rows is reported, and nothing of it is stored."""
    world.data.bodies["contacts"] = body
    report = world.pull(streams=("contacts",))
    assert isinstance(report.failed["contacts"], UntrustedAnswerError)
    assert world.ids("contacts") == []
