"""Calls, meetings and answers to surveys in HubSpot's properties."""

from collections.abc import Iterator
from datetime import timedelta

from kpiloop_sandbox.company.activities import CALL, Activity
from kpiloop_sandbox.company.chance import Chance, Weighted
from kpiloop_sandbox.company.model import Account, Deal, Outcome, Person
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot.objects import StoredLink, StoredObject
from kpiloop_sandbox.hubspot_seed.ids import Ids, activity_id, owner_id
from kpiloop_sandbox.hubspot_seed.spelling import moment

_DISPOSITIONS = {
    "connected": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
    "no answer": "73a0d17f-1163-4015-bdd5-ec830791da20",
    "left voicemail": "b2cf5968-551e-4856-9783-52b3da59a7d0",
}
_OUTCOMES = {"completed": "COMPLETED", "no show": "NO_SHOW", "canceled": "CANCELED"}
_CALL_TO_CONTACT, _MEETING_TO_CONTACT, _MEETING_TO_DEAL = 194, 200, 212
_STREAMS = 8 << 36
_ANSWERS = 0.4
_ASKED_AFTER = timedelta(days=5)
_RATINGS = Weighted(((2, 0.7), (1, 0.2), (0, 0.1)))
_GROUPS = ("Unhappy", "Neutral", "Happy")


def activity(done: Activity) -> StoredObject:
    """A call, in milliseconds, or a meeting, with its ends."""
    own = _call(done) if done.kind == CALL else _meeting(done)
    return StoredObject(
        object_type=f"{done.kind}s",
        id=activity_id(done.key),
        properties={
            "hs_timestamp": moment(done.at),
            "hubspot_owner_id": owner_id(done.owner_key),
            **own,
        },
        created_at=done.at,
        updated_at=done.at,
    )


def links(done: Activity, account: Account, ids: Ids) -> Iterator[StoredLink]:
    """Whom it was with, and about which deal; HubSpot drops those of archived records."""
    kind, key = f"{done.kind}s", activity_id(done.key)
    to_contact = _CALL_TO_CONTACT if done.kind == CALL else _MEETING_TO_CONTACT
    for person in account.people:
        if person.key == done.person_key and person.deleted_at is None:
            yield _link(kind, key, ("contacts", ids.person(person)), to_contact)
    for deal in account.deals:
        if deal.key == done.deal_key and deal.deleted_at is None:
            yield _link(kind, key, ("deals", ids.deal(deal)), _MEETING_TO_DEAL)


def survey(deal: Deal, person: Person, ids: Ids, options: CompanyOptions) -> Iterator[StoredObject]:
    """How content a buyer was with the sale, if they said so: 0, unhappy, to 2, happy."""
    chance = Chance(options.seed, _STREAMS + deal.key)
    at = deal.closes_at + _ASKED_AFTER + timedelta(hours=100 * chance.share())
    if deal.outcome is not Outcome.WON or not chance.happens(_ANSWERS) or at >= options.end:
        return
    at = at.replace(microsecond=0)
    rating = _RATINGS.pick(chance.share())
    yield StoredObject(
        object_type="feedback_submissions",
        id=ids.survey(deal, at),
        properties={
            "hs_survey_id": "1",
            "hs_survey_name": "After the sale",
            "hs_survey_type": "CSAT",
            "hs_survey_channel": "EMAIL",
            "hs_value": str(rating),
            "hs_response_group": _GROUPS[rating],
            "hs_submission_timestamp": moment(at),
            "hs_contact_id": ids.person(person),
            "hs_contact_email_rollup": person.email or "",
        },
        created_at=at,
        updated_at=at,
    )


def _call(done: Activity) -> dict[str, str]:
    return {
        "hs_call_title": "Call",
        "hs_call_status": "COMPLETED",
        "hs_call_direction": "OUTBOUND",
        "hs_call_disposition": _DISPOSITIONS[done.outcome],
        "hs_call_duration": str(done.minutes * 60_000),
    }


def _meeting(done: Activity) -> dict[str, str]:
    return {
        "hs_meeting_title": "Meeting",
        "hs_meeting_outcome": _OUTCOMES[done.outcome],
        "hs_meeting_start_time": moment(done.at),
        "hs_meeting_end_time": moment(done.at + timedelta(minutes=done.minutes)),
    }


def _link(kind: str, key: str, to: tuple[str, str], type_id: int) -> StoredLink:
    return StoredLink(from_type=kind, from_id=key, to_type=to[0], to_id=to[1], type_id=type_id)
