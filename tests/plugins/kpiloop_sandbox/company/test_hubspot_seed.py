"""The demo company as HubSpot holds it."""

import json
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from kpiloop_sandbox.company.generate import generate
from kpiloop_sandbox.company.mess import BAD_AMOUNTS
from kpiloop_sandbox.company.model import Channel, Company, Source
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot.kinds import COMPANIES, CONTACTS, DEALS, KINDS, Kind
from kpiloop_sandbox.hubspot.records import Record
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot_seed import load_company, load_stream
from kpiloop_sandbox.hubspot_seed.ids import Ids
from kpiloop_sandbox.hubspot_seed.spelling import SOURCES, drill_downs

PRIMARY_COMPANY_OF_CONTACT = 1
PRIMARY_COMPANY_OF_DEAL = 5


@pytest.fixture(scope="module")
def store(company: Company) -> Iterator[Store]:
    """An account that holds the demo company."""
    with Store() as store:
        load_company(store, company)
        yield store


def _all(store: Store, kind: Kind, *, archived: bool = False) -> list[Record]:
    return store.page(kind, start=0, limit=1_000_000, archived=archived, with_history=True)


def test_the_account_holds_what_the_facts_say(store: Store, company: Company) -> None:
    """Live and archived records, counted by the account, are those of the company's facts."""
    facts = company.facts
    assert [store.count(kind) for kind in (CONTACTS, COMPANIES, DEALS)] == [
        facts.live_contacts,
        facts.live_companies,
        facts.live_deals,
    ]
    assert [len(_all(store, kind, archived=True)) for kind in (CONTACTS, COMPANIES, DEALS)] == [
        facts.deleted_contacts,
        facts.deleted_companies,
        facts.deleted_deals,
    ]


def test_every_value_belongs_to_a_defined_property(store: Store) -> None:
    """No record has a value for which HubSpot would have no definition with a legal choice."""
    for kind in KINDS:
        definitions = store.catalogue.live(kind.name)
        for record in _all(store, kind):
            for name, value in record.properties.items():
                definition = definitions[name]
                if definition.options:
                    assert value in definition.values, name


def test_the_newest_stage_of_a_history_is_the_current_one(store: Store) -> None:
    """The history of a stage grows in time and ends with the property's own value."""
    for kind, name in ((CONTACTS, "lifecyclestage"), (DEALS, "dealstage")):
        for record in _all(store, kind):
            versions = record.versions(name)
            assert versions[-1].value == record.properties[name]
            assert all(a.since < b.since for a, b in pairwise(versions))
            assert record.created <= versions[0].since <= versions[-1].since <= record.updated


def test_a_stage_that_goes_back_is_cleared_before(store: Store, company: Company) -> None:
    """HubSpot lets a lifecycle stage go back only once it is empty: its history shows that."""
    records = [*_all(store, CONTACTS), *_all(store, CONTACTS, archived=True)]
    cleared = sum(
        version.value == "" for record in records for version in record.versions("lifecyclestage")
    )
    assert cleared == company.facts.steps_back


def test_former_ids_of_a_merge_lead_to_the_survivor(store: Store, company: Company) -> None:
    """A merged contact has a new, larger id; each former id answers with it."""
    ids = Ids(company.options)
    merged = [person for person in company.people if person.merge]
    assert len(merged) == company.facts.merged_contacts
    for person in merged:
        survivor = int(ids.person(person))
        former = ids.former(person)
        assert len({survivor, *map(int, former)}) == 3
        assert survivor > int(former[0])
        for old in former:
            record = store.get(CONTACTS, int(old))
            assert record is not None
            assert record.id == survivor
            assert record.properties["hs_merged_object_ids"] == ";".join(former)


def test_ids_grow_with_time(company: Company) -> None:
    """A record that was created a minute later than another has a larger id."""
    ids = Ids(company.options)
    deals = sorted(company.deals, key=lambda deal: deal.created_at)
    for earlier, later in pairwise(deals):
        if (later.created_at - earlier.created_at).total_seconds() >= 60:
            assert int(ids.deal(later)) > int(ids.deal(earlier))


def test_no_two_records_share_an_id(store: Store, company: Company) -> None:
    """Not even records of different types do, so that no mix-up of types goes unseen."""
    ids = Ids(company.options)
    former = [old for person in company.people for old in ids.former(person)]
    current = [
        record.id
        for kind in KINDS
        for archived in (False, True)
        for record in _all(store, kind, archived=archived)
    ]
    assert len({*current, *map(int, former)}) == len(current) + len(former)


