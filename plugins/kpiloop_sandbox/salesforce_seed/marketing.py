"""Campaign members, calls and meetings."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from kpiloop_sandbox.company.activities import CALL, MEETING, Activity
from kpiloop_sandbox.company.model import Person
from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.store import Row
from kpiloop_sandbox.salesforce.times import seconds_of
from kpiloop_sandbox.salesforce_seed.ids import (
    INTEGRATION_USER,
    campaign_id,
    contact_id,
    lead_id,
    opportunity_id,
    user_id,
)
from kpiloop_sandbox.salesforce_seed.people import account_of
from kpiloop_sandbox.salesforce_seed.presence import Known
from kpiloop_sandbox.salesforce_seed.spelling import day_of, stamps


def members(known: Known, campaigns: dict[str, int]) -> Iterator[Row]:
    """Everybody whom a campaign brought; a converted lead counts as contact as well."""
    leads = {person.key for person in known.leads}
    for person in known.account.people:
        campaign = campaigns.get(person.source.utm_campaign)
        if campaign is None or (person.key not in leads and person.key not in known.first_deals):
            continue
        yield {
            "Id": record_id("00v", person.key + 1),
            "CampaignId": campaign_id(campaign),
            "LeadId": lead_id(person.key) if person.key in leads else None,
            "ContactId": contact_id(person.key) if person.key in known.first_deals else None,
            "Status": "Responded",
            "HasResponded": 1,
            "FirstRespondedDate": day_of(person.created_at),
            "IsDeleted": int(person.deleted_at is not None),
            "CurrencyIsoCode": "EUR",
            **stamps(INTEGRATION_USER, person.created_at, person.deleted_at or person.created_at),
        }


def tasks(known: Known, activities: Iterable[Activity]) -> Iterator[Row]:
    """The calls of an account."""
    for activity, person in _kept(known, activities, CALL):
        owner, at = user_id(activity.owner_key), activity.at
        yield {
            "Id": record_id("00T", activity.key + 1),
            **_about(known, activity, person),
            "OwnerId": owner,
            "Subject": "Call",
            "ActivityDate": day_of(at),
            "Status": "Completed",
            "Priority": "Normal",
            "TaskSubtype": "Call",
            "Type": "Call",
            "CallType": "Outbound",
            "CallDisposition": activity.outcome,
            "CallDurationInSeconds": activity.minutes * 60,
            "IsClosed": 1,
            "CompletedDateTime": seconds_of(at),
            **stamps(owner, at, at),
        }


def events(known: Known, activities: Iterable[Activity]) -> Iterator[Row]:
    """The meetings of an account; Salesforce does not say how they went."""
    for activity, person in _kept(known, activities, MEETING):
        owner, at = user_id(activity.owner_key), activity.at
        start = seconds_of(at)
        yield {
            "Id": record_id("00U", activity.key + 1),
            **_about(known, activity, person),
            "OwnerId": owner,
            "Subject": "Meeting",
            "ActivityDate": day_of(at),
            "ActivityDateTime": start,
            "StartDateTime": start,
            "EndDateTime": start + activity.minutes * 60,
            "DurationInMinutes": activity.minutes,
            "EventSubtype": "Event",
            "Type": "Meeting",
            **stamps(owner, at - timedelta(days=1), at),
        }


def _kept(
    known: Known, activities: Iterable[Activity], kind: str
) -> Iterator[tuple[Activity, Person]]:
    """The activities of one kind with people whom sales knows."""
    deals = {deal.key for deal in known.deals}
    people = {person.key: person for person in (*known.leads, *known.contacts)}
    for activity in activities:
        is_kept = activity.deal_key is None or activity.deal_key in deals
        if activity.kind == kind and is_kept and activity.person_key in people:
            yield activity, people[activity.person_key]


def _about(known: Known, activity: Activity, person: Person) -> Row:
    """With whom, and about what: what was noted with a lead moved to the contact it became."""
    is_contact = person.key in known.first_deals
    deal = activity.deal_key
    return {
        "WhoId": contact_id(person.key) if is_contact else lead_id(person.key),
        "WhatId": None if deal is None else opportunity_id(deal),
        "AccountId": account_of(known, person) if is_contact else None,
    }
