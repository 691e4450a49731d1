"""Associations: the people and companies of every deal."""

import pytest

from kpiloop import RefusedError
from kpiloop.testing.fault_server import FaultServer, answer
from kpiloop_hubspot.links import DealCompanies
from kpiloop_hubspot.reads import Hubspot
from kpiloop_sandbox.hubspot.objects import StoredLink
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import Connect, pages_of, records_of, stored

PRIMARY_COMPANY, PLAIN_CONTACT = 5, 3


def link(deal: int, to: str, key: int, type_id: int, label: str | None = None) -> StoredLink:
    """A deal's association."""
    return StoredLink(
        from_type="deals",
        from_id=str(deal),
        to_type=to,
        to_id=str(key),
        type_id=type_id,
        label=label,
    )


def test_a_deal_has_people_and_a_primary_company(store: Store, hubspot: Hubspot) -> None:
    """A plain association has no label; the primary company is told from the others."""
    store.load([stored("deals", 1)])
    store.load_links(
        [
            link(1, "contacts", 11, PLAIN_CONTACT),
            link(1, "companies", 21, PRIMARY_COMPANY),
            link(1, "companies", 22, 341),
        ]
    )
    found = records_of(hubspot, "deal_links", ids=("1",))
    assert {(each.to_entity, each.to_id, each.label) for each in found} == {
        ("contacts", "11", None),
        ("companies", "21", "primary"),
        ("companies", "22", None),
    }
    assert {(each.from_entity, each.parent_id) for each in found} == {("deals", "1")}
    assert len({each.id for each in found}) == 3


def test_each_label_is_a_link(store: Store, hubspot: Hubspot) -> None:
    """Somebody who decides and pays is both, in lower case, and not a plain link beside them."""
    store.load([stored("deals", 1)])
    store.load_links(
        [
            link(1, "contacts", 11, 70, "Decision maker"),
            link(1, "contacts", 11, 71, "Billing"),
        ]
    )
    found = records_of(hubspot, "deal_links", ids=("1",))
    assert [each.label for each in found] == ["billing", "decision maker"]


@pytest.mark.parametrize(
    "kind",
    [
        {"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Hauptunternehmen"},
        {"category": "USER_DEFINED", "typeId": 71, "label": "Primary contact"},
    ],
)
def test_the_main_one_is_known_by_number_or_label(kind: dict[str, object]) -> None:
    """HubSpot's own type has a number; an account may have a label that says the same."""
    row = {"from": {"id": "1"}, "to": [{"toObjectId": 2, "associationTypes": [kind]}]}
    [found] = DealCompanies.model_validate(row).records()
    assert found.label == "primary"


def test_a_thousand_deals_are_read_with_two_calls(
    store: Store, sandbox: HubspotSandbox, hubspot: Hubspot
) -> None:
    """New associations bump no modification time, so all deals are read every time: cheaply."""
    store.load(stored("deals", key) for key in range(1, 1_201))
    store.load_links(link(key, "contacts", 9, PLAIN_CONTACT) for key in range(1, 1_201))
    ids = tuple(str(key) for key in range(1, 1_201))
    assert len(records_of(hubspot, "deal_links", ids=ids)) == 1_200
    assert sandbox.counters.requests.total() == 4
    assert sandbox.counters.refused == {}


def test_a_deal_with_very_many_people_comes_in_pages(store: Store, hubspot: Hubspot) -> None:
    """HubSpot gives some hundred associations of a record, and a cursor for the rest."""
    store.load([stored("deals", 1), stored("deals", 2)])
    store.load_links(link(1, "contacts", key, PLAIN_CONTACT) for key in range(1, 1_201))
    store.load_links([link(2, "contacts", 7, PLAIN_CONTACT)])
    found = records_of(hubspot, "deal_links", ids=("1", "2"))
    assert len({each.id for each in found}) == len(found) == 1_201


def test_a_deal_without_associations_is_no_error(store: Store, hubspot: Hubspot) -> None:
    """HubSpot tells it as an error among the results; it replaces what was known of the deal."""
    store.load([stored("deals", 1)])
    pages = pages_of(hubspot, "deal_links", ids=("1",))
    assert records_of(hubspot, "deal_links", ids=("1",)) == []
    assert pages[-1].replaces == ("1",)


def test_only_the_last_page_of_a_batch_replaces_and_moves_the_checkpoint(
    store: Store, hubspot: Hubspot
) -> None:
    """After an interruption between people and companies, both are asked for again."""
    store.load(stored("deals", key) for key in range(1, 1_201))
    ids = tuple(str(key) for key in range(1, 1_201))
    pages = pages_of(hubspot, "deal_links", ids=ids)
    assert [page.checkpoint for page in pages] == [None, "1000", "1000", "1200"]
    assert [len(page.replaces) for page in pages] == [0, 1_000, 0, 200]


def test_associations_that_cannot_be_read_stop_the_stream(connect: Connect) -> None:
    """Any other error is none to pass over: links would be missing, and nobody would know."""
    error = {"status": "error", "category": "INTERNAL_ERROR", "message": "try later"}
    body = {"results": [], "errors": [error], "numErrors": 1}
    with FaultServer([answer(body, status=207)]) as server:
        hubspot = connect(base_url=server.base_url)
        with pytest.raises(RefusedError, match="INTERNAL_ERROR: try later"):
            records_of(hubspot, "deal_links", ids=("1",))
