"""What an org may hold although nobody would think so: each has an outcome, and counts add up."""

from datetime import timedelta

import pytest

from support.salesforce_connector import NOON, World, key

HOUR = timedelta(hours=1)
MEGABYTE = 1_000_000
AMOUNTS = "SELECT id, amount FROM pulled.deals ORDER BY id"


def test_a_field_that_became_text_sets_its_rows_aside_until_it_is_a_number_again(
    world: World,
) -> None:
    """What was known of them stays, and other rows come through."""
    for number in (1, 2):
        world.put("Opportunity", number, Name="D", StageName="Won", Amount=100)
    world.green(streams=("opportunities",))
    world.change("Opportunity", 1, NOON + HOUR, Amount="about a hundred")
    world.change("Opportunity", 2, NOON + HOUR, Amount=200)
    counts = world.green(streams=("opportunities",)).counts
    assert (counts.read, counts.changed, counts.quarantined) == (2, 1, 1)
    assert world.rows(AMOUNTS) == [(key("Opportunity", 1), 100), (key("Opportunity", 2), 200)]
    world.change("Opportunity", 1, NOON + 2 * HOUR, Amount=300)
    assert world.green(streams=("opportunities",)).counts.quarantined == 0
    assert world.rows("SELECT count(*) FROM state.quarantine") == [(0,)]


@pytest.mark.parametrize("bulk_above", [0, 10_000])
def test_nul_bytes_and_a_text_of_a_megabyte_come_through(world: World, bulk_above: int) -> None:
    """By queries and by jobs: the NUL says nothing, the text is kept whole."""
    world.put("Lead", 1, LastName="A\0B", Title="x" * MEGABYTE)
    counts = world.green(streams=("leads",), settings={"bulk_above": bulk_above}).counts
    assert (counts.read, counts.new) == (1, 1)
    rows = world.rows("SELECT replace(last_name, chr(0), ''), len(job_title) FROM pulled.contacts")
    assert rows == [("AB", MEGABYTE)]


def test_a_status_that_nobody_knows_is_kept_as_it_is(world: World) -> None:
    """It stands on no rung of the ladder, and costs the lead nothing."""
    world.put("Lead", 1, LastName="L", Status="Parked")
    assert world.green(streams=("leads",)).counts.quarantined == 0
    assert world.rows("SELECT stage FROM pulled.contacts") == [("Parked",)]


def test_addresses_that_differ_by_case_stay_as_they_were_typed(world: World) -> None:
    """Two records are stored; resolving makes one person of them."""
    world.put("Lead", 1, LastName="L", Email="Ada@Acme.example")
    world.put("Contact", 1, LastName="L", Email="ada@acme.EXAMPLE")
    world.green(streams=("leads", "contacts"))
    assert world.rows("SELECT count(*), count(DISTINCT lower(email)) FROM pulled.contacts") == [
        (2, 1)
    ]
