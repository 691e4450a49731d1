"""What a pull makes of new, changed, unchanged, deleted and restored records."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from kpiloop.errors import UntrustedAnswerError
from support.memory_vendor import START, World

LATER = START + timedelta(minutes=55)


def naive(moment: datetime) -> datetime:
    """As the warehouse holds it."""
    return moment.replace(tzinfo=None)


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "python rows"])
def test_a_first_pull_stores_typed_records(world: World, as_json: bool) -> None:  # noqa: FBT001 - a parameter
    """Every row becomes one record with the values of its kinds and what the core knows of it."""
    world.data.json = as_json
    world.data.contact(1, optout="true")
    world.data.deals["7"] = {"id": "7", "name": "Big", "value": "12.5"}
    report = world.green()
    contact = world.contact(1)
    assert contact["email"] == "person1@acme.example"
    assert contact["opted_out"] is True
    assert contact["created_at"] == datetime(2026, 1, 1)  # noqa: DTZ001 - stored naive
    assert contact["source"] == "acme"
    assert contact["modified_at"] == naive(START)
    assert contact["deleted_at"] is None
    assert contact["first_seen_at"] == naive(START + timedelta(hours=1))
    assert world.rows("SELECT name, amount FROM pulled.deals") == [("Big", Decimal("12.5000"))]
    assert report.streams[0].counts.new == 1


def test_an_unchanged_source_changes_nothing(world: World) -> None:
    """A second pull finds what overlaps again and writes no row."""
    for number in range(5):
        world.data.contact(number)
    world.green()
    before = world.rows("SELECT * FROM pulled.contacts ORDER BY id")
    counts = world.green(streams=("contacts",)).counts
    assert (counts.new, counts.changed) == (0, 0)
    assert counts.read == counts.unchanged > 0
    assert world.rows("SELECT * FROM pulled.contacts ORDER BY id") == before


def test_only_what_differs_is_changed(world: World) -> None:
    """A record that differs in a field is changed; one that only has a newer time is not."""
    for number in range(3):
        world.data.contact(number)
    world.green()
    world.data.contact(0, LATER, stage="mql")
    world.data.contact(1, LATER)
    counts = world.green(streams=("contacts",)).counts
    assert (counts.new, counts.changed, counts.unchanged) == (0, 1, 2)
    assert world.contact(0)["stage"] == "mql"
    assert world.contact(1)["modified_at"] == naive(LATER)
    assert world.contact(0)["first_seen_at"] == naive(START + timedelta(hours=1))


def test_an_absent_field_keeps_and_a_null_clears(world: World) -> None:
    """What the vendor does not mention stays as it is stored; what it says is null is cleared."""
    world.data.contact(1)
    world.green()
    row = world.data.contact(1, LATER, first=None)
    del row["properties"]["email"]
    world.green()
    assert world.contact(1)["email"] == "person1@acme.example"
    assert world.contact(1)["first_name"] is None


def test_an_empty_text_is_no_value(world: World) -> None:
    """A vendor's empty string clears like a null."""
    world.data.contact(1)
    world.green()
    world.data.contact(1, LATER, first="")
    world.green()
    assert world.contact(1)["first_name"] is None


def test_where_nulls_are_omitted_absence_clears(world: World) -> None:
    """For a vendor that leaves nulls out, a field that is not mentioned has no value."""
    world.data.deals["7"] = {"id": "7", "name": "Big", "value": "12.5"}
    world.green()
    world.data.deals["7"] = {"id": "7", "name": "Big"}
    world.green()
    assert world.rows("SELECT amount FROM pulled.deals") == [(None,)]


def test_only_declared_fields_are_read(world: World) -> None:
    """A key that happens to be called like a field of the schema is not taken for it."""
    row = world.data.contact(1)
    row["country"] = "not what the schema means"
    row["modified_at"] = "nor this"
    world.green()
    assert world.contact(1)["country"] is None


def test_the_newest_sighting_wins(world: World) -> None:
    """Of several sightings in one reading the last modified counts, whatever their order."""
    world.data.contact(1, LATER, stage="newest")
    world.data.contacts["11"] = {**world.data.contact(1, START, stage="older")}
    world.data.contact(1, LATER, stage="newest")
    counts = world.green(streams=("contacts",)).counts
    assert world.contact(1)["stage"] == "newest"
    assert (counts.read, counts.new, counts.repeated) == (2, 1, 1)


def test_of_equally_old_sightings_the_later_wins(world: World) -> None:
    """Where the vendor's times are equal, what was read last is what holds."""
    first, second = world.data.contact(1, stage="first"), world.data.contact(1, stage="second")
    world.data.contacts = {"1": first, "2": second}
    world.green()
    assert world.contact(1)["stage"] == "second"


