"""Stages: who entered which of them when, of contacts and of deals."""

from datetime import timedelta

import pytest

from kpiloop import Contact, RefusedError, StageChange
from kpiloop.testing.fault_server import FaultServer, answer
from kpiloop_hubspot.history import ContactHistory
from kpiloop_hubspot.reads import Hubspot
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import NOON, Connect, editor, pages_of, records_of, stored

DAY = timedelta(days=1)


def stages_of(hubspot: Hubspot, stream: str, *ids: str) -> list[StageChange]:
    """The stage changes of these records."""
    records = records_of(hubspot, stream, ids=ids)
    return [record for record in records if isinstance(record, StageChange)]


def contact_of(hubspot: Hubspot, key: str) -> Contact:
    """What a contact's history says of the contact itself."""
    [contact] = (
        record
        for record in records_of(hubspot, "contact_stages", ids=(key,))
        if isinstance(record, Contact)
    )
    return contact


def test_a_lifecycle_is_told_oldest_first(store: Store, hubspot: Hubspot) -> None:
    """HubSpot lists the newest value first; a way is read the other way round."""
    way = [(NOON, "lead"), (NOON + DAY, "marketingqualifiedlead"), (NOON + 2 * DAY, "lead")]
    store.load([stored("contacts", 1, history={"lifecyclestage": way})])
    found = stages_of(hubspot, "contact_stages", "1")
    assert [(each.entered_at, each.stage) for each in found] == way
    assert {(each.of_entity, each.parent_id) for each in found} == {("contacts", "1")}


def test_a_stage_that_is_set_again_is_entered_once(store: Store, hubspot: Hubspot) -> None:
    """A value that only repeats the one before, as workflows write it, is no change."""
    way = [(NOON, "lead"), (NOON + DAY, "lead"), (NOON + 2 * DAY, "customer")]
    store.load([stored("contacts", 1, history={"lifecyclestage": way})])
    found = stages_of(hubspot, "contact_stages", "1")
    assert [(each.entered_at, each.stage) for each in found] == [way[0], way[2]]


def test_a_stage_that_is_cleared_is_left(store: Store, hubspot: Hubspot) -> None:
    """HubSpot writes an empty text where a value was taken away."""
    way = [(NOON, "lead"), (NOON + DAY, "")]
    store.load([stored("contacts", 1, history={"lifecyclestage": way})])
    assert [each.stage for each in stages_of(hubspot, "contact_stages", "1")] == ["lead", None]


def test_changes_of_one_millisecond_keep_their_order(hubspot: Hubspot) -> None:
    """An import sets several stages at once; the one that HubSpot lists first is the last."""
    moment = "2026-06-01T12:00:00.000Z"
    row = ContactHistory.model_validate(
        {
            "id": "1",
            "propertiesWithHistory": {
                "lifecyclestage": [
                    {"value": "customer", "timestamp": moment},
                    {"value": "lead", "timestamp": moment},
                ]
            },
        }
    )
    found = [record for record in row.records() if isinstance(record, StageChange)]
    assert [each.stage for each in found] == ["lead", "customer"]
    assert len({each.id for each in found}) == 2


def test_ids_of_changes_stay_the_same(store: Store, hubspot: Hubspot) -> None:
    """A history that grows keeps the ids of what it held before, so that nothing is doubled."""
    way = [(NOON, "subscriber"), (NOON + DAY, "lead")]
    store.load([stored("contacts", 1, history={"lifecyclestage": way})])
    before = [each.id for each in stages_of(hubspot, "contact_stages", "1")]
    editor(store, "contacts", NOON + 2 * DAY).update(1, {"lifecyclestage": "customer"})
    after = [each.id for each in stages_of(hubspot, "contact_stages", "1")]
    assert after[:2] == before
    assert len(after) == 3


def test_contacts_and_deals_of_the_same_id_do_not_mix(store: Store, hubspot: Hubspot) -> None:
    """HubSpot counts ids for each type of its own."""
    store.load(
        [
            stored("contacts", 1, {"lifecyclestage": "1"}),
            stored("deals", 1, {"dealstage": "1"}),
        ]
    )
    [of_contact] = stages_of(hubspot, "contact_stages", "1")
    [of_deal] = stages_of(hubspot, "deal_stages", "1")
    assert of_contact.id != of_deal.id