def test_contacts_and_deals_belong_to_their_primary_company(store: Store) -> None:
    """Property and primary association name the same, live company."""
    contacts = _all(store, CONTACTS)
    links = store.links.of(CONTACTS, [record.id for record in contacts], COMPANIES)
    live = {record.id for record in _all(store, COMPANIES)}
    for record in contacts:
        primary = [
            link.to_id
            for link in links.get(record.id, ())
            if link.type_id == PRIMARY_COMPANY_OF_CONTACT
        ]
        named = record.properties.get("associatedcompanyid")
        assert [str(key) for key in primary] == ([named] if named else [])
        assert set(primary) <= live
    deal_links = store.links.of(DEALS, [record.id for record in _all(store, DEALS)], COMPANIES)
    primaries = [link for found in deal_links.values() for link in found]
    assert any(link.type_id == PRIMARY_COMPANY_OF_DEAL for link in primaries)
    assert {link.to_id for link in primaries} <= live


def test_every_live_deal_has_live_contacts(store: Store) -> None:
    """A deal is associated with one to three contacts, none of them archived."""
    live = {record.id for record in _all(store, CONTACTS)}
    deals = [record.id for record in _all(store, DEALS)]
    links = store.links.of(DEALS, deals, CONTACTS)
    assert set(links) == set(deals)
    for found in links.values():
        people = {link.to_id for link in found}
        assert 1 <= len(people) <= 3
        assert people <= live


def test_bad_amounts_reach_the_account_as_they_are(store: Store, company: Company) -> None:
    """What no number property would take today is there, as old values are."""
    records = [*_all(store, DEALS), *_all(store, DEALS, archived=True)]
    bad = [record for record in records if record.properties.get("amount") in BAD_AMOUNTS]
    assert len(bad) == company.facts.deals_with_bad_amount
    assert sum("amount" not in record.properties for record in records) == (
        company.facts.deals_without_amount
    )


def test_whole_seconds_are_written_without_milliseconds(store: Store) -> None:
    """Close times that a person typed have no milliseconds, all others have three digits."""
    times = [record.properties["closedate"] for record in _all(store, DEALS)]
    short = [time for time in times if len(time) == len("2026-01-31T12:30:00Z")]
    assert 0 < len(short) < len(times)
    assert all(time.endswith(":00Z") for time in short)
    assert {len(time) for time in times if time not in short} == {len("2026-01-31T12:30:00.125Z")}


def test_campaigns_have_their_money_and_the_code_that_contacts_carry(store: Store) -> None:
    """Every UTM campaign of a contact is a campaign's code; items have ids of their own."""
    campaigns = [json.loads(text) for text in store.documents.all("campaigns")]
    codes = {campaign["properties"]["hs_utm"] for campaign in campaigns}
    used = {record.properties.get("utm_campaign") for record in _all(store, CONTACTS)} - {None}
    assert used
    assert used <= codes
    items = [
        item["id"]
        for campaign in campaigns
        for item in (*campaign["budget_items"], *campaign["spend_items"])
    ]
    assert len(items) == len(set(items)) > len(campaigns)


def test_pipelines_say_which_stages_are_won_and_lost(store: Store) -> None:
    """Each pipeline has one stage of probability 1 and one of 0, and both are closed."""
    pipelines = [json.loads(text) for text in store.documents.all("pipelines/deals")]
    assert [pipeline["id"] for pipeline in pipelines] == ["default", "74512093"]
    for pipeline in pipelines:
        closed = [
            float(stage["metadata"]["probability"])
            for stage in pipeline["stages"]
            if stage["metadata"]["isClosed"] == "true"
        ]
        assert closed == [1.0, 0.0]


def test_the_account_has_its_owners(store: Store, company: Company) -> None:
    """Everybody who owns records is a user, and one of them has left."""
    owners = [json.loads(text) for text in store.documents.all("owners")]
    assert len(owners) == len(company.background.owners)
    assert sum(owner["archived"] for owner in owners) == 1
    assert {owner["team"] for owner in owners} == {"sales", "inside_sales", "marketing"}
    named = {record.properties.get("hubspot_owner_id") for record in _all(store, CONTACTS)} - {None}
    assert named <= {owner["id"] for owner in owners}


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_is_spelled_with_a_drill_down(channel: Channel) -> None:
    """Each channel has HubSpot's own name and something in its first drill-down."""
    first, _ = drill_downs(Source(channel=channel, detail="somewhere"))
    assert SOURCES[channel].isupper()
    assert first


def test_a_stream_fills_the_account_like_a_company_in_memory(tmp_path: Path) -> None:
    """Streamed into a file, the same company gives the same records and the same facts."""
    options = CompanyOptions(until=date(2026, 2, 1), contacts=400, seed=5)
    company = generate(options)
    with Store() as at_once, Store(str(tmp_path / "account.sqlite")) as streamed:
        load_company(at_once, company)
        assert load_stream(streamed, options) == company.facts
        for kind in KINDS:
            assert _all(streamed, kind) == _all(at_once, kind)
