"""`/events/event-occurrences`: what contacts did, one event after the other."""

from typing import Any

from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.errors import bad_request
from kpiloop_sandbox.hubspot.happenings import LATEST, Happening
from kpiloop_sandbox.hubspot.routes.owners import cursor, offset_of
from kpiloop_sandbox.hubspot.times import iso, parse_ms

VISITED_PAGE = "e_visited_page"
TYPES = (VISITED_PAGE, "e_form_view", "e_meeting_booked")
MAX_PAGE = 100
_CONTACT = "CONTACT"
_NAMES = frozenset({"contact", "contacts", "0-1"})
_ALL = 1_000_000
_SCOPE = "oauth"


def occurrences_of(event_type: str) -> str:
    """The collection of happenings that holds the events of a type."""
    return f"events/{event_type}"


def list_occurrences(call: Call) -> Answer:
    """One page of events, the newest first; a type or a record must be named."""
    limit, start = call.limit(MAX_PAGE, MAX_PAGE), offset_of(call.one("after"))
    found = _found(call)
    shown = [_shown(*each) for each in found[start : start + limit]]
    body: dict[str, object] = {"results": shown}
    if start + limit < len(found):
        body.update(call.next_page(cursor(start + limit)))
    return Answer(body=body)


def list_types(_call: Call) -> Answer:
    """The names of all types, whether the account has such events or not."""
    return Answer(body={"eventTypes": [*TYPES]})


def _found(call: Call) -> list[tuple[str, Happening]]:
    kind, record = call.one("eventType"), call.one("objectId")
    object_type = call.one("objectType").lower()
    if record and not object_type:
        raise bad_request("objectType is required when objectId is given")
    if not kind and not record:
        raise bad_request("Either eventType or objectId must be given")
    if kind and kind not in TYPES:
        raise bad_request(f"Unable to find event type {kind}")
    if object_type and object_type not in _NAMES:
        return []
    span = (_moment(call, "occurredAfter", 0), _moment(call, "occurredBefore", LATEST))
    return [
        (each, happened)
        for each in ([kind] if kind else TYPES)
        for happened in call.store.happenings.page(occurrences_of(each), limit=_ALL, span=span)
        if not record or happened.body["objectId"] == record
    ]


def _moment(call: Call, name: str, default: int) -> int:
    text = call.one(name)
    moment = parse_ms(text) if text else default
    if moment is None:
        raise bad_request(f"Invalid {name} {text}: it must be a time in ISO 8601")
    return moment


def _shown(kind: str, happened: Happening) -> dict[str, Any]:
    return {
        "objectType": _CONTACT,
        "objectId": happened.body["objectId"],
        "eventType": kind,
        "occurredAt": iso(happened.at),
        "id": happened.id,
        "properties": happened.body["properties"],
    }


ENDPOINTS = tuple(
    endpoint
    for path in ("/events/event-occurrences", "/events/events")
    for endpoint in (
        Endpoint(method="GET", path=f"{path}/event-types", handler=list_types, scope=_SCOPE),
        Endpoint(method="GET", path=path, handler=list_occurrences, scope=_SCOPE),
    )
)
