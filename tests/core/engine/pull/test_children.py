"""Streams that read by the ids of another stream's records, and rows that are several records."""

from datetime import datetime, timedelta

from kpiloop.errors import UnavailableError
from support.memory_vendor import START, Row, World

LATER = START + timedelta(minutes=55)


def history(number: int, *stages: str, **more: object) -> Row:
    """A contact's history."""
    steps = [
        {"stage": stage, "at": f"2026-01-{place:02d}T00:00:00Z"}
        for place, stage in enumerate(stages, start=1)
    ]
    return {"id": str(number), "steps": steps, **more}


def asked_ids(world: World, stream: str) -> list[str]:
    """All ids that a stream was asked for."""
    return sorted(each for read in world.data.asked_for(stream) for each in read.ids)


def test_a_row_can_be_several_records(world: World) -> None:
    """A history gives a change of stage per step and fills one field of its contact."""
    world.data.contact(1)
    world.data.histories["1"] = history(1, "lead", "mql", opted_out_at="2026-02-02T00:00:00Z")
    world.green()
    assert world.rows("SELECT parent_id, stage FROM pulled.stage_changes ORDER BY id") == [
        ("1", "lead"),
        ("1", "mql"),
    ]
    contact = world.contact(1)
    assert contact["opted_out_at"] == datetime(2026, 2, 2)  # noqa: DTZ001 - stored naive
    assert contact["email"] == "person1@acme.example"


def test_children_are_read_of_what_changed_alone(world: World) -> None:
    """After the first pull only the changed contact's history is asked for."""
    for number in range(4):
        world.data.contact(number)
    world.green()
    assert asked_ids(world, "histories") == ["0", "1", "2", "3"]
    world.data.asked.clear()
    world.data.contact(2, LATER, stage="mql")
    world.green()
    assert asked_ids(world, "histories") == ["2"]


def test_a_newer_time_alone_is_reason_to_read_children(world: World) -> None:
    """A history may have changed although the record's own fields look as before."""
    world.data.contact(1)
    world.green()
    world.data.asked.clear()
    world.data.contact(1, LATER)
    world.green()
    assert asked_ids(world, "histories") == ["1"]


def test_ids_come_in_slices(world: World) -> None:
    """So many ids at a time as the stream can take."""
    for number in range(7):
        world.data.contact(number)
    world.green()
    assert [len(read.ids) for read in world.data.asked_for("histories")] == [3, 3, 1]
    assert all(read.slice == "" for read in world.data.asked_for("histories"))


def test_what_a_page_replaces_is_deleted(world: World) -> None:
    """A step that the vendor no longer tells is marked as deleted; other contacts keep theirs."""
    for number in (1, 2):
        world.data.contact(number)
        world.data.histories[str(number)] = history(number, "lead", "mql")
    world.green()
    world.data.contact(1, LATER)
    world.data.histories["1"] = history(1, "lead")
    assert world.green().counts.deleted == 1
    assert world.ids("stage_changes") == ["1-0", "2-0", "2-1"]


def test_a_history_that_became_empty_is_deleted(world: World) -> None:
    """A parent whose children are all gone loses them, even though no row tells of them."""
    world.data.contact(1)
    world.data.histories["1"] = history(1, "lead")
    world.green()
    world.data.contact(1, LATER)
    world.data.histories["1"] = history(1)
    world.green()
    assert world.ids("stage_changes") == []


def test_ids_wait_while_their_stream_fails(world: World) -> None:
    """Children that could not be read are read by the next pull, with those queued since."""
    for number in range(2):
        world.data.contact(number)
    world.data.fails["histories"] = UnavailableError("down")
    world.pull()
    world.data.fails.clear()
    world.data.contact(5, LATER)
    world.data.histories["5"] = history(5, "lead")
    world.data.asked.clear()
    world.green()
    assert set(asked_ids(world, "histories")) == {"0", "1", "5"}
    assert world.ids("stage_changes") == ["5-0"]
    assert world.rows("SELECT count(*) FROM state.followed") == [(0,)]


def test_an_id_queued_again_while_it_is_read_is_read_again(world: World) -> None:
    """A contact that changes between two attempts at its history is not forgotten."""
    world.data.contact(1)
    world.data.fails["histories"] = UnavailableError("down")
    world.pull()
    world.data.contact(1, LATER, stage="mql")
    world.pull()
    world.data.fails.clear()
    world.data.asked.clear()
    world.green()
    assert asked_ids(world, "histories") == ["1", "1"]


def test_a_stream_of_each_asks_for_all_that_live(world: World) -> None:
    """The children of every living record are read each time; those of a deleted one are gone."""
    for each in "123":
        world.data.deals[each] = {"id": each}
        world.data.links[each] = [{"id": f"l{each}", "parent_id": each, "to_id": "9"}]
    world.green()
    del world.data.deals["2"]
    world.data.links["1"] = []
    world.data.asked.clear()
    world.green()
    assert asked_ids(world, "links") == ["1", "3"]
    assert world.ids("links") == ["l3"]


def test_a_partial_record_does_not_revive_a_deleted_one(world: World) -> None:
    """A field that another stream fills in does not mean that the record lives."""
    world.data.contact(1)
    world.data.archived = [{"contactId": "1", "archivedAt": LATER.isoformat()}]
    world.green()
    world.data.contacts.clear()
    with world.warehouse.transaction() as writer:
        writer.execute("INSERT INTO state.followed VALUES ('acme', 'histories', '1', 99)")
    world.data.archived = []
    world.green()
    assert world.contact(1)["deleted_at"] is not None


def test_a_full_pull_reads_the_children_of_all(world: World) -> None:
    """When everything is asked for, unchanged records' children are read again too."""
    for number in range(2):
        world.data.contact(number)
    world.green()
    world.data.asked.clear()
    world.green(full=True)
    assert asked_ids(world, "histories") == ["0", "1"]