def test_sightings_with_different_fields_are_put_together(world: World) -> None:
    """Of two sightings that mention different fields, none of the fields is lost."""
    first, second = world.data.contact(1, stage="mql"), world.data.contact(1, LATER, first=None)
    del second["properties"]["stage"]
    world.data.contacts = {"1": first, "2": second}
    counts = world.green(streams=("contacts",)).counts
    assert world.contact(1)["stage"] == "mql"
    assert world.contact(1)["first_name"] is None
    assert world.contact(1)["modified_at"] == naive(LATER)
    assert counts.repeated == 1


def test_an_older_sighting_never_overwrites(world: World) -> None:
    """What comes late and is older than what is stored changes nothing."""
    world.data.contact(1, LATER, stage="newer")
    world.green()
    world.data.contact(1, START, stage="older")
    counts = world.green(full=True, streams=("contacts",)).counts
    assert world.contact(1)["stage"] == "newer"
    assert counts.unchanged == 1


def test_what_a_full_read_does_not_give_is_deleted(world: World) -> None:
    """A record that a snapshot no longer has stays, marked as deleted, and comes back alive."""
    world.data.deals = {each: {"id": each, "name": each} for each in "123"}
    world.green()
    gone = world.data.deals.pop("2")
    counts = world.green().counts
    assert counts.deleted == 1
    assert world.ids("deals") == ["1", "3"]
    assert world.ids("deals", "deleted_at IS NOT NULL") == ["2"]
    assert world.green().counts.deleted == 0
    world.data.deals["2"] = gone
    counts = world.green().counts
    assert (counts.restored, counts.changed) == (1, 1)
    assert world.ids("deals") == ["1", "2", "3"]


def test_a_window_deletes_nothing(world: World) -> None:
    """Only a full read can tell that something is gone: a window gives just what changed."""
    for number in range(3):
        world.data.contact(number)
    world.green()
    del world.data.contacts["0"]
    world.green()
    assert world.ids("contacts") == ["0", "1", "2"]
    assert world.green(full=True, streams=("contacts",)).counts.deleted == 1
    assert world.ids("contacts") == ["1", "2"]


def test_a_mark_deletes_and_another_sighting_restores(world: World) -> None:
    """A record from the bin is deleted at the time that the vendor says, until it is seen alive."""
    world.data.contact(1)
    world.data.archived = [{"contactId": "1", "archivedAt": LATER.isoformat()}]
    assert world.green().counts.deleted == 1
    assert world.contact(1)["deleted_at"] == naive(LATER)
    assert world.contact(1)["email"] == "person1@acme.example"
    world.data.archived = []
    world.data.contact(1, LATER, stage="back")
    assert world.green().counts.restored == 1
    assert world.contact(1)["deleted_at"] is None


def test_a_record_that_was_deleted_before_it_was_ever_seen_is_kept(world: World) -> None:
    """The bin's records are stored too, as deleted: history still refers to them."""
    world.data.archived = [{"contactId": "9", "archivedAt": LATER.isoformat()}]
    counts = world.green().counts
    assert (counts.new, counts.deleted) == (1, 0)
    assert world.ids("contacts") == []


def test_a_full_read_that_gives_next_to_nothing_is_not_believed(world: World) -> None:
    """Where most of many records would be deleted, nothing is, until somebody says so."""
    world.data.page_size = 50
    world.data.deals = {str(each): {"id": str(each)} for each in range(150)}
    world.green()
    world.data.deals = {"1": {"id": "1"}}
    report = world.pull(streams=("deals",))
    error = report.failed["deals"]
    assert isinstance(error, UntrustedAnswerError)
    assert "149 of 150" in str(error)
    assert len(world.ids("deals")) == 150
    assert world.leftovers() == 0
    assert world.green(streams=("deals",), accept_deletes=True).counts.deleted == 149


def test_a_broken_record_is_not_taken_for_deleted(world: World) -> None:
    """A stored record that a full read gave in a form that is wrong stays alive."""
    world.data.deals = {"1": {"id": "1", "value": "5"}}
    world.green()
    world.data.deals = {"1": {"id": "1", "value": "five"}}
    report = world.green()
    assert report.counts.quarantined == 1
    assert world.ids("deals") == ["1"]
    assert world.rows("SELECT amount FROM pulled.deals") == [(Decimal(5),)]


def test_two_sources_do_not_touch_each_other(world: World) -> None:
    """Records of another source with the same ids neither change nor are deleted."""
    with world.warehouse.transaction() as writer:
        writer.execute(
            "INSERT INTO pulled.deals (id, name, source, stream) VALUES"
            " ('1', 'other', 'crm2', 'deals'), ('2', 'other', 'crm2', 'deals')"
        )
    world.data.deals = {"1": {"id": "1", "name": "ours"}}
    world.green()
    world.data.deals = {}
    world.green()
    query = "SELECT name, deleted_at IS NULL FROM pulled.deals ORDER BY source, id"
    assert world.rows(query) == [("ours", False), ("other", True), ("other", True)]
