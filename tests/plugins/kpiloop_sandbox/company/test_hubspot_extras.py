"""What the demo company's HubSpot holds beside the CRM agrees with its people and deals."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from kpiloop_sandbox.company.activities import activities_of
from kpiloop_sandbox.company.forms import FORMS, WEBINAR, submissions_of
from kpiloop_sandbox.company.model import Account, Channel, Company, Person
from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.kinds import (
    CALLS,
    CONTACTS,
    DEALS,
    FEEDBACK,
    LINE_ITEMS,
    MEETINGS,
    ORDERS,
    Kind,
)
from kpiloop_sandbox.hubspot.records import Record
from kpiloop_sandbox.hubspot.routes import email_events, forms, traffic
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot.times import to_ms
from kpiloop_sandbox.hubspot_seed import load_company
from kpiloop_sandbox.hubspot_seed.forms import form_id

EVERYTHING = 1_000_000


@pytest.fixture(scope="module")
def store(company: Company) -> Iterator[Store]:
    """An account of the company, whose sales has a CRM of its own that knows the firms' people."""
    with Store() as store:
        load_company(store, company, crm_id=crm_id)
        yield store


def crm_id(person: Person, account: Account) -> str:
    """The id of whoever has a firm."""
    return f"003{person.key:015d}" if account.firm else ""


def records(store: Store, kind: Kind, *, archived: bool = False) -> Sequence[Record]:
    """All records of a type."""
    return store.page(kind, start=0, limit=EVERYTHING, archived=archived)


def happened(store: Store, collection: str) -> Sequence[Happening]:
    """All that happened of one kind."""
    return store.happenings.page(collection, limit=EVERYTHING)


def events(store: Store, kind: str) -> Sequence[Happening]:
    """All e-mail events of a type."""
    return happened(store, email_events.events_of(kind))


def test_forms_were_sent_by_the_people_who_came_by_them(store: Store, company: Company) -> None:
    """Each submission of the neutral company is there once; of events, webinars alone have any."""
    sent = [each for person in company.people for each in submissions_of(person, company.options)]
    of_events = [each for each in sent if each.person.source.channel is Channel.EVENTS]
    assert {each.form for each in of_events} == {WEBINAR}
    assert {each.person.source.detail for each in of_events} == {"webinar"}
    for form in FORMS:
        found = happened(store, forms.submissions_of(form_id(form, company.options)))
        assert sorted(each.at for each in found) == sorted(
            to_ms(each.at) for each in sent if each.form is form
        )
    assert len(sent) > len(list(company.people)) / 2


def test_nobody_sends_a_form_before_they_are_known_or_after_the_end(company: Company) -> None:
    """The first submission is the person's beginning, and the next comes later."""
    for person in company.people:
        times = [each.at for each in submissions_of(person, company.options)]
        assert times == sorted(times)
        assert all(person.created_at <= at < company.options.end for at in times)


def test_what_is_counted_of_an_email_is_what_its_events_tell(store: Store) -> None:
    """Opens by machines are in the events and not in the counters."""
    counted: Counter[str] = Counter()
    for text in store.documents.all("emails"):
        counted.update(json.loads(text)["counters"])
    told = {
        counter: len([each for each in events(store, kind) if not each.body.get("filteredEvent")])
        for counter, kind in (
            ("sent", "SENT"),
            ("delivered", "DELIVERED"),
            ("open", "OPEN"),
            ("click", "CLICK"),
            ("bounce", "BOUNCE"),
            ("unsubscribed", "STATUSCHANGE"),
        )
    }
    assert {name: counted[name] for name in told} == told
    assert all(told.values())
    assert any(each.body["filteredEvent"] for each in events(store, "OPEN"))


def test_calls_and_meetings_are_the_companys_own(store: Store, company: Company) -> None:
    """Every neutral activity is there once, in the type that it has."""
    done = [
        each for account in company.accounts for each in activities_of(account, company.options)
    ]
    kinds = Counter(each.kind for each in done)
    assert (store.count(CALLS), store.count(MEETINGS)) == (kinds["call"], kinds["meeting"])
    keys = [record.id for record in records(store, CALLS)]
    linked = store.links.of(CALLS, keys, CONTACTS)
    assert len(linked) > len(keys) * 0.9


def test_an_order_is_a_deal_once_more(store: Store) -> None:
    """It has the deal's amount and currency, is linked with it, and has one line."""
    orders = records(store, ORDERS)
    deals = {record.id: record for record in records(store, DEALS)}
    of_deal = store.links.of(ORDERS, [record.id for record in orders], DEALS)
    lines = store.links.of(ORDERS, [record.id for record in orders], LINE_ITEMS)
    assert orders
    for order in orders:
        deal = deals[of_deal[order.id][0].to_id]
        assert order.properties["hs_total_price"] == deal.properties["amount"]
        assert order.properties["hs_currency_code"] == deal.properties["deal_currency_code"]
        assert deal.properties["hs_is_closed_won"] == "true"
        assert len(lines[order.id]) == 1


def test_surveys_are_answered_by_buyers_on_their_scale(store: Store) -> None:
    """HubSpot's ratings of a sale go from 0 to 2."""
    answers = records(store, FEEDBACK)
    known = {
        str(record.id)
        for archived in (False, True)
        for record in records(store, CONTACTS, archived=archived)
    }
    assert {record.properties["hs_value"] for record in answers} == {"0", "1", "2"}
    assert {record.properties["hs_contact_id"] for record in answers} <= known


def test_reports_of_traffic_add_up(store: Store) -> None:
    """The visits of all sources are the total's, day by day."""
    total = {each.at: each.body["visits"] for each in happened(store, traffic.traffic_by("totals"))}
    by_source: Counter[int] = Counter()
    for each in happened(store, traffic.traffic_by("sources")):
        by_source[each.at] += each.body["visits"]
    assert by_source == total


def test_most_people_of_another_crm_have_its_id_when_it_is_asked_for(
    store: Store, company: Company
) -> None:
    """Three of five of those who are in both; without being asked, nobody has such a property."""
    found = [record.properties.get("salesforce_id") for record in records(store, CONTACTS)]
    in_both = sum(
        account.firm is not None and person.deleted_at is None
        for account in company.accounts
        for person in account.people
    )
    assert sum(map(bool, found)) == pytest.approx(0.6 * in_both, rel=0.02)
    with Store() as plain:
        load_company(plain, company)
        assert plain.catalogue.find("contacts", "salesforce_id") is None
