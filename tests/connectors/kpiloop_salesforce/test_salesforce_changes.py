"""What a pull finds of what happened since the last one."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpiloop_sandbox.salesforce.times import seconds_of
from support.salesforce_connector import NOON, World, key

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LEADS = ("leads",)
BOTH = ("leads", "deleted")


def test_a_window_reads_what_changed_and_no_more(leads: World) -> None:
    """The last five minutes are read again: what is committed late lies behind the cursor."""
    leads.change("Lead", 7, NOON + HOUR, Email="new@acme.example")
    leads.green(streams=BOTH)
    leads.change("Lead", 8, NOON + HOUR - 4 * MINUTE, Email="late@acme.example")
    leads.change("Lead", 9, NOON + HOUR - 6 * MINUTE, Email="too-late@acme.example")
    assert leads.green(streams=LEADS).counts.read == 2
    leads.change("Lead", 10, NOON + 2 * HOUR, Email="newer@acme.example")
    assert leads.green(streams=LEADS).counts.read == 3


def test_systemmodstamp_is_not_unique(leads: World) -> None:
    """All 50 leads of one second come, over pages of 20, by their ids."""
    leads.green(streams=BOTH)
    for number in range(50):
        leads.change("Lead", number, NOON + HOUR, Title="CEO")
    leads.green(streams=BOTH)
    leads.change("Lead", 1, NOON + HOUR, Title="CFO")
    report = leads.green(streams=LEADS)
    assert (report.counts.read, report.counts.changed, report.counts.unchanged) == (50, 1, 49)


def test_a_deleted_lead_is_marked_and_a_restored_one_lives_again(leads: World) -> None:
    """`queryAll` tells of the recycle bin what `query` leaves out."""
    leads.green(streams=BOTH)
    leads.change("Lead", 3, NOON + HOUR, IsDeleted=1)
    assert leads.green(streams=BOTH).counts.deleted == 1
    assert key("Lead", 3) not in leads.living("contacts")
    leads.change("Lead", 3, NOON + 2 * HOUR, IsDeleted=0)
    assert leads.green(streams=BOTH).counts.restored == 1
    assert key("Lead", 3) in leads.living("contacts")


def test_what_was_deleted_for_good_is_found_by_a_full_pull(leads: World) -> None:
    """Nothing else tells of it once the recycle bin is empty."""
    leads.green(streams=BOTH)
    entity = leads.sandbox.org.objects["lead"]
    leads.store.remove(entity, key("Lead", 3))
    assert leads.green(streams=BOTH).counts.deleted == 0
    assert leads.green(streams=BOTH, full=True).counts.deleted == 1


def test_formula_fields_never_bump_systemmodstamp(leads: World) -> None:
    """A mapped one is read once a day, and nothing else of its record with it."""
    account = leads.put("Account", 1, Name="Acme", Industry="Tools")
    leads.put("Contact", 1, LastName="C", AccountId=account)
    request: dict[str, Any] = {
        "streams": ("contacts", "formulas"),
        "mapped_fields": {"contacts": {"segment": "Account_Industry__c"}},
    }
    segment = f"SELECT segment FROM pulled.contacts WHERE id = '{key('Contact', 1)}'"
    leads.green(**request)
    leads.change("Account", 1, NOON + HOUR, Industry="Toys")
    leads.change("Contact", 1, NOON - HOUR)
    leads.green(**request)
    assert leads.rows(segment) == [("Tools",)]
    leads.clock.advance(86_400)
    leads.green(**request)
    assert leads.rows(segment) == [("Toys",)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["edit", "delete", "restore", "merge", "pull"]),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=10,
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_full_and_incremental_pulls_end_in_the_same_living_rows(
    leads: World, steps: list[tuple[str, int, int]]
) -> None:
    """Whatever is edited, deleted, restored or merged between the pulls, in any order."""
    last = leads.rows("SELECT max(modified_at) FROM pulled.contacts")[0][0]
    moment = NOON if last is None else last.replace(tzinfo=NOON.tzinfo)
    for verb, number, other in steps:
        moment += MINUTE
        values: dict[str, dict[str, object]] = {
            "edit": {"Title": f"T{seconds_of(moment)}"},
            "delete": {"IsDeleted": 1},
            "restore": {"IsDeleted": 0, "MasterRecordId": None},
            "merge": {"IsDeleted": 1, "MasterRecordId": key("Lead", 10 + other)},
        }
        if verb == "pull":
            leads.green(streams=BOTH)
        else:
            leads.change("Lead", number, moment, **values[verb])
    leads.green(streams=BOTH)
    living = leads.rows("SELECT * FROM pulled.contacts WHERE deleted_at IS NULL ORDER BY id")
    leads.green(streams=BOTH, full=True)
    again = leads.rows("SELECT * FROM pulled.contacts WHERE deleted_at IS NULL ORDER BY id")
    assert living == again


def test_a_restored_opportunity_brings_its_history_back(world: World) -> None:
    """OpportunityHistory goes to the recycle bin and back with no new time of its own."""
    streams = ("opportunities", "opportunity_stages", "deleted")
    deal = world.put("Opportunity", 1, Name="D", StageName="Won")
    world.put("OpportunityHistory", 1, OpportunityId=deal, StageName="Won")
    world.green(streams=streams)
    for hours, is_deleted, living in ((1, 1, []), (2, 0, [key("OpportunityHistory", 1)])):
        entity = world.sandbox.org.objects["opportunityhistory"]
        world.change("Opportunity", 1, NOON + hours * HOUR, IsDeleted=is_deleted)
        world.store.set(entity, key("OpportunityHistory", 1), {"IsDeleted": is_deleted})
        world.green(streams=streams)
        assert world.living("stage_changes") == living
