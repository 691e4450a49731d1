"""Contacts, companies, deals and their associations in HubSpot's properties."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from kpiloop_sandbox.company.model import Account, Deal, Firm, Outcome, Person, Stage
from kpiloop_sandbox.hubspot.objects import StoredLink, StoredObject
from kpiloop_sandbox.hubspot_seed.ids import Ids, owner_id
from kpiloop_sandbox.hubspot_seed.spelling import (
    DEAL_STAGES,
    LIFECYCLE_STAGES,
    PIPELINES,
    SOURCES,
    drill_downs,
    moment,
    time_zone,
)

_PRIMARY_COMPANY_OF_CONTACT = 1
_PRIMARY_COMPANY_OF_DEAL = 5
_CONTACT_OF_DEAL = 3
_JUST_BEFORE = timedelta(milliseconds=1)
_RANK: dict[str, int] = {stage: rank for rank, stage in enumerate(Stage)}

_Versions = list[tuple[datetime, str]]


def contact(person: Person, account: Account, ids: Ids) -> StoredObject:
    """A contact with the history of its lifecycle stage."""
    firm = _live_firm(account) if person.firm_key is not None else None
    created = moment(person.created_at)
    history: dict[str, _Versions] = {"lifecyclestage": _lifecycle(person)}
    if person.opted_out_at is not None:
        history["hs_email_optout"] = [(person.opted_out_at, "true")]
    return StoredObject(
        object_type="contacts",
        id=ids.person(person),
        properties={
            "email": person.email or "",
            "firstname": person.first_name,
            "lastname": person.last_name,
            "jobtitle": person.job_title or "",
            "country": person.country or "",
            "company": firm.name if firm else "",
            "associatedcompanyid": ids.firm(firm) if firm else "",
            "lifecyclestage": LIFECYCLE_STAGES[person.stages[-1].stage],
            "hubspot_owner_id": "" if person.owner_key is None else owner_id(person.owner_key),
            "hs_email_optout": "true" if person.opted_out_at else "",
            "hs_timezone": time_zone(person.time_zone),
            "hs_analytics_first_timestamp": created,
            "createdate": created,
            **_source(person),
        },
        created_at=person.created_at,
        updated_at=person.modified_at,
        archived_at=person.deleted_at,
        history=history,
        merged_ids=ids.former(person),
    )


def company(firm: Firm, ids: Ids) -> StoredObject:
    """A company; its number of employees is not always a number.

    HubSpot keeps such values when a text property is changed to a number.
    """
    return StoredObject(
        object_type="companies",
        id=ids.firm(firm),
        properties={
            "name": firm.name,
            "domain": firm.domain,
            "country": firm.country,
            "industry": firm.industry,
            "numberofemployees": firm.employees,
            "hubspot_owner_id": owner_id(firm.owner_key),
            "createdate": moment(firm.created_at),
        },
        created_at=firm.created_at,
        updated_at=firm.modified_at,
        archived_at=firm.deleted_at,
    )


def deal(deal_: Deal, ids: Ids) -> StoredObject:
    """A deal with the history of its stage."""
    stages = [(change.at, DEAL_STAGES[change.stage]) for change in deal_.stages]
    return StoredObject(
        object_type="deals",
        id=ids.deal(deal_),
        properties={
            "dealname": deal_.name,
            "amount": deal_.amount or "",
            "deal_currency_code": deal_.currency,
            "pipeline": PIPELINES[deal_.pipeline],
            "dealstage": stages[-1][1],
            "dealtype": "existingbusiness" if deal_.existing_business else "newbusiness",
            "product": deal_.product,
            "closedate": moment(deal_.closes_at),
            "hubspot_owner_id": owner_id(deal_.owner_key),
            "hs_is_closed": _flag(deal_.outcome is not Outcome.OPEN),
            "hs_is_closed_won": _flag(deal_.outcome is Outcome.WON),
            "createdate": moment(deal_.created_at),
        },
        created_at=deal_.created_at,
        updated_at=deal_.modified_at,
        archived_at=deal_.deleted_at,
        history={"dealstage": stages},
    )


def links(account: Account, ids: Ids) -> Iterator[StoredLink]:
    """The associations of an account's records; HubSpot drops those of archived ones."""
    firm = _live_firm(account)
    company_id = ids.firm(firm) if firm else None
    contact_ids = {
        person.key: ids.person(person) for person in account.people if person.deleted_at is None
    }
    for person in account.people:
        if company_id and person.firm_key is not None and person.key in contact_ids:
            yield _to_company(
                "contacts", contact_ids[person.key], company_id, _PRIMARY_COMPANY_OF_CONTACT
            )
    for each in account.deals:
        if each.deleted_at is None:
            yield from _deal_links(ids.deal(each), each, contact_ids, company_id)


def _live_firm(account: Account) -> Firm | None:
    """The account's firm, unless its record was deleted."""
    firm = account.firm
    return firm if firm is not None and firm.deleted_at is None else None


def _deal_links(
    deal_id: str, deal_: Deal, contact_ids: Mapping[int, str], company_id: str | None
) -> Iterator[StoredLink]:
    if company_id is not None:
        yield _to_company("deals", deal_id, company_id, _PRIMARY_COMPANY_OF_DEAL)
    for key in deal_.persons:
        yield StoredLink(
            from_type="deals",
            from_id=deal_id,
            to_type="contacts",
            to_id=contact_ids[key],
            type_id=_CONTACT_OF_DEAL,
        )


def _to_company(kind: str, from_id: str, company_id: str, type_id: int) -> StoredLink:
    return StoredLink(
        from_type=kind,
        from_id=from_id,
        to_type="companies",
        to_id=company_id,
        type_id=type_id,
        label="Primary",
    )


def _lifecycle(person: Person) -> _Versions:
    """The stages oldest first; HubSpot clears a stage before it lets it go back."""
    versions: _Versions = []
    last_rank = 0
    for change in person.stages:
        rank = _RANK[change.stage]
        if rank < last_rank:
            versions.append((change.at - _JUST_BEFORE, ""))
        versions.append((change.at, LIFECYCLE_STAGES[change.stage]))
        last_rank = rank
    return versions


def _source(person: Person) -> dict[str, str]:
    source = person.source
    first, second = drill_downs(source)
    return {
        "hs_analytics_source": SOURCES[source.channel],
        "hs_analytics_source_data_1": first,
        "hs_analytics_source_data_2": second,
        "hs_latest_source": SOURCES[source.channel],
        "utm_source": source.utm_source,
        "utm_medium": source.utm_medium,
        "utm_campaign": source.utm_campaign,
    }


def _flag(value: bool) -> str:  # noqa: FBT001 - the value is what is spelled
    return "true" if value else "false"
