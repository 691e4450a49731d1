"""Leads, contacts and accounts in Salesforce's fields."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from kpiloop_sandbox.company.model import Firm, Person, Stage
from kpiloop_sandbox.hubspot_seed.ids import Ids as HubspotIds
from kpiloop_sandbox.salesforce.store import Row, Value
from kpiloop_sandbox.salesforce.times import seconds_of
from kpiloop_sandbox.salesforce_seed.ids import (
    INTEGRATION_USER,
    account_id,
    contact_id,
    lead_id,
    lone_account_id,
    loser_id,
    opportunity_id,
    prospect_id,
    step_id,
    user_id,
)
from kpiloop_sandbox.salesforce_seed.presence import (
    Known,
    has_cross_id,
    has_other_email,
    has_prospect,
    has_short_name,
)
from kpiloop_sandbox.salesforce_seed.spelling import (
    CONVERTED,
    LEAD_STATUSES,
    SOURCES,
    day_of,
    made,
    stamps,
)

_UNKNOWN_COMPANY = "[not provided]"
_PROSPECT_NAME = ("Purchasing", "Department")


def account(known: Known) -> Iterator[Row]:
    """The firm, or whoever buys without one, if sales knows it."""
    firm = known.account.firm
    if not known.is_known:
        return
    if firm is not None:
        yield _firm(firm)
        return
    for person in known.contacts:
        owner, created = _owner(person), known.first_deals[person.key].created_at
        yield {
            "Id": lone_account_id(person.key),
            "Name": _name(person),
            "Type": "Customer",
            "BillingCountry": person.country,
            "OwnerId": owner,
            "CurrencyIsoCode": "EUR",
            **stamps(owner, created, max(created, person.modified_at)),
        }


def account_of(known: Known, person: Person) -> str:
    """The id of the account to which a person belongs."""
    firm = known.account.firm
    return lone_account_id(person.key) if firm is None else account_id(firm.key)


def leads(known: Known, hubspot: HubspotIds) -> Iterator[Row]:
    """Every lead of an account, converted, deleted and merged ones included."""
    firm = known.account.firm
    for person in known.leads:
        row = _lead(known, person, hubspot)
        yield row
        if person.merge is not None and not known.converts(person):
            yield _merged(row, loser_id("00Q", person.key), person)
    if firm is not None and has_prospect(firm) and known.is_known:
        yield _prospect(firm)


def contacts(known: Known, hubspot: HubspotIds) -> Iterator[Row]:
    """Everybody in a deal, with those who were merged into them."""
    for person in known.contacts:
        row = _contact(known, person, hubspot)
        yield row
        if person.merge is not None:
            yield _merged(row, loser_id("003", person.key), person)


def lead_history(known: Known) -> Iterator[Row]:
    """The statuses that leads went through, and their conversion."""
    for person in known.leads:
        statuses = _statuses(known, person)
        for place, (old, (status, at)) in enumerate(pairwise(statuses), start=1):
            yield {
                "Id": step_id("017", person.key, place),
                "LeadId": lead_id(person.key),
                "Field": "Status",
                "DataType": "DynamicEnum",
                "OldValue": old[0],
                "NewValue": status,
                "CreatedDate": at,
                "CreatedById": _owner(person),
            }
        if known.converts(person):
            yield {
                "Id": step_id("017", person.key, 0),
                "LeadId": lead_id(person.key),
                "Field": "leadConverted",
                "DataType": "Text",
                **made(_owner(person), known.first_deals[person.key].created_at),
            }


def _statuses(known: Known, person: Person) -> list[tuple[str, int]]:
    """Each status and the second in which it was entered; the first one came with the lead."""
    deal = known.first_deals.get(person.key)
    statuses: list[tuple[str, int]] = []
    for step in person.stages:
        is_early = step.stage in (Stage.SUBSCRIBER, Stage.LEAD) and not statuses
        if is_early or (deal is not None and step.at >= deal.created_at):
            continue
        status = LEAD_STATUSES[step.stage]
        if not statuses or statuses[-1][0] != status:
            statuses.append((status, seconds_of(step.at)))
    if deal is not None:
        statuses.append((CONVERTED, seconds_of(deal.created_at)))
    return statuses


def _lead(known: Known, person: Person, hubspot: HubspotIds) -> Row:
    deal, firm, owner = known.first_deals.get(person.key), known.account.firm, _owner(person)
    statuses = _statuses(known, person)
    changed = person.modified_at if deal is None else deal.created_at
    row: dict[str, Value] = {
        "Id": lead_id(person.key),
        **_person(person, hubspot),
        "Company": firm.name if firm else _UNKNOWN_COMPANY,
        "Country": person.country,
        "Industry": firm.industry if firm else None,
        "Status": statuses[-1][0],
        **stamps(owner, person.created_at, changed),
        "CreatedDate": statuses[0][1],
        "IsDeleted": int(person.deleted_at is not None),
    }
    if deal is not None:
        row |= {
            "IsConverted": 1,
            "ConvertedDate": day_of(deal.created_at),
            "ConvertedAccountId": account_of(known, person),
            "ConvertedContactId": contact_id(person.key),
            "ConvertedOpportunityId": opportunity_id(deal.key),
        }
    return row


def _contact(known: Known, person: Person, hubspot: HubspotIds) -> Row:
    created = known.first_deals[person.key].created_at
    return {
        "Id": contact_id(person.key),
        "AccountId": account_of(known, person),
        **_person(person, hubspot),
        "MailingCountry": person.country,
        **stamps(_owner(person), created, max(created, person.modified_at)),
    }


def _person(person: Person, hubspot: HubspotIds) -> Mapping[str, Value]:
    """What leads and contacts have in common."""
    return {
        "FirstName": person.first_name,
        "LastName": person.last_name,
        "Name": _name(person),
        "Title": person.job_title,
        "Email": _email(person),
        "LeadSource": SOURCES[person.source.channel],
        "OwnerId": _owner(person),
        "HasOptedOutOfEmail": int(person.opted_out_at is not None),
        "CurrencyIsoCode": "EUR",
        "Utm_Source__c": person.source.utm_source or None,
        "Utm_Medium__c": person.source.utm_medium or None,
        "Utm_Campaign__c": person.source.utm_campaign or None,
        "HubSpot_Contact_ID__c": hubspot.person(person) if has_cross_id(person) else None,
    }


def _email(person: Person) -> str | None:
    """Salesforce keeps addresses in lower case; some are others than HubSpot's."""
    if person.email is None:
        return None
    local, _, domain = person.email.lower().partition("@")
    return f"{local}.office@{domain}" if has_other_email(person) else f"{local}@{domain}"


