"""Mailchimp's pages at next to no cost: an audience, and e-mails with their activity.

The rows of a page are prepared templates into which only ids and times of change are written.
`/notes` tells when each request arrived, its path and its status, and begins anew.
"""

import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from kpiloop_sandbox.serving.bare import Reply, serve

AUDIENCE = "a7c1b2d3e4"
FIRST_CHANGE = datetime(2025, 1, 1, tzinfo=UTC)
"""When the first member changed; one changes each second."""
ACTS = 5
"""Activities of each recipient."""
RECIPIENTS = 10_000
"""Recipients of each e-mail, unless told otherwise."""
CONNECTIONS = 10
"""Requests that may be under way at once, where answers take time."""
_ID, _CHANGED = "1" * 32, "changed-at"
_SAMPLES = 97
_SENT = "2025-03-01T08:00:00+00:00"


class Account:
    """What there is to read, and what was asked of the server."""

    def __init__(self, members: int, emails: int, recipients: int, latency_seconds: float) -> None:
        self._members = members
        self._emails = emails
        self._recipients = recipients
        self._latency_seconds = latency_seconds
        self._ends: list[float] = []
        self._notes: list[tuple[float, str, int]] = []

    def reply(self, target: str, body: bytes) -> Reply:
        """The answer to a request."""
        del body
        url = urlsplit(target)
        if url.path == "/notes":
            notes, self._notes = self._notes, []
            return Reply(json.dumps(notes).encode())
        arrived = time.monotonic()
        answer = Reply(b"{}", 429) if self._is_one_too_many(arrived) else self._answer(url)
        if self._latency_seconds:
            self._notes.append((arrived, url.path, answer.status))
        return answer

    def _is_one_too_many(self, now: float) -> bool:
        """Whether as many as may be are under way already."""
        self._ends = [end for end in self._ends if end > now]
        self._ends.append(now + self._latency_seconds)
        return len(self._ends) > CONNECTIONS

    def _answer(self, url: SplitResult) -> Reply:
        """What is prepared; all else is not there."""
        query = dict(parse_qsl(url.query))
        match url.path.removeprefix("/3.0").strip("/").split("/"):
            case ["lists"]:
                return _listed("lists", [{"id": AUDIENCE, "name": "All"}], query)
            case ["lists", _, "members"]:
                return Reply(_member_page(self._members, query))
            case ["reports"]:
                reports = [_report(number, self._recipients) for number in range(self._emails)]
                return _listed("reports", reports, query)
            case ["reports", _]:
                return Reply(json.dumps({"send_time": _SENT}).encode())
            case ["reports", email, "email-activity"]:
                return Reply(_activity(email, self._recipients, query))
            case _:
                return Reply(b"{}", 404)


def _listed(key: str, rows: list[dict[str, Any]], query: Mapping[str, str]) -> Reply:
    offset, count = int(query.get("offset", 0)), int(query.get("count", 10))
    answer = {key: rows[offset : offset + count], "total_items": len(rows)}
    return Reply(json.dumps(answer).encode())


def _member_page(members: int, query: Mapping[str, str]) -> bytes:
    """Members later than `since`, not later than `before`: with one a second, a range of them."""
    low, high = 0, members
    if query.get("status") == "archived":
        high = 0
    if "since_last_changed" in query:
        low = max(low, _seconds(query["since_last_changed"]) + 1)
    if "before_last_changed" in query:
        high = min(high, _seconds(query["before_last_changed"]) + 1)
    start = low + int(query.get("offset", 0))
    numbers = range(start, min(start + int(query.get("count", 10)), high))
    names = query.get("fields", "").replace("members.", "").split(",")
    text, marks = _member_rows(tuple(names), len(numbers))
    values: list[int | bytes] = []
    for number in numbers:
        changed = (FIRST_CHANGE + timedelta(seconds=number)).isoformat().encode()
        values += [changed if mark else number for mark in marks]
    return b'{"members":[%b],"total_items":%d}' % (text % tuple(values), max(high - low, 0))


