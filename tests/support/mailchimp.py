"""A Mailchimp account of a few lines, on a real socket: what its lists do is up to the test.

Every request is answered from plain rows, as the account holds them at that moment, so that a test
can edit a list between two pages of it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any
from urllib.parse import parse_qs

from pydantic import TypeAdapter

from kpiloop import Page, Read, Window, Wire
from kpiloop.engine.pull.rows import rows_of
from kpiloop.schema.terms import with_made_keys
from kpiloop.testing import Received, Reply, answer
from kpiloop_mailchimp.reads import Mailchimp

Row = dict[str, Any]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef-us6"
EVERYTHING = Window(start=None, end=NOON + timedelta(days=3_000))
Connect = Callable[..., Mailchimp]


def told(moment: datetime) -> str:
    """A moment as Mailchimp tells it."""
    return moment.isoformat(timespec="seconds")


def member(number: int, *, changed: datetime = NOON, **more: Any) -> Row:
    """A member of an audience."""
    email = f"p{number}@acme.example"
    return {
        "id": md5(email.encode(), usedforsecurity=False).hexdigest(),
        "contact_id": f"c{number:05}",
        "list_id": "l1",
        "email_address": email,
        "status": "subscribed",
        "merge_fields": {"FNAME": "P", "LNAME": str(number), "ADDRESS": ""},
        "location": {"country_code": "DE"},
        "source": "API - Generic",
        "timestamp_signup": "",
        "timestamp_opt": told(NOON - timedelta(days=90)),
        "last_changed": told(changed),
        **more,
    }


def campaign(name: str, **more: Any) -> Row:
    """A campaign that was sent."""
    return {
        "id": name,
        "type": "regular",
        "status": "sent",
        "create_time": told(NOON - timedelta(days=2)),
        "send_time": told(NOON - timedelta(days=1)),
        "emails_sent": 2,
        "recipients": {"list_id": "l1"},
        "settings": {"title": f"Mailing {name}", "subject_line": "Pumps"},
        "tracking": {"google_analytics": "pumps"},
        **more,
    }


def report(name: str, **more: Any) -> Row:
    """The report of a campaign: nobody has done anything yet."""
    return {
        "id": name,
        "emails_sent": 2,
        "abuse_reports": 0,
        "unsubscribed": 0,
        "send_time": told(NOON - timedelta(days=1)),
        "bounces": {"hard_bounces": 0, "soft_bounces": 0, "syntax_errors": 0},
        "opens": {"opens_total": 0, "unique_opens": 0, "last_open": ""},
        "clicks": {"clicks_total": 0, "unique_subscriber_clicks": 0, "last_click": ""},
        **more,
    }


def recipient(name: str, number: int, *activity: Row, **more: Any) -> Row:
    """A recipient of a campaign, with what they did."""
    who = member(number)
    ids = {"campaign_id": name, "email_id": who["id"], "email_address": who["email_address"]}
    return {**ids, "activity": [*activity], **more}


def did(action: str, after: int = 1, **more: Any) -> Row:
    """Something that a recipient did so many minutes after noon."""
    return {"action": action, "timestamp": told(NOON + timedelta(minutes=after)), **more}


@dataclass(kw_only=True)
class Account:
    """The lists of an account, by their path; members are filtered and sorted as asked."""

    lists: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    single: dict[str, Row] = field(default_factory=dict[str, Row])
    before: Callable[[str, Mapping[str, str]], object] = lambda *_: None
    """Called before each answer: what somebody else does in the meantime."""

    def __call__(self, request: Received) -> Reply:
        """The answer to a request."""
        path = request.path.removeprefix("/3.0")
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        self.before(path, query)
        if path in self.single:
            return answer(self.single[path])
        if path not in self.lists:
            return problem(404, "The requested resource could not be found.")
        rows = self.lists[path]
        if path.endswith("/members"):
            rows = [*_members(rows, query)]
        start, count = int(query.get("offset", 0)), int(query.get("count", 10))
        if query.get("filter_bots") == "true":
            rows = [{**row, "activity": _of_people(row["activity"])} for row in rows]
        key = _KEYS.get(path.rpartition("/")[2], path.rpartition("/")[2])
        page = rows[start : start + min(count, 1_000)]
        return answer({key: page, "total_items": len(rows)})


_KEYS = {
    "email-activity": "emails",
    "unsubscribed": "unsubscribes",
    "abuse-reports": "abuse_reports",
    "sent-to": "sent_to",
    "landing-pages": "landing_pages",
    "facebook-ads": "facebook_ads",
}


def _of_people(activity: Iterable[Row]) -> list[Row]:
    return [each for each in activity if not each.get("machine")]


def problem(status: int, detail: str) -> Reply:
    """A refusal as Mailchimp words it."""
    body = {"type": "about:blank", "title": "Problem", "status": status, "detail": detail}
    return answer(body, status=status, kind="application/problem+json; charset=utf-8")


def _members(rows: Iterable[Row], query: Mapping[str, str]) -> Iterable[Row]:
    status, since = query.get("status", ""), query.get("since_last_changed", "")
    before = query.get("before_last_changed", "9")
    found = [
        row
        for row in rows
        if since < row["last_changed"] <= before
        and (row["status"] == status if status else row["status"] != "archived")
    ]
    return sorted(found, key=lambda row: row["last_changed"])


def pages_of(mailchimp: Mailchimp, stream: str, **read: Any) -> list[Page]:
    """The pages of a stream over all its slices."""
    request = Read(**{"window": EVERYTHING, **read})
    cut = mailchimp.streams()[stream].slices
    parts = cut(mailchimp, request) if cut and not request.slice else (request.slice,)
    pages: list[Page] = []
    for part in parts:
        pages += getattr(mailchimp, stream)(Read(**{"window": EVERYTHING, **read, "slice": part}))
    return pages


def records_of(mailchimp: Mailchimp, stream: str, **read: Any) -> list[Any]:
    """The records of the common schema that a stream gives."""
    first = mailchimp.streams()[stream].models[0]
    return [
        record
        for page in pages_of(mailchimp, stream, **read)
        for row in parsed(page, page.of or first)
        for record in row.records()
    ]


def rows_in(page: Page) -> list[Any]:
    """The rows of one page, but for those that it skips."""
    return [*rows_of(page, source="mailchimp", stream="")][page.skip :]


def parsed(page: Page, model: Any) -> list[Wire]:
    """The rows of one page, as a wire model reads them."""
    adapter: TypeAdapter[list[Wire]] = TypeAdapter(list[model])
    rows = [with_made_keys(row, model.made_keys) for row in rows_in(page)]
    return adapter.validate_python(rows)
