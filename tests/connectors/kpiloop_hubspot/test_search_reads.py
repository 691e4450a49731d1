"""Contacts, companies and deals are read by search: all of them, once, whatever happens."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kpiloop import UntrustedAnswerError, Window
from kpiloop.testing.fault_server import FaultServer, answer
from kpiloop_hubspot.objects import SEARCHES_AT_ONCE
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.search import IdRange
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import (
    NOON,
    Connect,
    asked,
    editor,
    pages_of,
    records_in,
    records_of,
    stored,
)

HOUR = timedelta(hours=1)


def ids_of(hubspot: Hubspot, stream: str, window: Window | None = None) -> list[str]:
    """The ids that a stream gives, in the order in which they come."""
    read = {"window": window} if window else {}
    return [record.id for record in records_of(hubspot, stream, **read)]


CONTACT = {
    "email": ("Ann@Acme.example", "email"),
    "firstname": ("Ann", "first_name"),
    "lastname": ("Lee", "last_name"),
    "jobtitle": ("Buyer", "job_title"),
    "country": ("Austria", "country"),
    "associatedcompanyid": ("900", "company_id"),
    "hubspot_owner_id": ("7", "owner_id"),
    "lifecyclestage": ("marketingqualifiedlead", "stage"),
    "hs_analytics_source": ("PAID_SEARCH", "original_source"),
    "hs_analytics_source_data_1": ("google", "original_source_detail"),
    "utm_source": ("google", "utm_source"),
    "utm_medium": ("cpc", "utm_medium"),
    "utm_campaign": ("spring", "utm_campaign"),
}
"""Property → its value, and the field of the common schema that it fills."""


def test_a_contact_is_read_with_its_values(store: Store, hubspot: Hubspot) -> None:
    """Every value that the common schema has a place for is found in its property."""
    given = {name: value for name, (value, _) in CONTACT.items()}
    merged_ids = ("90", "91")
    opted_out = {"hs_email_optout": "true"}
    store.load([stored("contacts", 101, {**given, **opted_out}, merged_ids=merged_ids)])
    [contact] = records_of(hubspot, "contacts")
    assert contact.model_dump(exclude_none=True) == {
        "id": "101",
        **{field: value for value, field in CONTACT.values()},
        "created_at": NOON,
        "opted_out": True,
        "merged_ids": "90;91",
        "modified": NOON,
    }


def test_a_company_and_a_deal_are_read_with_their_values(store: Store, hubspot: Hubspot) -> None:
    """Numbers, money and flags, which HubSpot spells as text, get their kinds."""
    store.load(
        [
            stored("companies", 1, {"name": "Acme", "numberofemployees": "250"}),
            stored(
                "deals",
                2,
                {
                    "amount": "12000.50",
                    "deal_currency_code": "USD",
                    "hs_is_closed_won": "true",
                    "hs_is_closed": "true",
                    "closedate": "2026-06-02T00:00:00Z",
                },
            ),
        ]
    )
    [company] = records_of(hubspot, "companies")
    [deal] = records_of(hubspot, "deals")
    assert (company.name, company.employees) == ("Acme", 250)
    assert (str(deal.amount), deal.currency) == ("12000.5000", "USD")
    assert (deal.is_won, deal.is_closed) == (True, True)
    assert deal.closed_at == NOON + timedelta(hours=12)


def test_a_property_that_the_account_lacks_is_left_out(store: Store, hubspot: Hubspot) -> None:
    """What HubSpot does not know is not set, so that a stored value would stay; a null is set."""
    store.load([stored("contacts", 1, {"email": "a@acme.example"})])
    [contact] = records_of(hubspot, "contacts")
    assert "utm_medium" not in contact.model_fields_set
    assert "first_name" in contact.model_fields_set


def test_more_than_10000_changes_in_one_millisecond_are_all_read(
    store: Store, sandbox: HubspotSandbox, hubspot: Hubspot
) -> None:
    """Neither the end of a search at 10,000 hits nor equal times lose or repeat a record."""
    store.load(stored("contacts", key) for key in range(1, 10_451))
    window = Window(start=NOON - HOUR, end=NOON)
    found = ids_of(hubspot, "contacts", window)
    assert sorted(found, key=int) == [str(key) for key in range(1, 10_451)]
    assert sandbox.counters.refused == {}


@pytest.mark.parametrize("stream", ["contacts", "companies", "deals"])
def test_a_window_gives_what_changed_in_it(store: Store, hubspot: Hubspot, stream: str) -> None:
    """Each type is filtered by the name that its modification time has; the start overlaps."""
    store.load(stored(stream, key, at=NOON + key * HOUR) for key in range(1, 7))
    window = Window(start=NOON + 2 * HOUR, end=NOON + 4 * HOUR)
    assert ids_of(hubspot, stream, window) == ["2", "3", "4"]


def test_a_page_is_a_checkpoint(store: Store, hubspot: Hubspot) -> None:
    """An interrupted read goes on behind the last page that was stored."""
    store.load(stored("contacts", key) for key in range(1, 501))
    first = pages_of(hubspot, "contacts")[0]
    rest = records_of(hubspot, "contacts", slice="0..", checkpoint=first.checkpoint)
    assert [contact.id for contact in rest] == [str(key) for key in range(201, 501)]


def test_records_that_change_while_they_are_read_shift_no_page(
    store: Store, hubspot: Hubspot
) -> None:
    """Those that leave the window on the way cost no other record its place."""
    store.load(stored("contacts", key) for key in range(1, 401))
    window = Window(start=NOON - HOUR, end=NOON)
    pages = hubspot.contacts(asked(hubspot, "contacts", window=window, slice="0.."))
    seen = records_in(hubspot, "contacts", [next(pages)])
    for key in range(1, 201, 2):
        editor(store, "contacts", NOON + HOUR).update(key, {"firstname": "Ann"})
    seen += records_in(hubspot, "contacts", pages)
    assert [contact.id for contact in seen] == [str(key) for key in range(1, 401)]


def test_slices_cover_all_ids_once_and_are_about_equal(store: Store, hubspot: Hubspot) -> None:
    """Old accounts have ids of few digits beside ids of eleven; equal ranges would be lopsided."""
    old, new = range(51, 6_051), range(90_000_000_000, 90_001_800_000, 300)
    store.load(stored("contacts", key) for key in (*old, *new))
    slices = _slices_of(hubspot)
    sizes = [len(records_of(hubspot, "contacts", slice=name)) for name in slices]
    assert sum(sizes) == 12_000
    assert len(slices) >= SEARCHES_AT_ONCE
    assert max(sizes) <= 12_000 / SEARCHES_AT_ONCE * 1.3


def test_slices_have_no_gap_and_no_end(store: Store, hubspot: Hubspot) -> None:
    """A record that comes back with an old id, or is made after the cutting, is read too."""
    store.load(stored("contacts", key) for key in (*range(1, 6_001), *range(9_000, 14_000)))
    slices = [IdRange.parse(name) for name in _slices_of(hubspot)]
    assert slices[0].after == 0
    assert slices[-1].upto is None
    assert [each.upto for each in slices[:-1]] == [each.after for each in slices[1:]]


def test_few_records_are_not_cut(store: Store, sandbox: HubspotSandbox, hubspot: Hubspot) -> None:
    """An incremental read of some pages costs one question, not a dozen."""
    store.load(stored("contacts", key) for key in range(1, 501))
    assert _slices_of(hubspot) == ["0.."]
    assert sandbox.counters.requests.total() == 1


def test_an_empty_account_has_nothing_to_read(hubspot: Hubspot) -> None:
    """No record is no error."""
    assert records_of(hubspot, "deals") == []


def test_more_properties_than_a_search_can_name_are_read_by_id(
    store: Store, sandbox: HubspotSandbox, hubspot: Hubspot
) -> None:
    """A search's body ends at 3,000 characters; then it gives the ids, and batch reads the rest."""
    wide = {f"field_number_{number}": f"value {number}" for number in range(200)}
    store.load(stored("contacts", key, wide) for key in range(1, 251))
    model = hubspot.streams()["contacts"].models[0]
    fields = {model: ("properties.lastmodifieddate", *(f"properties.{name}" for name in wide))}
    read = replace(asked(hubspot, "contacts", slice="0.."), fields=fields)
    pages = list(hubspot.contacts(read))
    rows = [row for page in pages for row in json.loads(page.body or b"")["results"]]
    assert [row["id"] for row in rows] == [str(key) for key in range(1, 251)]
    assert all(wide.items() <= row["properties"].items() for row in rows)
    assert [page.checkpoint for page in pages] == ["100", "200", "250"]
    assert sandbox.counters.refused == {}


