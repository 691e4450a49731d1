"""Children that a stream gives beside their parent, in one row: they go and come back with it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict

from kpiloop.connector.reading import Read, reads
from kpiloop.schema.email import EmailEvent
from kpiloop.schema.fields import Id, Instant, Text
from kpiloop.schema.history import Link, StageChange
from kpiloop.schema.record import Deleted, Modified, Record, Wire
from kpiloop.schema.sales import Deal
from kpiloop.web_api.page import Page
from support.memory_vendor import START, Acme, World, in_window

LATER = START + timedelta(minutes=55)
LIVING = "deleted_at IS NULL"


class Step(BaseModel):
    """One step of a deal."""

    model_config = ConfigDict(frozen=True)

    stage: Text


class DealWithSteps(Deal):
    """A deal that tells its steps, and what else has its number."""

    id: Id
    steps: tuple[Step, ...] = ()
    changed: Annotated[Instant, Modified()] = None

    def records(self) -> Iterator[Record]:
        """Itself, and what is beside it."""
        yield self
        yield from beside(self.id, self.steps)


class RowOfDeal(Wire):
    """The same as a model that is no entity itself."""

    id: Id
    steps: tuple[Step, ...] = ()
    changed: Annotated[Instant, Modified()] = None

    def records(self) -> Iterator[Record]:
        """A deal, and what is beside it."""
        yield Deal(id=self.id)
        yield from beside(self.id, self.steps)


def beside(key: Id, steps: tuple[Step, ...]) -> Iterator[Record]:
    """A deal's steps, and records whose parent has the same number, but is no deal."""
    for place, step in enumerate(steps):
        yield StageChange(id=f"{key}-{place}", of_entity="deals", parent_id=key, stage=step.stage)
    yield StageChange(id=f"{key}-person", of_entity="contacts", parent_id=key, stage="lead")
    yield Link(id=f"{key}-link", from_entity="contacts", parent_id=key, to_id="9")
    yield EmailEvent(id=f"{key}-sent", kind="sent", parent_id=key)


class ArchivedDeal(Deal):
    """A deal in the bin."""

    id: Id
    gone: Annotated[Instant, Deleted(), Modified()] = None


class Desk(Acme):
    """Deals come with their steps; archived ones are told by the bin."""

    @reads(DealWithSteps, cursor="modified")
    def deals(self, read: Read) -> Iterator[Page]:
        """Deals that changed."""
        rows = self.data.deals.values()
        yield Page.rows([row for row in rows if in_window(row, read.window)])

    @reads(ArchivedDeal, absent="kept")
    def bin(self, read: Read) -> Iterator[Page]:
        """Deals in the bin."""
        del read
        yield Page.rows(self.data.archived)


class PlainDesk(Desk):
    """The same, whose rows are several records each."""

    @reads(RowOfDeal, cursor="modified")
    def deals(self, read: Read) -> Iterator[Page]:
        """Deals that changed."""
        yield from super().deals(read)


def put(world: World, key: str, *stages: str, at: datetime = START) -> None:
    """Put a deal into the vendor's system."""
    steps = [{"stage": stage} for stage in stages]
    world.data.deals[key] = {"id": key, "steps": steps, "changed": at.isoformat()}


def archive(world: World, *keys: str) -> None:
    """Put deals into the bin, and let the next pull find them there."""
    world.data.archived = [{"id": key, "gone": LATER.isoformat()} for key in keys]


@pytest.fixture(params=[Desk, PlainDesk])
def desk(world: World, request: Any) -> World:
    """Two deals that were read."""
    world.connector = request.param
    put(world, "1", "new", "won")
    put(world, "2", "new")
    world.green()
    return world


def test_children_go_with_the_record_beside_which_they_came(desk: World) -> None:
    """The steps of a deal that went are gone; the other deal keeps its own."""
    archive(desk, "1")
    report = desk.green()
    assert desk.ids("deals") == ["2"]
    assert desk.ids("stage_changes", f"{LIVING} AND of_entity = 'deals'") == ["2-0"]
    assert report.counts.deleted == 3


def test_what_belongs_to_another_entity_stays(desk: World) -> None:
    """A record whose parent has the number of a deal that went, but is none, is left alone."""
    archive(desk, "1")
    desk.green()
    assert desk.ids("stage_changes", f"{LIVING} AND of_entity = 'contacts'") == [
        "1-person",
        "2-person",
    ]
    assert desk.ids("links") == ["1-link", "2-link"]
    assert desk.ids("email_events") == ["1-sent", "2-sent"]


def test_children_come_back_with_their_record(desk: World) -> None:
    """A deal that was taken out of the bin has its steps again."""
    archive(desk, "1")
    desk.green()
    archive(desk)
    put(desk, "1", "new", "won", at=LATER + timedelta(minutes=1))
    desk.clock.advance(600)
    desk.green()
    assert desk.ids("deals") == ["1", "2"]
    assert desk.ids("stage_changes", f"{LIVING} AND of_entity = 'deals'") == ["1-0", "1-1", "2-0"]


def test_an_older_row_brings_no_children_back(desk: World) -> None:
    """A row from before the deletion, which a window gives once more, revives nothing."""
    archive(desk, "1")
    desk.green()
    archive(desk)
    desk.green()
    assert desk.ids("deals") == ["2"]
    assert desk.ids("stage_changes", f"{LIVING} AND of_entity = 'deals'") == ["2-0"]
