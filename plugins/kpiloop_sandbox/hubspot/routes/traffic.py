"""`/analytics/reports`: views, visits and visitors by day, in sums that tell no single visit."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.errors import ApiError, bad_request, not_found
from kpiloop_sandbox.hubspot.times import to_ms

BREAKDOWNS = ("totals", "sources", "geolocation", "utm-campaigns", "pages")
MOST_DAYS = 500
_SCOPE = "business-intelligence"
_ALL_ROWS = 1_000_000


def traffic_by(breakdown: str) -> str:
    """The collection of happenings that holds the days of a breakdown."""
    return f"traffic/{breakdown}"


def by_day(call: Call) -> Answer:
    """The rows of each day that has any; totals come only summarized."""
    breakdown = call.path["breakdown"]
    if breakdown not in BREAKDOWNS:
        raise not_found(f"There is no report by {breakdown}")
    first, last = _day(call, "start"), _day(call, "end")
    if last - first >= timedelta(days=MOST_DAYS):
        raise ApiError(413, "RESULT_POINT_LIMIT_EXCEEDED", "VALIDATION_ERROR")
    found = call.store.happenings.page(
        traffic_by(breakdown), limit=_ALL_ROWS, span=(to_ms(first), to_ms(last))
    )
    days: dict[str, list[dict[str, object]]] = defaultdict(list)
    for each in reversed(found):
        named = {} if breakdown == "totals" else {"breakdown": each.id}
        days[_spelled(each.at)].append({**named, **each.body})
    return Answer(body=json.loads(json.dumps(days)))


def _spelled(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1_000, UTC).date().isoformat()


def _day(call: Call, name: str) -> datetime:
    text = call.one(name)
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        raise bad_request(f"Invalid {name} {text}: it must be a day as YYYYMMDD") from None


_PATH = "/analytics/reports/{breakdown}"
ENDPOINTS = (
    Endpoint(method="GET", path=f"{_PATH}/daily", handler=by_day, scope=_SCOPE),
    Endpoint(method="GET", path=f"{_PATH}/summarize/daily", handler=by_day, scope=_SCOPE),
)
