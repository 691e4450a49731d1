"""Streams that the settings name, and slices that are read once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kpiloop.connector.base import Connector, Settings, Source
from kpiloop.connector.reading import Absent, Cursor, Read, Stream
from kpiloop.engine.pull.report import Counts
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.errors import ConfigError, RefusedError
from kpiloop.schema.people import Contact
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api.page import Page


class Row(Contact):
    """A contact that is no more than its id."""

    id: str


class Names(Settings):
    """Which streams there are."""

    streams: tuple[str, ...] = ("leads",)


class Shelf(Connector[Names]):
    """A shelf of boxes: each stream has some, and each box is named after what is in it."""

    name: ClassVar[str] = "shelf"
    settings_type: ClassVar[type[Settings]] = Names
    boxes: Mapping[str, list[str]]
    opened: list[str]
    absent: Absent
    breaks: bool

    def all_streams(self) -> Mapping[str, Stream]:
        """As the settings say."""
        return {
            name: Stream(
                name=name,
                models=(Row,),
                cursor=Cursor.NONE,
                slices=lambda shelf, _read: list(shelf.boxes),
                absent=self.absent,
                once=True,
            )
            for name in self.settings.streams
        }

    def read_stream(self, stream: Stream, read: Read) -> Iterator[Page]:
        """What is in a box."""
        self.opened.append(read.slice)
        yield Page.rows([{"id": f"{stream.name} {each}"} for each in self.boxes[read.slice]])
        if self.breaks:
            raise RefusedError("the box is stuck")


@dataclass
class Room:
    """A shelf in front of a warehouse."""

    warehouse: Warehouse
    boxes: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    opened: list[str] = field(default_factory=list[str])
    absent: Absent = Absent.DELETED
    streams: tuple[str, ...] = ("leads",)
    breaks: bool = False

    def pull(self, **words: Any) -> Counts:
        """Pull it, and which boxes were opened for that."""
        shelf = Shelf(Names(streams=self.streams), Source(name="shelf"))
        self.opened = shelf.opened = []
        shelf.boxes, shelf.absent, shelf.breaks = self.boxes, self.absent, self.breaks
        return pull(self.warehouse, shelf, PullRequest(**words)).counts


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Two boxes."""
    with Warehouse.open(tmp_path / "warehouse.duckdb", threads=2) as warehouse:
        yield Room(warehouse, boxes={"one": ["a", "b"], "two": ["c"]})


def test_the_settings_say_which_streams_there_are(room: Room) -> None:
    """Each is pulled as one that `@reads` declares."""
    room.streams = ("leads", "partners")
    assert room.pull().new == 6
    assert room.pull(streams=("partners",), full=True).unchanged == 3
    with pytest.raises(ConfigError, match="no stream others"):
        room.pull(streams=("others",))


def test_slices_that_were_read_before_are_not_read_again(room: Room) -> None:
    """What they gave stays."""
    room.pull()
    counts = room.pull()
    assert (room.opened, counts.read, counts.deleted) == ([], 0, 0)


def test_where_absent_is_deleted_one_new_slice_opens_all(room: Room) -> None:
    """Else what is in the others would seem to be gone."""
    room.pull()
    room.boxes = {"one": ["a", "b"], "two, changed": ["d"]}
    counts = room.pull()
    assert sorted(room.opened) == ["one", "two, changed"]
    assert (counts.new, counts.unchanged, counts.deleted) == (1, 2, 1)


def test_where_a_slice_is_gone_its_records_are(room: Room) -> None:
    """And the pull after that reads nothing again."""
    room.pull()
    del room.boxes["two"]
    assert room.pull().deleted == 1
    assert (room.pull().read, room.opened) == (0, [])


def test_where_absent_is_kept_only_new_slices_are_read(room: Room) -> None:
    """And what others gave stays for ever."""
    room.absent = Absent.KEPT
    room.pull()
    room.boxes = {"three": ["d"]}
    counts = room.pull()
    assert (room.opened, counts.new, counts.deleted) == (["three"], 1, 0)


def test_everything_is_read_again_where_that_is_asked_for(room: Room) -> None:
    """A full read trusts no name."""
    room.pull()
    assert (room.pull(full=True).unchanged, sorted(room.opened)) == (3, ["one", "two"])
    assert room.pull().read == 0


def test_a_slice_that_failed_is_read_again(room: Room) -> None:
    """Only what was read to its end is remembered."""
    room.breaks = True
    room.pull()
    room.breaks = False
    assert room.pull().new == 3
    assert room.pull().read == 0
