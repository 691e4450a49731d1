"""Property definitions: made once, extended, never taken from somebody else."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from kpiloop import Definition, Kind, Status, Writer
from kpiloop.testing.fault_server import FaultServer, Received, Reply, answer
from kpiloop_hubspot.reads import Hubspot
from kpiloop_sandbox.hubspot.options import ALL_SCOPES
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import Connect

CYCLE = Definition(
    entity="deals",
    field="kpiloop_cycle_days",
    title="Deal cycle (days)",
    kind=Kind.NUMBER,
    description="Days from creation to close.",
)
BAND = Definition(
    entity="companies",
    field="kpiloop_band",
    title="Band",
    kind=Kind.TEXT,
    choices=("A", "B", "C"),
)


@pytest.fixture
def writer(hubspot: Hubspot) -> Writer:
    """The connector's writer."""
    return hubspot.writer()


def statuses(writer: Writer, *definitions: Definition) -> list[Status]:
    """What became of definitions."""
    return [outcome.status for outcome in writer.define(definitions)]


def options_of(store: Store) -> list[str]:
    """The options of the band, in their order."""
    found = store.catalogue.find("companies", BAND.field)
    assert found is not None
    ordered = sorted(found.options, key=lambda option: option.display_order or 0)
    return [option.value for option in ordered]


def test_a_property_is_made_in_a_group_of_our_own(store: Store, writer: Writer) -> None:
    """With its title and meaning; forms do not offer it."""
    assert statuses(writer, CYCLE) == [Status.CONFIRMED]
    made = store.catalogue.find("deals", "kpiloop_cycle_days")
    assert made is not None
    assert (made.group_name, made.label, made.type) == ("kpiloop", "Deal cycle (days)", "number")
    assert made.description == "Days from creation to close."
    assert not made.form_field


@pytest.mark.parametrize(
    ("kind", "type_name"),
    [
        (Kind.TEXT, "string"),
        (Kind.WHOLE, "number"),
        (Kind.NUMBER, "number"),
        (Kind.MONEY, "number"),
        (Kind.FLAG, "bool"),
        (Kind.INSTANT, "datetime"),
        (Kind.DAY, "date"),
    ],
)
def test_every_kind_has_a_type(store: Store, writer: Writer, kind: Kind, type_name: str) -> None:
    """HubSpot takes each of them."""
    assert statuses(writer, replace(CYCLE, kind=kind)) == [Status.CONFIRMED]
    made = store.catalogue.find("deals", CYCLE.field)
    assert made is not None
    assert made.type == type_name


def test_a_band_is_a_choice(store: Store, writer: Writer) -> None:
    """Best first, as in the definition."""
    assert statuses(writer, BAND) == [Status.CONFIRMED]
    assert options_of(store) == ["A", "B", "C"]


def test_what_is_there_is_confirmed_and_not_made_again(
    sandbox: HubspotSandbox, writer: Writer
) -> None:
    """A second run only looks."""
    writer.define([CYCLE, BAND])
    sandbox.counters.requests.clear()
    assert statuses(writer, CYCLE, BAND) == [Status.CONFIRMED] * 2
    assert {route.partition(" ")[0] for route in sandbox.counters.requests} == {"GET"}


def test_the_group_is_made_once_and_never_looked_for(
    sandbox: HubspotSandbox, writer: Writer
) -> None:
    """A property of ours shows that it is there; where none is left, HubSpot says so itself."""
    another = replace(CYCLE, field="kpiloop_another")
    for definition in (CYCLE, another):
        assert statuses(writer, definition) == [Status.CONFIRMED]
    asked = {path: times for path, times in sandbox.counters.requests.items() if "group" in path}
    assert [*asked.values()] == [1]
    writer.retire([CYCLE, another])
    assert statuses(writer, CYCLE) == [Status.CONFIRMED]


def test_a_new_choice_is_added_and_none_is_lost(store: Store, writer: Writer) -> None:
    """A PATCH replaces all options, so those that records hold are sent with it."""
    writer.define([BAND])
    assert statuses(writer, replace(BAND, choices=("A", "B", "D"))) == [Status.CONFIRMED]
    assert options_of(store) == ["A", "B", "C", "D"]


def test_a_property_that_was_archived_comes_back(store: Store, writer: Writer) -> None:
    """Making it again restores it."""
    writer.define([CYCLE])
    assert [outcome.status for outcome in writer.retire([CYCLE])] == [Status.CONFIRMED]
    assert store.catalogue.find("deals", CYCLE.field) is None
    assert statuses(writer, CYCLE) == [Status.CONFIRMED]
    assert store.catalogue.find("deals", CYCLE.field) is not None


