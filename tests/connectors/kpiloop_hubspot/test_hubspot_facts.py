"""Facts about HubSpot's reads that the connector rests on: each holds, and it keeps to each."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kpiloop import ManualClock, RefusedError, UnavailableError, Window
from kpiloop.testing.fault_server import FaultServer, answer
from kpiloop_hubspot.batches import HISTORY_BATCH
from kpiloop_hubspot.email_events import EVENT_PAGE
from kpiloop_hubspot.forms import SUBMISSION_PAGE
from kpiloop_hubspot.objects import LIST_PAGE
from kpiloop_hubspot.paths import EMAIL_EVENTS, OBJECTS, SUBMISSIONS
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.search import (
    BATCH,
    CALLS,
    COMPANIES,
    CONTACTS,
    DEALS,
    LONGEST_BODY,
    MEETINGS,
    ORDERS,
    PAGE,
    PRODUCTS,
    SURVEYS,
    ObjectType,
)
from kpiloop_hubspot.wire import HubspotContact
from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.objects import StoredCampaign, StoredForm, StoredLink
from kpiloop_sandbox.hubspot.routes.email_events import events_of
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot.times import to_ms
from support.hubspot import NOON, Connect, asked, pages_of, records_of, stored

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SEARCHED = (CONTACTS, COMPANIES, DEALS, CALLS, MEETINGS, SURVEYS, PRODUCTS, ORDERS)
FORM = "11111111-1111-4111-8111-111111111111"
CAMPAIGN = "22222222-2222-4222-8222-222222222222"


def found(hubspot: Hubspot, of: ObjectType, **search: object) -> Any:
    """What HubSpot itself answers to a search."""
    return hubspot.api.post(OBJECTS.at(of.name, "search"), search).json()


def since(prop: str, milliseconds: int) -> Mapping[str, object]:
    """A search for what changed since a moment."""
    after = {"propertyName": prop, "operator": "GTE", "value": str(milliseconds)}
    return {"filterGroups": [{"filters": [after]}]}


def is_legal(hubspot: Hubspot, path: str, params: Mapping[str, str]) -> bool:
    """Whether HubSpot answers a question rather than refusing it."""
    try:
        hubspot.api.get(path, params)
    except RefusedError:
        return False
    return True


def reads(hubspot: Hubspot, number: int, **more: object) -> bool:
    """Whether HubSpot takes a batch read of so many ids."""
    body = {"properties": [], "inputs": [{"id": str(key)} for key in range(number)], **more}
    try:
        hubspot.api.post(OBJECTS.at("contacts", "batch", "read"), body)
    except RefusedError:
        return False
    return True


def sent(connect: Connect, **read: Any) -> dict[str, Any]:
    """The first search for contacts, as it goes over the line."""
    with FaultServer([answer({"total": 0, "results": []})]) as server:
        hubspot = connect(base_url=server.base_url)
        list(hubspot.contacts(asked(hubspot, "contacts", slice="0..", **read)))
        body: Any = server.received[0].json()
    return dict(body)


def test_a_list_gives_100_rows_at_most(hubspot: Hubspot) -> None:
    """One more is refused, and so the connector asks for just as many."""
    path = OBJECTS.at("contacts")
    legal = [is_legal(hubspot, path, {"limit": str(LIST_PAGE + more)}) for more in (0, 1)]
    assert (LIST_PAGE, legal) == (100, [True, False])


def test_a_batch_read_takes_100_ids_and_50_with_history(hubspot: Hubspot) -> None:
    """One more is refused."""
    history = {"propertiesWithHistory": ["lifecyclestage"]}
    assert (BATCH, HISTORY_BATCH) == (100, 50)
    assert [reads(hubspot, BATCH + more) for more in (0, 1)] == [True, False]
    with_history = [reads(hubspot, HISTORY_BATCH + more, **history) for more in (0, 1)]
    assert with_history == [True, False]


def test_a_search_gives_200_rows_at_most(
    store: Store, sandbox: HubspotSandbox, hubspot: Hubspot
) -> None:
    """One more is refused; 401 contacts take three pages."""
    store.load(stored("contacts", key) for key in range(1, 402))
    sizes = [len(json.loads(page.body or b"")["results"]) for page in pages_of(hubspot, "contacts")]
    assert sizes == [200, 200, 1]
    with pytest.raises(RefusedError):
        found(hubspot, CONTACTS, limit=PAGE + 1)


def test_a_search_beyond_10000_hits_is_a_400(hubspot: Hubspot, connect: Connect) -> None:
    """The page that begins behind them is refused, so pages are told apart by id instead."""
    with pytest.raises(RefusedError) as caught:
        found(hubspot, CONTACTS, limit=PAGE, after="10000")
    assert caught.value.status == 400
    assert "after" not in sent(connect)


def test_the_body_of_a_search_has_3000_characters_at_most(hubspot: Hubspot) -> None:
    """A longer one is refused."""
    assert LONGEST_BODY == 3_000
    with pytest.raises(RefusedError, match="characters"):
        found(hubspot, CONTACTS, properties=["p" * LONGEST_BODY])


def test_search_filters_take_moments_as_epoch_milliseconds_in_text(connect: Connect) -> None:
    """ISO 8601, in which HubSpot answers, is not what its filters compare."""
    body = sent(connect, window=Window(start=NOON, end=NOON + HOUR))
    moments = [each["value"] for each in body["filterGroups"][0]["filters"][1:]]
    assert moments == [str(to_ms(NOON)), str(to_ms(NOON + HOUR) + 1)]


def test_filtering_from_epoch_0_is_a_500_and_a_full_read_filters_by_no_time(
    connect: Connect,
) -> None:
    """What has no beginning has no filter by time, rather than one from 1970."""
    hubspot = connect(clock=ManualClock(NOON))
    with pytest.raises(UnavailableError):
        found(hubspot, CONTACTS, **since(CONTACTS.modified, 0))
    filters = sent(connect)["filterGroups"][0]["filters"]
    assert [each["propertyName"] for each in filters] == ["hs_object_id"]


@pytest.mark.parametrize("of", SEARCHED, ids=lambda of: of.name)
def test_the_wrong_modification_property_silently_finds_nothing(
    store: Store, hubspot: Hubspot, of: ObjectType
) -> None:
    """Contacts have `lastmodifieddate`, everything else `hs_lastmodifieddate`."""
    store.load([stored(of.name, 1)])
    names = {"lastmodifieddate", "hs_lastmodifieddate"}
    [wrong] = names - {of.modified}
    moment = to_ms(NOON - HOUR)
    assert found(hubspot, of, **since(of.modified, moment))["total"] == 1
    assert found(hubspot, of, **since(wrong, moment))["total"] == 0


def test_a_search_tells_no_associations(store: Store, hubspot: Hubspot) -> None:
    """Whose a deal is must be asked apart."""
    store.load([stored("deals", 1), stored("contacts", 2)])
    store.load_links(
        [StoredLink(from_type="deals", from_id="1", to_type="contacts", to_id="2", type_id=3)]
    )
    [deal] = found(hubspot, DEALS)["results"]
    assert "associations" not in deal
    assert [each.to_id for each in records_of(hubspot, "deal_links", ids=("1",))] == ["2"]


def test_a_cleared_value_is_an_empty_text() -> None:
    """It clears what is stored, as a null does; a property that is missing leaves it alone."""
    cleared = {"id": "1", "properties": {"jobtitle": "", "hs_email_optout": "", "createdate": ""}}
    contact = HubspotContact.model_validate(cleared)
    assert (contact.job_title, contact.opted_out, contact.created_at) == (None, None, None)
    assert {"job_title", "opted_out", "created_at"} <= contact.model_fields_set
    assert "email" not in contact.model_fields_set


def test_form_submissions_come_50_a_page_at_most(store: Store, hubspot: Hubspot) -> None:
    """One more is refused."""
    store.load_forms([StoredForm(id=FORM, name="Demo", created_at=NOON)])
    path = SUBMISSIONS.at("submissions", "forms", FORM)
    legal = [is_legal(hubspot, path, {"limit": str(SUBMISSION_PAGE + more)}) for more in (0, 1)]
    assert (SUBMISSION_PAGE, legal) == (50, [True, False])


def opened(number: int) -> Happening:
    """Somebody opened an e-mail, so many minutes after noon."""
    at, body = NOON + number * MINUTE, {"recipient": "ann@acme.example"}
    return Happening(collection=events_of("OPEN"), at=to_ms(at), id=f"open-{number}", body=body)


def test_email_events_come_1000_a_page_by_offset_while_has_more(
    store: Store, hubspot: Hubspot
) -> None:
    """One more is refused; the offset of a page is its checkpoint, and the last one has none."""
    store.happenings.load(opened(number) for number in range(1_001))
    path = EMAIL_EVENTS.at("events")
    params = {"eventType": "OPEN"}
    limits = [str(EVENT_PAGE + more) for more in (0, 1)]
    legal = [is_legal(hubspot, path, {**params, "limit": each}) for each in limits]
    assert (EVENT_PAGE, legal) == (1_000, [True, False])
    first, last = pages_of(hubspot, "email_events", slice="OPEN")
    assert first.checkpoint
    assert last.checkpoint is None
    rest = records_of(hubspot, "email_events", slice="OPEN", checkpoint=first.checkpoint)
    assert [each.id for each in rest] == ["open-0"]


def test_both_ends_of_a_span_of_email_events_are_included(store: Store, hubspot: Hubspot) -> None:
    """Spans that meet give an event twice rather than not at all."""
    store.happenings.load(opened(number) for number in range(5))
    spans = [Window(start=NOON + at * MINUTE, end=NOON + (at + 2) * MINUTE) for at in (0, 2)]
    told = [records_of(hubspot, "email_events", slice="OPEN", window=each) for each in spans]
    ids = [sorted(each.id for each in events) for events in told]
    assert ids == [["open-0", "open-1", "open-2"], ["open-2", "open-3", "open-4"]]


def test_an_unreadable_campaign_property_is_a_400(store: Store, hubspot: Hubspot) -> None:
    """HubSpot leaves unknown ones out elsewhere; here its own words say which one it is."""
    store.load_campaigns(
        [StoredCampaign(id=CAMPAIGN, properties={}, created_at=NOON, updated_at=NOON)]
    )
    request = asked(hubspot, "campaigns")
    [model] = request.fields
    mapped = replace(request, fields={model: ("properties.hs_name", "properties.no_such")})
    with pytest.raises(RefusedError, match="no_such") as caught:
        list(hubspot.campaigns(mapped))
    assert caught.value.status == 400
