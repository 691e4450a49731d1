"""A stream that adds facts to another stream's records has a time of its own."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import pytest

from kpiloop.connector.reading import Read, reads
from kpiloop.schema.fields import Flag, Id, Instant
from kpiloop.schema.people import Contact
from kpiloop.schema.record import Modified
from kpiloop.web_api.page import Page
from support.memory_vendor import START, Acme, World, in_window

LATER = START + timedelta(minutes=50)


class OptOut(Contact):
    """An entry of the list of those who want no mail, with the time at which it was changed."""

    id: Id
    opted_out: Flag = None
    changed: Annotated[Instant, Modified(of="row")] = None


class Listing(Acme):
    """Acme, where a list of its own says who wants no mail: here in place of the deals."""

    @reads(OptOut, cursor="modified", absent="kept")
    def deals(self, read: Read) -> Iterator[Page]:
        """Entries that changed."""
        rows = [row for row in self.data.deals.values() if in_window(row, read.window)]
        return self._pages("deals", read, rows)


@pytest.fixture(params=["json", "rows"])
def acme(world: World, request: pytest.FixtureRequest) -> World:
    """A contact that was changed late, and was read; pages come either way."""
    world.connector = Listing
    world.data.json = request.param == "json"
    world.data.contact(1, LATER)
    world.green()
    return world


def entry(world: World, *, opted_out: bool, minutes: int) -> None:
    """Put the contact onto the list, or take it off."""
    changed = (START + timedelta(minutes=minutes)).isoformat()
    world.data.deals["1"] = {"id": "1", "opted_out": opted_out, "changed": changed}


def test_a_fact_counts_though_the_record_was_changed_later(acme: World) -> None:
    """The row's time is compared with no record's, and does not become one."""
    before = acme.contact(1)["modified_at"]
    entry(acme, opted_out=True, minutes=1)
    assert acme.green().counts.changed == 1
    assert acme.contact(1)["opted_out"] is True
    assert acme.contact(1)["modified_at"] == before
    entry(acme, opted_out=False, minutes=2)
    acme.green()
    assert acme.contact(1)["opted_out"] is False


def test_a_rows_time_does_not_make_its_record_look_new(acme: World) -> None:
    """What the record's own stream tells after a late row is taken in."""
    entry(acme, opted_out=True, minutes=58)
    acme.green()
    acme.data.contact(1, LATER + timedelta(minutes=5), stage="mql")
    acme.green()
    assert acme.contact(1)["stage"] == "mql"


def test_the_stream_is_read_by_the_time_of_its_rows(acme: World) -> None:
    """The next window begins where the newest row was, less the vendor's lag."""
    entry(acme, opted_out=True, minutes=30)
    acme.green()
    acme.data.asked.clear()
    acme.green()
    [read] = acme.data.asked_for("deals")
    assert read.window.start == START + timedelta(minutes=30) - Acme.index_lag


def test_a_record_that_only_a_row_told_of_has_no_time(acme: World) -> None:
    """Its own stream, which may come later, is older than nothing."""
    acme.data.deals["9"] = {"id": "9", "opted_out": True, "changed": LATER.isoformat()}
    acme.green()
    assert acme.contact(9)["modified_at"] is None
    acme.data.contact(9, START + timedelta(minutes=45), optout="true")
    acme.green()
    assert acme.contact(9)["email"] == "person9@acme.example"