def test_a_property_of_somebody_else_is_left_alone(store: Store, writer: Writer) -> None:
    """The name is not enough: it must lie in our group; the others are made all the same."""
    other = replace(CYCLE, field="hs_priority")
    first, second = writer.define([other, CYCLE])
    assert (first.status, second.status) == (Status.REJECTED, Status.CONFIRMED)
    assert "kpiloop did not make" in first.reason
    [kept] = writer.retire([other])
    assert kept.status is Status.REJECTED
    assert store.catalogue.find("deals", "hs_priority") is not None


def test_a_property_of_another_type_is_not_written_into(writer: Writer) -> None:
    """A KPI that became a band needs another field: HubSpot would refuse its values."""
    writer.define([CYCLE])
    [outcome] = writer.define([replace(CYCLE, choices=("fast", "slow"), kind=Kind.TEXT)])
    assert outcome.status is Status.REJECTED
    assert "type number" in outcome.reason
    assert "type enumeration" in outcome.reason


def test_a_definition_that_hubspot_refuses_does_not_cost_the_others_theirs(
    writer: Writer,
) -> None:
    """HubSpot's own words are the reason."""
    wrong = replace(CYCLE, field="Kpiloop Cycle")
    first, second = writer.define([wrong, CYCLE])
    assert first.status is Status.REJECTED
    assert "lowercase" in first.reason
    assert second.status is Status.CONFIRMED


def test_a_repeated_request_that_had_come_through_is_no_conflict(connect: Connect) -> None:
    """The answer to the first was lost; the second is told that the property exists."""
    made = {"name": CYCLE.field, "type": "number", "groupName": "kpiloop", "options": []}

    def reply(request: Received) -> Reply:
        if request.method == "POST" and not request.path.endswith("groups"):
            return answer({"status": "error", "category": "OBJECT_ALREADY_EXISTS"}, status=409)
        return answer(made if request.path.endswith(CYCLE.field) else {"results": []})

    with FaultServer(reply) as server:
        writer = connect(base_url=server.base_url).writer()
        assert statuses(writer, CYCLE) == [Status.CONFIRMED]


def test_retiring_what_is_gone_is_confirmed(writer: Writer) -> None:
    """A second time does no harm."""
    [outcome] = writer.retire([CYCLE])
    assert outcome.status is Status.CONFIRMED


def test_capacity_tells_the_free_properties_and_ours(
    sandbox: HubspotSandbox, writer: Writer
) -> None:
    """What the account may still define, before anything is sent."""
    sandbox.options = replace(sandbox.options, custom_properties=10)
    assert writer.capacity("deals").free_fields == 10
    writer.define([CYCLE])
    capacity = writer.capacity("deals")
    assert (capacity.may_define, capacity.may_write, capacity.reason) == (True, True, "")
    assert (capacity.free_fields, capacity.fields) == (9, ("kpiloop_cycle_days",))
    assert sandbox.counters.records_written == 0


@pytest.mark.parametrize("right", ["crm.schemas.deals.write", "crm.objects.deals.write"])
def test_capacity_names_the_scope_that_is_missing(
    sandbox: HubspotSandbox, connect: Connect, right: str
) -> None:
    """And where to add it; the other right is there."""
    sandbox.options = replace(sandbox.options, tokens={"narrow": ALL_SCOPES - {right}})
    capacity = connect(token=SecretStr("narrow")).writer().capacity("deals")
    assert capacity.may_define is ("schemas" not in right)
    assert capacity.may_write is ("objects" not in right)
    assert right in capacity.reason
    assert "Service keys" in capacity.reason


def test_capacity_is_unknown_to_keys_that_may_not_ask(
    sandbox: HubspotSandbox, connect: Connect
) -> None:
    """A key with few scopes gets 403; that is no proof that nothing is free."""
    scopes = ALL_SCOPES - {"crm.objects.contacts.read"}
    sandbox.options = replace(sandbox.options, tokens={"narrow": scopes})
    assert connect(token=SecretStr("narrow")).writer().capacity("deals").free_fields is None


def test_campaigns_take_no_values(writer: Writer) -> None:
    """Said before anything is planned."""
    capacity = writer.capacity("campaigns")
    assert not capacity.may_write
    assert "contacts, companies, deals" in capacity.reason