def _merged(row: Row, key: str, person: Person) -> Row:
    """The other record of a person that was two: deleted, and naming the one that stayed."""
    at = seconds_of(person.merge.at) if person.merge else 0
    return {
        **row,
        "Id": key,
        "IsDeleted": 1,
        "MasterRecordId": row["Id"],
        "SystemModstamp": at,
        "LastModifiedDate": at,
    }


def _prospect(firm: Firm) -> Row:
    first, last = _PROSPECT_NAME
    owner = user_id(firm.owner_key)
    return {
        "Id": prospect_id(firm.key),
        "FirstName": first,
        "LastName": last,
        "Name": f"{first} {last}",
        "Company": firm.name,
        "Email": f"purchasing@{firm.domain}",
        "Country": firm.country,
        "LeadSource": "Other",
        "Status": "Open - Not Contacted",
        "OwnerId": owner,
        "CurrencyIsoCode": "EUR",
        **stamps(owner, firm.created_at, firm.created_at),
    }


def _firm(firm: Firm) -> Row:
    owner = user_id(firm.owner_key)
    name = firm.name.rpartition(" ")[0] if has_short_name(firm) else firm.name
    return {
        "Id": account_id(firm.key),
        "Name": name,
        "Type": "Prospect",
        "Website": f"https://www.{firm.domain}",
        "BillingCountry": firm.country,
        "Industry": firm.industry,
        "NumberOfEmployees": int(firm.employees) if firm.employees.isdigit() else None,
        "OwnerId": owner,
        "CurrencyIsoCode": "EUR",
        "IsDeleted": int(firm.deleted_at is not None),
        **stamps(owner, firm.created_at, firm.modified_at),
    }


def _name(person: Person) -> str:
    return f"{person.first_name} {person.last_name}"


def _owner(person: Person) -> str:
    return INTEGRATION_USER if person.owner_key is None else user_id(person.owner_key)
