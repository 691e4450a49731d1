"""Records that became part of others, and what can still be told of that later."""

from datetime import timedelta

import pytest

from support.salesforce_connector import NOON, World, key

HOUR = timedelta(hours=1)
BOTH = ("leads", "deleted")


def merge(world: World, loser: int, master: int, hours: int = 1) -> None:
    """One lead becomes another, so many hours after noon."""
    became = {"IsDeleted": 1, "MasterRecordId": key("Lead", master)}
    world.change("Lead", loser, NOON + hours * HOUR, **became)
    world.change("Lead", master, NOON + hours * HOUR)


def restore(world: World, number: int, hours: int) -> None:
    """A lead leaves the recycle bin."""
    world.change("Lead", number, NOON + hours * HOUR, IsDeleted=0, MasterRecordId=None)


def purge(world: World, number: int) -> None:
    """A lead is deleted for good, and nothing tells of it any more."""
    world.store.remove(world.sandbox.org.objects["lead"], key("Lead", number))


def former(world: World, number: int) -> list[str]:
    """The leads that a lead was made of."""
    query = f"SELECT merged_ids FROM pulled.contacts WHERE id = '{key('Lead', number)}'"
    [(found,)] = world.rows(query)
    return found.split(";") if found else []


def test_a_merge_soft_deletes_losers_with_masterrecordid(leads: World) -> None:
    """The master knows all of them, so that their history counts for it."""
    leads.green(streams=BOTH)
    for number in (3, 4):
        merge(leads, number, 5)
    leads.green(streams=BOTH)
    assert former(leads, 5) == [key("Lead", 3), key("Lead", 4)]
    assert len(leads.living("contacts")) == 48


def test_a_merge_is_remembered_when_the_bin_was_emptied(leads: World) -> None:
    """What the bin tells of a later merge is added to what is known of earlier ones."""
    leads.green(streams=BOTH)
    merge(leads, 3, 5)
    leads.green(streams=BOTH)
    purge(leads, 3)
    merge(leads, 4, 5, hours=2)
    leads.green(streams=BOTH)
    assert former(leads, 5) == [key("Lead", 3), key("Lead", 4)]


@pytest.mark.parametrize("full", [False, True])
def test_a_merged_record_that_is_restored_lives_and_leaves_its_master(
    leads: World,
    full: bool,  # noqa: FBT001 - a parameter
) -> None:
    """The other one that was merged with it stays what it became."""
    leads.green(streams=BOTH)
    merge(leads, 3, 5)
    merge(leads, 4, 5)
    leads.green(streams=BOTH)
    restore(leads, 3, hours=2)
    leads.green(streams=BOTH, full=full)
    assert former(leads, 5) == [key("Lead", 4)]
    assert key("Lead", 3) in leads.living("contacts")
    assert leads.green(streams=BOTH).counts.changed == 0


def test_a_record_that_is_merged_into_another_one_later_leaves_the_first(leads: World) -> None:
    """Restored and merged again between two pulls, it has one master and not two."""
    leads.green(streams=BOTH)
    merge(leads, 3, 5)
    leads.green(streams=BOTH)
    restore(leads, 3, hours=2)
    merge(leads, 3, 6, hours=3)
    leads.green(streams=BOTH)
    assert (former(leads, 5), former(leads, 6)) == ([], [key("Lead", 3)])
    assert key("Lead", 3) not in leads.living("contacts")


def test_merges_follow_each_other(leads: World) -> None:
    """A master that is merged itself takes along what it was made of, and lies still then."""
    leads.green(streams=BOTH)
    merge(leads, 3, 4)
    leads.green(streams=BOTH)
    merge(leads, 4, 5, hours=2)
    leads.green(streams=BOTH)
    assert (former(leads, 4), former(leads, 5)) == ([key("Lead", 3)], [key("Lead", 4)])
    assert len(leads.living("contacts")) == 48
    counts = leads.green(streams=BOTH).counts
    assert (counts.changed, counts.restored, counts.deleted) == (0, 0, 0)


def test_a_master_that_was_deleted_for_good_is_nobody(leads: World) -> None:
    """What lies in the bin still names it, but there is no such contact."""
    merge(leads, 3, 5)
    purge(leads, 5)
    leads.green(streams=BOTH)
    assert leads.rows(f"FROM pulled.contacts WHERE id = '{key('Lead', 5)}'") == []


def test_a_deleted_lead_was_linked_only_if_it_was_converted(leads: World) -> None:
    """Of a lead that never became an opportunity there is no link, not even a deleted one."""
    streams = (*BOTH, "same_people")
    leads.green(streams=streams)
    deal = leads.put("Opportunity", 1, Name="D", StageName="Won")
    became = {"IsConverted": 1, "ConvertedOpportunityId": deal}
    leads.change("Lead", 4, NOON + HOUR, **became)
    leads.green(streams=streams)
    assert leads.living("links") == [f"converted:{key('Lead', 4)}"]
    for number in (3, 4):
        leads.change("Lead", number, NOON + 2 * HOUR, IsDeleted=1)
    leads.green(streams=streams)
    assert leads.rows("SELECT id, deleted_at IS NULL FROM pulled.links") == [
        (f"converted:{key('Lead', 4)}", False)
    ]
