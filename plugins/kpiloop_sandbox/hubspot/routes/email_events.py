"""`/email/public/v1`: what became of e-mails at each recipient, in HubSpot's oldest spelling."""

import json
from typing import Any

from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.errors import bad_request, not_found
from kpiloop_sandbox.hubspot.happenings import LATEST
from kpiloop_sandbox.hubspot.routes.owners import cursor, offset_of

MAX_PAGE = 1_000
TYPES = (
    "PROCESSED", "SENT", "DROPPED", "DEFERRED", "DELIVERED", "BOUNCE", "OPEN", "CLICK", "PRINT",
    "FORWARD", "STATUSCHANGE", "SPAMREPORT", "UNBOUNCE",
)  # fmt: skip
_SCOPE = "content"


def events_of(kind: str) -> str:
    """The collection of happenings that holds the events of a type."""
    return f"email_events/{kind}"


def list_events(call: Call) -> Answer:
    """One page of the events of a type in a span, both ends included, the newest first."""
    limit, start = call.limit(10, MAX_PAGE), offset_of(call.one("offset"))
    kind = call.one("eventType")
    if kind not in TYPES:
        raise bad_request(f"Invalid eventType {kind}. Legal: {', '.join(TYPES)}")
    span = (_moment(call, "startTimestamp", 0), _moment(call, "endTimestamp", LATEST))
    found = call.store.happenings.page(events_of(kind), limit=limit + 1, offset=start, span=span)
    events = [_shown(call, kind, each.at, each.id, each.body) for each in found[:limit]]
    if call.flag("excludeFilteredEvents"):
        events = [each for each in events if not each.get("filteredEvent")]
    more = len(found) > limit
    body: dict[str, object] = {"hasMore": more, "offset": cursor(start + limit), "events": events}
    return Answer(body=body)


def read_campaign(call: Call) -> Answer:
    """Which e-mail an event's campaign sent: `contentId` is the marketing e-mail's id."""
    for text in call.store.documents.all("emails"):
        email: dict[str, Any] = json.loads(text)
        if str(email["campaign_id"]) == call.path["id"]:
            body: dict[str, object] = {
                "id": email["campaign_id"],
                "appId": 113,
                "appName": "Batch",
                "contentId": int(email["id"]),
                "subject": email["subject"],
                "name": email["name"],
                "type": "BATCH_EMAIL",
            }
            return Answer(body=body)
    raise not_found(f"Campaign {call.path['id']} does not exist")


def _moment(call: Call, name: str, default: int) -> int:
    text = call.one(name, str(default))
    if not text.isdigit():
        raise bad_request(f"Invalid {name} {text}: it must be milliseconds since 1970")
    return int(text)


def _shown(call: Call, kind: str, at: int, key: str, body: Any) -> dict[str, Any]:
    return {
        "id": key,
        "created": at,
        "type": kind,
        "appId": 113,
        "appName": "Batch",
        "portalId": call.account.options.portal_id,
        **body,
    }


ENDPOINTS = (
    Endpoint(method="GET", path="/email/public/events", handler=list_events, scope=_SCOPE),
    Endpoint(
        method="GET", path="/email/public/campaigns/{id}", handler=read_campaign, scope=_SCOPE
    ),
)
