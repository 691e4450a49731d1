"""Ids that a vendor lists where it tells no deletes: what is stored and not among them is gone."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from kpiloop.connector.reading import Read, reads
from kpiloop.errors import ScopeError, UnavailableError, UntrustedAnswerError
from kpiloop.web_api.page import Page
from support.memory_vendor import START, Acme, AcmeContact, Directory, World, all_ids

LATER = START + timedelta(minutes=55)
UNREADABLE = {"contactId": {"of": "nobody"}}


def who_is_there(connector: Directory, read: Read) -> str:
    """Which contacts there are."""
    connector.data.asked.append(("fingerprint", read))
    return " ".join(sorted(connector.data.contacts))


class SparedDirectory(Directory):
    """The same, whose ids are listed only where their fingerprint changed."""

    @reads(AcmeContact, cursor="modified", ids=all_ids, fingerprint=who_is_there)
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts that changed."""
        yield from super().contacts(read)


@pytest.fixture
def directory(world: World) -> World:
    """A vendor that tells no deletes, with five contacts that were read."""
    return with_contacts(world, Directory)


@pytest.fixture
def spared(world: World) -> World:
    """The same with a fingerprint."""
    return with_contacts(world, SparedDirectory)


def with_contacts(world: World, connector: type[Acme], count: int = 5) -> World:
    """Contacts that were read."""
    world.connector = connector
    for number in range(count):
        world.data.contact(number)
        world.data.histories[str(number)] = {
            "id": str(number),
            "steps": [{"stage": "lead", "at": "2026-01-01T00:00:00Z"}],
        }
    world.green()
    world.data.asked.clear()
    return world


def test_what_the_ids_do_not_name_is_gone_with_its_children(directory: World) -> None:
    """A record that was deleted for good is found by the next pull, which reads only changes."""
    del directory.data.contacts["2"]
    report = directory.green()
    assert directory.ids("contacts") == ["0", "1", "3", "4"]
    assert directory.ids("stage_changes") == ["0-0", "1-0", "3-0", "4-0"]
    assert report.counts.deleted == 2
    assert directory.leftovers() == 0


def test_ids_make_no_record(directory: World) -> None:
    """An id of which the window told nothing is none of a record that is stored, and stays so."""
    directory.data.archived = [{"contactId": "77"}]
    report = directory.green()
    assert directory.ids("contacts", "true") == ["0", "1", "2", "3", "4"]
    assert (report.counts.new, report.counts.deleted) == (0, 0)


def test_ids_are_asked_for_alone_and_whole(directory: World) -> None:
    """The list is asked for no field but the id, and for no window; a full read needs none."""
    directory.green()
    [read] = directory.data.asked_for("ids")
    assert read.window.is_full
    assert read.fields == {AcmeContact: ("contactId",)}
    directory.data.asked.clear()
    directory.green(full=True)
    assert directory.data.asked_for("ids") == []


def test_a_record_that_came_after_the_list_stays(directory: World) -> None:
    """What the window itself gives is alive, though a list that lags does not name it yet."""
    row = directory.data.contact(4, LATER)
    directory.data.contacts = {**directory.data.contacts, "listed under another id": row}
    del directory.data.contacts["4"]
    directory.green()
    assert directory.ids("contacts") == ["0", "1", "2", "3", "4"]


def test_a_fingerprint_spares_the_list(spared: World) -> None:
    """As long as it is the same, no ids are asked for; the first one is that of the first read."""
    spared.data.contact(1, LATER, stage="mql")
    spared.green()
    assert spared.data.asked_for("ids") == []
    del spared.data.contacts["1"]
    spared.green()
    assert len(spared.data.asked_for("ids")) == 1
    assert spared.ids("contacts") == ["0", "2", "3", "4"]
    spared.green()
    assert len(spared.data.asked_for("ids")) == 1


def test_a_fingerprint_is_taken_before_the_first_page(spared: World) -> None:
    """What is deleted while pages are read is found by the pull after."""
    spared.data.contact(3, LATER)
    spared.green()
    asked = [name for name, _ in spared.data.asked]
    assert asked.index("fingerprint") < asked.index("contacts")


def test_an_id_that_cannot_be_read_lets_everything_live(spared: World) -> None:
    """It may be that of any record that is missing; the list is asked for until it is whole."""
    del spared.data.contacts["2"]
    spared.data.archived = [UNREADABLE]
    assert spared.green().counts.deleted == 0
    spared.data.archived = []
    assert spared.green().counts.deleted == 2


def test_a_landslide_of_ids_is_not_believed(world: World) -> None:
    """Where most ids are missing, nothing is taken as deleted, it is told, and changes are kept."""
    with_contacts(world, SparedDirectory, 150)
    changed = world.data.contact(0, LATER, stage="mql")
    world.data.contacts = {"0": changed}
    for _ in range(2):
        report = world.pull(streams=("contacts",))
        assert isinstance(report.failed["contacts"], UntrustedAnswerError)
        assert "the ids of contacts did not give 149 of 150" in report.failed["contacts"].what
        assert len(world.ids("contacts")) == 150
        assert world.contact(0)["stage"] == "mql"
    world.green(accept_deletes=True)
    assert world.ids("contacts") == ["0"]


def test_a_list_goes_on_where_it_was_interrupted(spared: World) -> None:
    """Neither what changed nor the ids that came are asked for again."""
    del spared.data.contacts["4"]
    spared.data.contact(0, LATER, stage="mql")
    spared.data.fails["ids:1"] = UnavailableError("down")
    assert not spared.pull(batch_rows=1).is_green
    assert spared.ids("contacts") == ["0", "1", "2", "3", "4"]
    spared.data.fails.clear()
    spared.data.asked.clear()
    assert spared.green().counts.deleted == 2
    assert [read.checkpoint for read in spared.data.asked_for("ids")] == [2]
    assert spared.ids("contacts") == ["0", "1", "2", "3"]


def test_a_refusal_of_the_ids_is_told_once(directory: World) -> None:
    """The stream is not green, and nothing is deleted."""
    directory.data.fails["ids"] = ScopeError("you may not list contacts")
    del directory.data.contacts["2"]
    assert list(directory.pull().failed) == ["contacts"]
    assert directory.ids("contacts") == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("seed", [1, 2])
def test_changes_and_ids_leave_what_one_full_read_leaves(spared: World, seed: int) -> None:
    """Whatever is edited, made, deleted and made again between the pulls."""
    chance = random.Random(seed)  # noqa: S311 - chance, no secret
    for _ in range(8):
        for number in chance.sample(range(12), 3):
            if chance.random() < 0.5:
                spared.data.contacts.pop(str(number), None)
            else:
                stage = chance.choice(["lead", "mql"])
                spared.data.contact(number, spared.clock.now(), stage=stage)
        spared.clock.advance(chance.choice([30, 3600]))
        spared.green()
        there = {key: row["properties"]["stage"] for key, row in spared.data.contacts.items()}
        stored = spared.rows("SELECT id, stage FROM pulled.contacts WHERE deleted_at IS NULL")
        assert dict(stored) == there
