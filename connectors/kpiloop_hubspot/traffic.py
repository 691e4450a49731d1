"""Traffic by day, in the sums that HubSpot's reports tell; single visits are not to be had."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from pydantic import JsonValue, TypeAdapter

from kpiloop import NotFoundError, Read, Window
from kpiloop.web_api import Api, Page
from kpiloop_hubspot.paths import TRAFFIC

TOTALS = "totals"
BREAKDOWNS: Mapping[str, str] = MappingProxyType(
    {
        TOTALS: "total",
        "sources": "source",
        "pages": "page",
        "utm-campaigns": "campaign",
        "geolocation": "country",
    }
)
"""HubSpot's reports, and what a row of each is of."""
DAYS_A_CALL = 92
"""HubSpot gives at most 500 days a call, and fewer where they have many rows."""
SETTLING = timedelta(days=3)
"""Reports of the last days still change: visits are counted late, and today is not over."""
_DAYS: TypeAdapter[dict[str, list[dict[str, JsonValue]]]] = TypeAdapter(
    dict[str, list[dict[str, JsonValue]]]
)


def spans(window: Window, days: int) -> Sequence[str]:
    """The slices of a window: each report over as many days as one call takes."""
    last = window.end.date()
    first = (window.start.date() - SETTLING) if window.start else last - timedelta(days=days - 1)
    starts = range(0, (last - first).days + 1, DAYS_A_CALL)
    return [
        f"{report} {begin} {min(begin + timedelta(days=DAYS_A_CALL - 1), last)}"
        for report in BREAKDOWNS
        for begin in (first + timedelta(days=start) for start in starts)
    ]


def traffic(api: Api, read: Read) -> Iterator[Page]:
    """One report over some days; an account may lack single reports."""
    report, first, last = read.slice.split(" ")
    params = {"start": first.replace("-", ""), "end": last.replace("-", "")}
    period = ("summarize", "daily") if report == TOTALS else ("daily",)
    try:
        answer = api.get(TRAFFIC.at("reports", report, *period), params)
    except NotFoundError:
        if report == TOTALS:
            raise
        return
    for day, rows in answer.parse(_DAYS).items():
        yield Page.rows([_row(report, date.fromisoformat(day), row) for row in rows])


def _row(report: str, day: date, row: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    of = BREAKDOWNS[report]
    value = row.get("breakdown")
    named: dict[str, JsonValue] = {} if report == TOTALS else {of: value}
    key = ":".join(str(part) for part in (of, value, day) if part is not None)
    return {**row, **named, "id": key, "of": of, "day": day.isoformat()}
