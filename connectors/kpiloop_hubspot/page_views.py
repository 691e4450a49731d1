"""Which pages contacts viewed, by the events that HubSpot keeps of them.

HubSpot tells views only of people whom it knows. What somebody looked at before comes to light when
they become known: so the last week is read again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from kpiloop import Read, Window
from kpiloop.web_api import Api, Page
from kpiloop_hubspot.objects import NEXT
from kpiloop_hubspot.paths import EVENTS
from kpiloop_hubspot.values import moment

VISITED_PAGE = "e_visited_page"
EVENT_PAGE = 100
BECOMING_KNOWN = timedelta(days=7)
DAYS_A_SLICE = 30
_TO = "/"
_EDGE = timedelta(milliseconds=1)
"""HubSpot does not say whether the ends of a span are in it: ours are a little beyond."""


def view_spans(window: Window, days: int) -> Sequence[str]:
    """The slices of a window: spans of a month, which are read side by side."""
    start = window.start - BECOMING_KNOWN if window.start else window.end - timedelta(days=days)
    step = timedelta(days=DAYS_A_SLICE)
    number = -((start - window.end) // step)
    ends = [min(start + step * place, window.end) for place in range(number + 1)]
    return [f"{moment(one)}{_TO}{moment(two)}" for one, two in pairwise(ends)]


def page_views(api: Api, read: Read) -> Iterator[Page]:
    """The views of one span, in the order in which HubSpot gives them.

    They are not sorted: asked for another order, HubSpot has been seen to lose its place.
    """
    after, before = (datetime.fromisoformat(each) for each in read.slice.split(_TO))
    return api.pages(
        EVENTS.at(),
        {
            "eventType": VISITED_PAGE,
            "occurredAfter": moment(after - _EDGE),
            "occurredBefore": moment(before + _EDGE),
            "limit": EVENT_PAGE,
        },
        rows="results",
        cursor=NEXT,
        start=read.checkpoint,
    )