def test_an_opt_out_that_holds_has_its_moment(store: Store, hubspot: Hubspot) -> None:
    """It begins where the last row of `true` begins."""
    way = [(NOON, "true"), (NOON + DAY, "false"), (NOON + 2 * DAY, "true")]
    store.load([stored("contacts", 1, history={"hs_email_optout": way})])
    assert contact_of(hubspot, "1").opted_out_at == NOON + 2 * DAY


def test_an_opt_out_that_was_taken_back_has_none(store: Store, hubspot: Hubspot) -> None:
    """Whoever may get e-mail again has not opted out; the stored moment is cleared."""
    way = [(NOON, "true"), (NOON + DAY, "false")]
    store.load([stored("contacts", 1, history={"hs_email_optout": way})])
    contact = contact_of(hubspot, "1")
    assert contact.opted_out_at is None
    assert contact.model_fields_set == {"id", "opted_out_at"}


def test_a_deal_stage_knows_the_pipeline_of_its_time(store: Store, hubspot: Hubspot) -> None:
    """A deal that moves to another pipeline keeps its earlier stages in the earlier one."""
    history = {
        "dealstage": [(NOON, "meeting"), (NOON + DAY, "offer"), (NOON + 3 * DAY, "won")],
        "pipeline": [(NOON + timedelta(seconds=1), "new"), (NOON + 2 * DAY, "renewal")],
    }
    store.load([stored("deals", 5, history=history)])
    found = stages_of(hubspot, "deal_stages", "5")
    assert [(each.stage, each.pipeline_id) for each in found] == [
        ("meeting", "new"),
        ("offer", "new"),
        ("won", "renewal"),
    ]


def test_histories_come_50_records_a_call(
    store: Store, sandbox: HubspotSandbox, hubspot: Hubspot
) -> None:
    """HubSpot takes 100 ids in a batch read, but half as many when it tells the history."""
    store.load(stored("contacts", key, {"lifecyclestage": "lead"}) for key in range(1, 121))
    ids = tuple(str(key) for key in range(1, 121))
    pages = pages_of(hubspot, "contact_stages", ids=ids)
    assert [len(page.replaces) for page in pages] == [50, 50, 20]
    assert sandbox.counters.requests.total() == 3
    assert sandbox.counters.refused == {}


def test_an_interrupted_read_of_histories_goes_on_behind_its_checkpoint(
    store: Store, hubspot: Hubspot
) -> None:
    """What was stored is not asked for again."""
    store.load(stored("contacts", key, {"lifecyclestage": "lead"}) for key in range(1, 121))
    ids = tuple(str(key) for key in range(1, 121))
    first = pages_of(hubspot, "contact_stages", ids=ids)[0]
    rest = pages_of(hubspot, "contact_stages", ids=ids, checkpoint=first.checkpoint)
    assert [key for page in rest for key in page.replaces] == list(ids[50:])


def test_a_record_that_is_gone_tells_nothing(store: Store, hubspot: Hubspot) -> None:
    """One that was archived between two calls is left out, and its children with it."""
    store.load([stored("contacts", 1, {"lifecyclestage": "lead"})])
    [page] = pages_of(hubspot, "contact_stages", ids=("1", "404"))
    assert page.replaces == ("1", "404")
    assert [each.parent_id for each in stages_of(hubspot, "contact_stages", "1", "404")] == ["1"]


def test_a_record_that_was_merged_away_answers_as_its_survivor(
    store: Store, hubspot: Hubspot
) -> None:
    """The former id leads to the new record: no history stays under the former one."""
    store.load(stored("contacts", key, {"lifecyclestage": "lead"}) for key in (1, 2))
    merged = editor(store, "contacts", NOON + DAY).merge(1, 2)
    [page] = pages_of(hubspot, "contact_stages", ids=("1",))
    assert page.replaces == ("1",)
    found = stages_of(hubspot, "contact_stages", "1")
    assert {each.parent_id for each in found} == {str(merged.id)}


def test_histories_that_cannot_be_read_stop_the_stream(connect: Connect) -> None:
    """An error is not an empty history: what is stored would be taken for gone."""
    error = {"status": "error", "category": "INTERNAL_ERROR", "message": "try later"}
    body = {"results": [], "errors": [error], "numErrors": 1}
    with FaultServer([answer(body, status=207)]) as server:
        hubspot = connect(base_url=server.base_url)
        with pytest.raises(RefusedError, match="INTERNAL_ERROR: try later"):
            pages_of(hubspot, "contact_stages", ids=("1",))
