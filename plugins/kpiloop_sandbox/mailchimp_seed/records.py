"""Subscribers as members of an audience, and what they received as deliveries."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from kpiloop_sandbox.company.reading import Act, Delivery, End
from kpiloop_sandbox.company.subscribers import Subscriber
from kpiloop_sandbox.mailchimp.ids import number_of
from kpiloop_sandbox.mailchimp.objects import StoredAct, StoredDelivery, StoredMember
from kpiloop_sandbox.mailchimp_seed.spelling import (
    COUNTRY_CODES,
    HUMAN_IP,
    LANGUAGES,
    MACHINE_IP,
    Ids,
)

_STATUSES = {
    End.UNSUBSCRIBED: "unsubscribed",
    End.COMPLAINED: "unsubscribed",
    End.BOUNCED: "cleaned",
}
_REASONS = {End.UNSUBSCRIBED: "None given", End.COMPLAINED: "N/A (Abuse complaint)"}
_EVENT_GUEST = "Event guest"
_VARIANTS = ("a", "b")
_IPS = 250


def member(subscriber: Subscriber, ids: Ids) -> StoredMember:
    """A subscriber as the audience has them."""
    country_code = COUNTRY_CODES.get(subscriber.country or "", "")
    lapse = subscriber.lapse
    return StoredMember(
        list_id=ids.audience(subscriber.readers),
        email=subscriber.email,
        status=_status(subscriber),
        signed_up_at=subscriber.signed_up_at,
        opted_at=None if subscriber.pending else subscriber.signed_up_at,
        changed_at=_changed(subscriber),
        merge_fields={
            "FNAME": subscriber.first_name,
            "LNAME": subscriber.last_name,
            "COUNTRY": subscriber.country or "",
            "ADDRESS": "",
        },
        tags=(_EVENT_GUEST,) if subscriber.is_event_guest else (),
        language=LANGUAGES.get(country_code, "en"),
        country_code=country_code,
        source="Hosted Signup Form" if subscriber.person is None else "API - Generic",
        reason=_REASONS.get(lapse.end, "") if lapse else "",
    )


def deliveries(subscriber: Subscriber, campaign_ids: Mapping[int, str]) -> Iterator[StoredDelivery]:
    """What a subscriber received; `campaign_ids` go by the key of the mailing."""
    for each in subscriber.deliveries:
        lapse = each.lapse
        left = lapse.at if lapse and lapse.end is not End.BOUNCED else None
        yield StoredDelivery(
            campaign_id=campaign_ids[each.mailing],
            email=subscriber.email,
            status=each.bounced or "sent",
            group=_VARIANTS[each.variant] if each.is_test else "",
            acts=tuple(_acts(each, subscriber.email)),
            unsubscribed_at=left,
            reason=_REASONS.get(lapse.end, "") if lapse else "",
            complained_at=left if lapse and lapse.end is End.COMPLAINED else None,
        )


def _status(subscriber: Subscriber) -> str:
    if subscriber.archived_at is not None:
        return "archived"
    if subscriber.pending:
        return "pending"
    return _STATUSES[subscriber.lapse.end] if subscriber.lapse else "subscribed"


def _changed(subscriber: Subscriber) -> datetime:
    moments = [subscriber.signed_up_at]
    if subscriber.lapse is not None:
        moments.append(subscriber.lapse.at)
    if subscriber.archived_at is not None:
        moments.append(subscriber.archived_at)
    return max(moments)


def _acts(delivery: Delivery, email: str) -> Iterator[StoredAct]:
    if delivery.bounced:
        at = delivery.lapse.at if delivery.lapse else delivery.sent_at
        yield StoredAct(action="bounce", at=at, kind=delivery.bounced)
    ip = HUMAN_IP.format(1 + number_of("ip", email) % _IPS)
    for act in delivery.acts:
        yield _act(act, ip)


def _act(act: Act, ip: str) -> StoredAct:
    return StoredAct(
        action=act.deed.value,
        at=act.at,
        url=act.link,
        ip=MACHINE_IP if act.is_machine else ip,
        is_machine=act.is_machine,
    )