def test_the_index_lags_and_the_next_window_reaches_back(
    store: Store, sandbox: HubspotSandbox, hubspot: Hubspot
) -> None:
    """A change that the search does not show yet is found by the next read."""
    store.load([stored("contacts", 1, at=NOON - 48 * HOUR)])
    sandbox.options = replace(sandbox.options, index_lag_seconds=600)
    now = datetime.fromtimestamp(sandbox.account.now(), UTC)
    editor(store, "contacts", now).update(1, {"firstname": "Ann"})
    first = Window(start=now - HOUR, end=now)
    assert ids_of(hubspot, "contacts", first) == []
    sandbox.options = replace(sandbox.options, clock_offset_seconds=900)
    second = Window(start=first.end - Hubspot.index_lag, end=now + HOUR)
    assert ids_of(hubspot, "contacts", second) == ["1"]


def test_a_merged_contact_has_a_new_id_and_names_the_former_ones(
    store: Store, hubspot: Hubspot
) -> None:
    """The record that a merge makes says of which records it was made."""
    store.load(stored("contacts", key) for key in (1, 2, 3))
    editor(store, "contacts", NOON + HOUR).merge(1, 2)
    window = Window(start=NOON, end=NOON + 2 * HOUR)
    [other, merged] = records_of(hubspot, "contacts", window=window)
    assert other.id == "3"
    assert merged.id not in {"1", "2"}
    assert merged.merged_ids == "1;2"


