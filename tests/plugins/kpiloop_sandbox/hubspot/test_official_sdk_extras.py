"""The vendor's own SDK reads all that the account holds beside contacts, companies and deals."""

from datetime import UTC, datetime, timedelta

import pytest
from hubspot import HubSpot

from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.objects import StoredEmail, StoredForm, StoredLink, StoredObject
from kpiloop_sandbox.hubspot.routes.events import VISITED_PAGE, occurrences_of
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot.times import to_ms

MADE = datetime(2025, 3, 1, 12, tzinfo=UTC)
PROPERTIES = {
    "calls": {"hs_timestamp": "2025-03-01T12:00:00Z", "hs_call_duration": "60000"},
    "meetings": {"hs_timestamp": "2025-03-01T12:00:00Z", "hs_meeting_outcome": "COMPLETED"},
    "feedback_submissions": {"hs_survey_type": "CSAT", "hs_value": "2"},
    "products": {"name": "Boat", "price": "90"},
    "line_items": {"name": "Boat", "quantity": "2"},
    "orders": {"hs_total_price": "180", "hs_currency_code": "EUR"},
}
OF_THEIR_OWN = ("calls", "meetings", "feedback_submissions")


@pytest.fixture
def filled(store: Store, sdk: HubSpot) -> HubSpot:
    """The SDK, and three records of each type in the account."""
    for object_type, properties in PROPERTIES.items():
        store.load(
            StoredObject(
                object_type=object_type,
                id=str(5_000 + number),
                properties=properties,
                created_at=MADE,
                updated_at=MADE + timedelta(days=number),
            )
            for number in range(3)
        )
    return sdk


@pytest.mark.parametrize("object_type", sorted(PROPERTIES))
def test_it_lists_reads_and_searches_a_type_as_any_object(
    filled: HubSpot, object_type: str
) -> None:
    """Page by page, by ids, and by a filter; each with the properties that are asked for."""
    api, asked = filled.crm.objects, PROPERTIES[object_type]
    first = api.basic_api.get_page(object_type, limit=2, properties=[*asked])
    rest = api.basic_api.get_page(object_type, limit=2, after=first.paging.next.after)
    assert [each.id for each in (*first.results, *rest.results)] == ["5000", "5001", "5002"]
    told = first.results[0].properties
    assert {name: told[name] for name in asked} == asked
    read = api.batch_api.read(object_type, {"inputs": [{"id": "5001"}], "properties": []})
    assert [each.id for each in read.results] == ["5001"]
    above = {"propertyName": "hs_object_id", "operator": "GT", "value": "5000"}
    found = api.search_api.do_search(object_type, {"filterGroups": [{"filters": [above]}]})
    assert found.total == 2


@pytest.mark.parametrize("object_type", OF_THEIR_OWN)
def test_it_reads_a_type_by_the_clients_own_name_for_it(filled: HubSpot, object_type: str) -> None:
    """Calls, meetings and answers to surveys have parts of their own in the SDK."""
    found = getattr(filled.crm.objects, object_type).basic_api.get_by_id("5002")
    assert (found.id, found.updated_at) == ("5002", MADE + timedelta(days=2))


def test_it_reads_products_and_line_items_by_their_own_parts(filled: HubSpot) -> None:
    """The SDK keeps these two beside contacts."""
    assert len(filled.crm.products.get_all()) == 3
    assert len(filled.crm.line_items.get_all()) == 3


def test_it_reads_what_an_order_consists_of(filled: HubSpot, store: Store) -> None:
    """Lines are associations of the order."""
    line = StoredLink(
        from_type="orders", from_id="5000", to_type="line_items", to_id="5001", type_id=513
    )
    store.load_links([line])
    api = filled.crm.associations.v4.batch_api
    page = api.get_page("orders", "line_items", {"inputs": [{"id": "5000"}]})
    assert [str(end.to_object_id) for end in page.results[0].to] == ["5001"]


def test_it_lists_forms(sdk: HubSpot, store: Store) -> None:
    """Those of other types only where they are asked for."""
    form, captured = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    store.load_forms(
        [
            StoredForm(id=form, name="Demo", created_at=MADE),
            StoredForm(id=captured, name="News", created_at=MADE, form_type="captured"),
        ]
    )
    api = sdk.marketing.forms.forms_api
    assert [each.id for each in api.get_page().results] == [form]
    assert [each.name for each in api.get_page(form_types=["all"]).results] == ["Demo", "News"]


def test_it_lists_marketing_emails_with_their_statistics(sdk: HubSpot, store: Store) -> None:
    """One that was never sent is left out of these, and of nothing else."""
    for number, counters in ((1, {"sent": 10, "delivered": 8, "open": 4}), (2, {})):
        store.load_emails(
            [
                StoredEmail(
                    id=str(number),
                    name=f"E-mail {number}",
                    subject="Hello",
                    campaign_id=number,
                    created_at=MADE,
                    publish_at=MADE,
                    counters=counters,
                )
            ]
        )
    api = sdk.marketing.emails.marketing_emails_api
    assert api.get_page().total == 2
    [sent] = api.get_page(include_stats=True).results
    assert (sent.id, sent.stats.counters["open"], sent.stats.ratios["openratio"]) == ("1", 4, 50)
    assert api.get_by_id("2").subject == "Hello"
    assert sdk.marketing.emails.statistics_api.get_emails_list().aggregate.counters["sent"] == 10


def test_it_reads_events_of_a_type_and_of_a_contact(sdk: HubSpot, store: Store) -> None:
    """Between two moments, page by page."""
    store.happenings.load(
        Happening(
            collection=occurrences_of(VISITED_PAGE),
            at=to_ms(MADE + timedelta(minutes=number)),
            id=f"leviathan-{number}",
            body={"objectId": str(201 + number % 2), "properties": {"hs_url_path": "/demo"}},
        )
        for number in range(5)
    )
    api = sdk.events.events_api
    assert VISITED_PAGE in api.get_types().event_types
    first = api.get_page(event_type=VISITED_PAGE, occurred_after=MADE, limit=3)
    rest = api.get_page(event_type=VISITED_PAGE, limit=3, after=first.paging.next.after)
    assert len(first.results) + len(rest.results) == 5
    assert first.results[0].occurred_at == MADE + timedelta(minutes=4)
    assert first.results[0].properties == {"hs_url_path": "/demo"}
    assert len(api.get_page(object_type="contact", object_id=202).results) == 2
