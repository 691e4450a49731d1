"""The demo company's Salesforce: whole in itself, and consistent with its HubSpot."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from kpiloop_sandbox.company.generate import generate
from kpiloop_sandbox.company.model import Company
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot_seed.ids import Ids as HubspotIds
from kpiloop_sandbox.salesforce.catalogue.objects import OBJECTS
from kpiloop_sandbox.salesforce.ids import is_id
from kpiloop_sandbox.salesforce.store import Store
from kpiloop_sandbox.salesforce_seed import load_company, load_stream
from kpiloop_sandbox.salesforce_seed.ids import opportunity_id

OPTIONS = CompanyOptions(until=date(2026, 11, 1), contacts=1_200)
Rows = dict[str, list[dict[str, Any]]]


def rows_of(store: Store) -> Rows:
    """Every record of every object."""
    whole: Rows = {}
    with store.transaction() as db:
        for entity in OBJECTS:
            found = db.execute(f'SELECT * FROM "{entity.name}" ORDER BY row')
            names = [column[0] for column in found.description]
            whole[entity.name] = [dict(zip(names, row, strict=True)) for row in found]
    return whole


@pytest.fixture(scope="module")
def company() -> Company:
    """The company as data."""
    return generate(OPTIONS)


@pytest.fixture(scope="module")
def org(company: Company) -> Iterator[Rows]:
    """The same company as an org."""
    with Store() as store:
        load_company(store, company)
        yield rows_of(store)


def test_the_same_company_is_the_same_org(org: Rows) -> None:
    """Loaded as a stream, every record is the same."""
    with Store() as store:
        load_stream(store, OPTIONS)
        assert rows_of(store) == org


def test_ids_are_ids_and_unique(org: Rows) -> None:
    """Over all records of an object."""
    for name, rows in org.items():
        ids = [row["Id"] for row in rows]
        assert len(set(ids)) == len(ids) > 0, name
        assert all(is_id(key) for key in ids)


def test_every_reference_leads_to_a_record(org: Rows) -> None:
    """Of one of the objects that the field may name."""
    ids = {name: {row["Id"] for row in rows} for name, rows in org.items()}
    for entity in OBJECTS:
        for field in entity.fields:
            known = {key for name in field.references for key in ids[name]}
            named = {row[field.name] for row in org[entity.name]} if field.references else set()
            assert named - {None} <= known, (entity.name, field.name)


def test_a_converted_lead_names_all_that_it_became(org: Rows) -> None:
    """Contact, account and opportunity, which belong together."""
    contacts = {row["Id"]: row for row in org["Contact"]}
    deals = {row["Id"]: row for row in org["Opportunity"]}
    converted = [row for row in org["Lead"] if row["IsConverted"]]
    assert len(converted) > 50
    for lead in converted:
        assert lead["Status"] == "Closed - Converted"
        contact, deal = contacts[lead["ConvertedContactId"]], deals[lead["ConvertedOpportunityId"]]
        assert contact["AccountId"] == deal["AccountId"] == lead["ConvertedAccountId"]
        assert contact["Email"] == lead["Email"]


def test_people_are_those_of_hubspot_by_address_or_by_id(org: Rows, company: Company) -> None:
    """But for what salespeople typed in alone: one in 25 has another address, and an id."""
    ids = HubspotIds(OPTIONS)
    emails = {person.email.lower() for person in company.people if person.email}
    keys = {ids.person(person) for person in company.people}
    kinds: Counter[str] = Counter()
    for row in (*org["Lead"], *org["Contact"]):
        if row["Email"] in emails:
            kinds["address"] += 1
        elif row["HubSpot_Contact_ID__c"] in keys:
            kinds["id"] += 1
        else:
            assert row["Email"].startswith("purchasing@")
            kinds["sales alone"] += 1
    assert kinds["address"] > 10 * kinds["id"] > 0
    assert kinds["sales alone"] > 0


def test_opportunities_are_deals_with_a_few_disagreements(org: Rows, company: Company) -> None:
    """Won ones are all there; one in 33 was discounted; what is no number has no amount."""
    deals = {opportunity_id(deal.key): deal for deal in company.deals}
    won = sum(deal.outcome == "won" for deal in company.deals)
    assert sum(row["IsWon"] for row in org["Opportunity"]) == won
    assert len(org["Opportunity"]) < len(deals)
    amounts = [(row["Amount"], deals[row["Id"]].amount) for row in org["Opportunity"]]
    typed = [(here, float(there)) for here, there in amounts if here is not None and there]
    changed = [here / there for here, there in typed if here != there]
    assert 0 < len(changed) < len(typed) / 10
    assert changed == pytest.approx([0.95] * len(changed), abs=0.001)
    assert any(here is None and there for here, there in amounts)


def test_the_history_of_a_deal_ends_where_the_deal_is(org: Rows) -> None:
    """Its last step is its stage, and each step but the first is a change of a field."""
    last = {row["OpportunityId"]: row["StageName"] for row in org["OpportunityHistory"]}
    assert last == {row["Id"]: row["StageName"] for row in org["Opportunity"]}
    steps = len(org["OpportunityHistory"]) - len(org["Opportunity"])
    assert len(org["OpportunityFieldHistory"]) == steps


def test_every_deal_has_one_primary_contact(org: Rows) -> None:
    """OpportunityContactRole marks the main person."""
    primary = Counter(
        row["OpportunityId"] for row in org["OpportunityContactRole"] if row["IsPrimary"]
    )
    assert set(primary.values()) == {1}
    assert primary.keys() == {row["Id"] for row in org["Opportunity"]}


def test_losers_of_merges_are_deleted_and_name_the_one_that_stayed(org: Rows) -> None:
    """As leads, and as contacts."""
    losers = [row for row in (*org["Lead"], *org["Contact"]) if row["MasterRecordId"]]
    assert losers
    assert all(row["IsDeleted"] for row in losers)


def test_nothing_happens_after_the_end(org: Rows) -> None:
    """No record was changed after the company's records end, or before it was made."""
    end = OPTIONS.end.timestamp()
    for name, rows in org.items():
        for row in rows:
            last = row.get("SystemModstamp", row["CreatedDate"])
            assert row["CreatedDate"] <= last <= end, name


def test_orders_come_of_won_deals(org: Rows) -> None:
    """Almost every one, with one product of the same amount."""
    won = {row["Id"]: row for row in org["Opportunity"] if row["IsWon"]}
    assert len(won) * 0.9 < len(org["Order"]) <= len(won)
    items = {row["OrderId"]: row for row in org["OrderItem"]}
    for order in org["Order"]:
        assert order["TotalAmount"] == (won[order["OpportunityId"]]["Amount"] or 0)
        assert items[order["Id"]]["TotalPrice"] == order["TotalAmount"]


def test_rates_of_the_dollar_follow_each_other(org: Rows) -> None:
    """Each month's rate ends where the next one starts."""
    rates = org["DatedConversionRate"]
    assert len(rates) == OPTIONS.months + 1
    for one, two in pairwise(rates):
        assert one["NextStartDate"] == two["StartDate"]