def _seconds(moment: str) -> int:
    return int((datetime.fromisoformat(moment) - FIRST_CHANGE).total_seconds())


@lru_cache(maxsize=64)
def _member_rows(names: tuple[str, ...], rows: int) -> tuple[bytes, tuple[bool, ...]]:
    """Rows with marks, and for each mark of a row whether it is a time."""
    samples = [
        {name: value for name, value in _member(number % _SAMPLES).items() if name in names}
        for number in range(rows)
    ]
    text = json.dumps(samples, separators=(",", ":"))[1:-1].replace("%", "%%")
    first = json.dumps(samples[0]) if samples else ""
    places = sorted((first.find(mark), mark) for mark in (_ID, _CHANGED, f"m{_ID}"))
    marks = tuple(mark == _CHANGED for place, mark in places if place >= 0)
    return text.replace(_ID, "%032d").replace(_CHANGED, "%b").encode(), marks


def _member(sample: int) -> dict[str, Any]:
    joined = (FIRST_CHANGE - timedelta(days=sample)).isoformat()
    return {
        "contact_id": _ID,
        "email_address": f"m{_ID}@company{sample}.example",
        "status": "unsubscribed" if sample % 10 == 0 else "subscribed",
        "merge_fields": {
            "FNAME": f"First{sample}",
            "LNAME": f"Last {sample}",
            "ADDRESS": "",
            "PHONE": "",
            "BIRTHDAY": "",
        },
        "timestamp_signup": joined if sample % 2 else "",
        "timestamp_opt": joined,
        "last_changed": _CHANGED,
        "location": {
            "latitude": 48.1,
            "longitude": 11.5,
            "gmtoff": 1,
            "dstoff": 2,
            "country_code": "DE",
            "timezone": "Europe/Berlin",
            "region": "by",
        },
        "source": "API - Generic",
        "list_id": AUDIENCE,
        "tags_count": 0,
        "tags": [],
    }


def _report(number: int, recipients: int) -> dict[str, Any]:
    return {
        "id": f"c{number:09d}",
        "emails_sent": recipients,
        "send_time": _SENT,
        "opens": {"opens_total": 3 * recipients},
        "clicks": {"clicks_total": 2 * recipients},
        "bounces": {"hard_bounces": 0, "soft_bounces": 0, "syntax_errors": 0},
    }


def _activity(email: str, recipients: int, query: Mapping[str, str]) -> bytes:
    start = int(query.get("offset", 0))
    numbers = range(start, min(start + int(query.get("count", 10)), recipients))
    text = _activity_rows(email, len(numbers))
    values = tuple(number for number in numbers for _ in range(2))
    return b'{"emails":[%b],"total_items":%d}' % (text % values, recipients)


@lru_cache(maxsize=8)
def _activity_rows(email: str, rows: int) -> bytes:
    samples = [_recipient(email, number % _SAMPLES) for number in range(rows)]
    text = json.dumps(samples, separators=(",", ":"))[1:-1]
    return text.replace("%", "%%").replace(_ID, "%032d").encode()


def _recipient(email: str, sample: int) -> dict[str, Any]:
    return {
        "campaign_id": email,
        "list_id": AUDIENCE,
        "list_is_active": True,
        "email_id": _ID,
        "email_address": f"m{_ID}@company{sample}.example",
        "activity": [_act(sample, place) for place in range(ACTS)],
    }


def _act(sample: int, place: int) -> dict[str, str]:
    moment = datetime.fromisoformat(_SENT) + timedelta(minutes=sample, hours=place)
    told = {"timestamp": moment.isoformat(), "ip": "192.0.2.7"}
    if place % 2:
        return {"action": "click", **told, "url": f"https://acme.example/pumps/{sample}?utm=n"}
    return {"action": "open", **told}


if __name__ == "__main__":
    members, emails, latency_ms, *more = map(int, sys.argv[1:])
    recipients = more[0] if more else RECIPIENTS
    account = Account(members, emails, recipients, latency_ms / 1_000)
    serve(account.reply, latency_seconds=latency_ms / 1_000)