def test_an_archived_record_is_not_found(store: Store, hubspot: Hubspot) -> None:
    """A search never shows what lies in the recycling bin."""
    store.load([stored("contacts", 1), stored("contacts", 2, archived_at=NOON)])
    assert ids_of(hubspot, "contacts") == ["1"]


@pytest.mark.parametrize(
    "ids", [["3", "2"], ["1", "1"], []], ids=["out of order", "twice", "without ids"]
)
def test_a_search_that_does_not_keep_the_order_is_not_trusted(
    connect: Connect, ids: list[str]
) -> None:
    """Going on behind the last row would miss records, so the stream stops and says why."""
    rows: list[object] = [{"id": each, "properties": {"hs_object_id": each}} for each in ids]
    body = {"total": 2, "results": rows or [{"id": "1", "properties": {}}]}
    with FaultServer([answer(body)]) as server:
        hubspot = connect(base_url=server.base_url)
        with pytest.raises(UntrustedAnswerError, match="order"):
            records_of(hubspot, "contacts", slice="0..")


def test_a_value_that_looks_like_an_id_is_none(store: Store, hubspot: Hubspot) -> None:
    """Ids are looked for in the text of the answer, where a value may quote one."""
    trap = '"hs_object_id":"999", "hs_object_id" : "5"'
    store.load([stored("contacts", 1, {"firstname": trap}), stored("contacts", 2)])
    pages = pages_of(hubspot, "contacts")
    assert [page.checkpoint for page in pages] == ["2"]
    assert records_in(hubspot, "contacts", pages)[0].first_name == trap


def _slices_of(hubspot: Hubspot) -> list[str]:
    cut = hubspot.streams()["contacts"].slices
    assert cut is not None
    return list(cut(hubspot, asked(hubspot, "contacts")))
