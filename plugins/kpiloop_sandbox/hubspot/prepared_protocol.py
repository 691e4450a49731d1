"""What the benchmark server answers: just what a client of this API asks, nothing more."""

import json
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kpiloop_sandbox.hubspot.prepared_rows import FIRST_ID, Range, rows_of, selected
from kpiloop_sandbox.serving.bare import Reply
from kpiloop_sandbox.serving.limits import Window

_CONTACTS = re.compile(r"/crm/(?:objects/[^/]+|v3/objects)/contacts(/search|/batch/read)?")
_IDS = re.compile(rb'"id"\s*:\s*"(\d+)"')
_EMPTY = b'{"total":0,"results":[]}'
_BURST, _BURST_SECONDS, _SEARCHES = 190, 10.0, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How much is served, and how strictly."""

    contacts: int
    enforce_limits: bool = False

    def start(self) -> "Shared":
        """What all connections share."""
        return Shared(
            settings=self,
            burst=Window(_BURST, _BURST_SECONDS),
            searches=Window(_SEARCHES, 1.0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The settings, and the limits as far as they are used up."""

    settings: Settings
    burst: Window
    searches: Window

    def refusal(self, *, is_search: bool) -> str:
        """The policy that refuses a request now, if any."""
        if not self.settings.enforce_limits:
            return ""
        window = self.searches if is_search else self.burst
        if window.take(time.monotonic()):
            return ""
        return "SECONDLY" if is_search else "TEN_SECONDLY_ROLLING"

    def reply(self, target: str, body: bytes) -> Reply:
        """The answer to a request, or that there were too many."""
        policy = self.refusal(is_search=urlsplit(target).path.endswith("/search"))
        if policy:
            return Reply(_too_many(policy), 429)
        return Reply(respond(target, body, self.settings.contacts))


def respond(target: str, body: bytes, contacts: int) -> bytes:
    """The body of the answer to a request for this path and query."""
    url = urlsplit(target)
    path = _CONTACTS.fullmatch(url.path)
    if path is None:
        return _EMPTY
    if path[1] == "/search":
        return _search(json.loads(body), contacts, backwards=b"DESCENDING" in body)
    if path[1] == "/batch/read":
        wanted = json.loads(body)
        ids = [int(key) for key in _IDS.findall(body)]
        known = [key for key in ids if FIRST_ID <= key < FIRST_ID + contacts]
        return b'{"status":"COMPLETE","results":[%b]}' % rows_of(known, _names(wanted))
    return _list(parse_qs(url.query), contacts)


def _search(request: dict[str, Any], contacts: int, *, backwards: bool) -> bytes:
    groups: list[dict[str, Any]] = request.get("filterGroups") or [{"filters": ()}]
    found = selected(groups[0].get("filters", ()), contacts)
    limit, offset = int(request.get("limit", 10)), int(request.get("after") or 0)
    ids = _cut(found, offset, limit, backwards=backwards)
    rows = rows_of([FIRST_ID + number for number in ids], _names(request))
    total, end = found.high - found.low, offset + len(ids)
    paging = b',"paging":{"next":{"after":"%d"}}' % end if end < total else b""
    return b'{"total":%d,"results":[%b]%b}' % (total, rows, paging)


def _cut(found: Range, offset: int, limit: int, *, backwards: bool) -> range:
    if backwards:
        end = found.high - offset
        return range(end - 1, max(end - limit, found.low) - 1, -1)
    return range(found.low + offset, min(found.low + offset + limit, found.high))


def _list(query: dict[str, list[str]], contacts: int) -> bytes:
    if query.get("archived", [""])[0] == "true":
        return _EMPTY
    start = max(int(query.get("after", ["0"])[0]) - FIRST_ID, 0)
    end = min(start + int(query.get("limit", ["10"])[0]), contacts)
    names = tuple(",".join(query.get("properties", [])).split(","))
    rows = rows_of(range(FIRST_ID + start, FIRST_ID + end), tuple(filter(None, names)))
    paging = b',"paging":{"next":{"after":"%d"}}' % (FIRST_ID + end) if end < contacts else b""
    return b'{"results":[%b]%b}' % (rows, paging)


def _names(request: dict[str, Any]) -> tuple[str, ...]:
    return tuple(request.get("properties") or ())


def _too_many(policy: str) -> bytes:
    body = {
        "status": "error",
        "message": f"You have reached your {policy.lower()} limit.",
        "errorType": "RATE_LIMIT",
        "policyName": policy,
    }
    return json.dumps(body).encode()
