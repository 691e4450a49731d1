"""Views of pages, which HubSpot tells of contacts alone, and only to accounts with a large plan."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs

import pytest

from kpiloop import Window
from kpiloop.testing.fault_server import FaultServer, answer
from kpiloop_hubspot.page_views import DAYS_A_SLICE, VISITED_PAGE, view_spans
from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.routes.events import occurrences_of
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.times import to_ms
from support.hubspot import Connect, asked, records_of
from support.hubspot_home import Home

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
PATH = "GET /events/event-occurrences"


def viewed(contact: int, number: int, at: datetime, **properties: str) -> Happening:
    """A contact viewed a page."""
    told = {"hs_url": "https://www.acme.example/demo?x=1", "hs_visit_source": "PAID_SEARCH"}
    return Happening(
        collection=occurrences_of(VISITED_PAGE),
        at=to_ms(at),
        id=f"leviathan-{contact}-{number}",
        body={"objectId": str(contact), "properties": {**told, **properties}},
    )


@pytest.fixture
def home(empty_home: Home) -> Home:
    """250 views of three contacts, a minute apart, 20 days ago, and one of another year."""
    start = TODAY - 20 * DAY
    empty_home.store.happenings.load(
        [
            *(viewed(1 + number % 3, number, start + number * MINUTE) for number in range(250)),
            viewed(1, 900, TODAY - 400 * DAY),
            viewed(1, 901, TODAY - 900 * DAY),
        ]
    )
    return empty_home


def ids(home: Home) -> Sequence[str]:
    """Which views are stored."""
    return [str(key) for (key,) in home.rows("SELECT id FROM pulled.page_views ORDER BY id")]


def test_a_view_tells_its_page_its_contact_and_what_brought_the_visit(home: Home) -> None:
    """The page without host and query; an empty property is none."""
    marks = {"hs_utm_campaign": "spring", "hs_country": "de", "hs_utm_medium": ""}
    home.store.happenings.load(
        [viewed(7, 1, TODAY - DAY, hs_referrer="https://a.example/", **marks)]
    )
    home.pull("page_views")

    columns = "page, contact_id, visitor_id, original_source, utm_campaign, utm_medium, referrer"
    assert home.rows(f"SELECT {columns} FROM pulled.page_views WHERE contact_id = '7'") == [
        ("/demo", "7", "7", "PAID_SEARCH", "spring", None, "https://a.example/")
    ]


def test_what_a_contact_views_in_a_day_by_one_way_is_a_visit(home: Home) -> None:
    """HubSpot tells visits of neither a session nor a browser."""
    home.store.happenings.load(
        [
            viewed(7, 1, TODAY - DAY),
            viewed(7, 2, TODAY - DAY + MINUTE),
            viewed(7, 3, TODAY - DAY + 2 * MINUTE, hs_visit_source="DIRECT_TRAFFIC"),
            viewed(7, 4, TODAY - 2 * DAY),
            viewed(8, 5, TODAY - DAY),
        ]
    )
    home.pull("page_views")
    found = home.rows(
        "SELECT count(*) FROM pulled.page_views WHERE contact_id IN ('7', '8') GROUP BY visit_id"
    )
    assert sorted(found) == [(1,), (1,), (1,), (2,)]


def test_every_view_is_read_once_however_spans_and_pages_fall(home: Home) -> None:
    """As many days back as the settings say."""
    counts = home.counts("page_views")
    assert counts.new == 251
    assert len(ids(home)) == 251
    assert "leviathan-1-901" not in ids(home)


def test_views_before_somebody_became_known_come_to_light(
    home: Home, sandbox: HubspotSandbox
) -> None:
    """The next pull reads the last week again, and no more."""
    home.store.happenings.load([viewed(1, 902, TODAY)])
    home.pull("page_views")
    sandbox.counters.requests.clear()
    home.store.happenings.load([viewed(9, 1, TODAY - 3 * DAY)])

    assert home.counts("page_views").new == 1
    assert sandbox.counters.requests[PATH] == 1


def test_views_of_what_is_no_contact_are_nobodys(connect: Connect) -> None:
    """They are views all the same."""
    row = {
        "objectType": "COMPANY",
        "objectId": "5",
        "eventType": VISITED_PAGE,
        "occurredAt": "2026-05-11T23:47:17.075Z",
        "id": "leviathan-1",
        "properties": {"hs_url": "http://[broken"},
    }
    with FaultServer([answer({"results": [row]})]) as server:
        hubspot = connect(base_url=server.base_url)
        span = "2026-05-01T00:00:00.000Z/2026-05-31T00:00:00.000Z"
        [view] = records_of(hubspot, "page_views", slice=span)
    assert (view.contact_id, view.visitor_id, view.visit_id, view.page) == (None, None, None, None)


def test_events_are_asked_for_without_an_order(connect: Connect) -> None:
    """Sorted the other way round, HubSpot has been seen to lose its place between pages."""
    with FaultServer([answer({"results": []})]) as server:
        hubspot = connect(base_url=server.base_url)
        span = "2026-05-01T00:00:00.000Z/2026-05-31T00:00:00.000Z"
        list(hubspot.page_views(asked(hubspot, "page_views", slice=span)))
        [request] = server.received
    assert parse_qs(request.query) == {
        "eventType": ["e_visited_page"],
        "occurredAfter": ["2026-04-30T23:59:59.999Z"],
        "occurredBefore": ["2026-05-31T00:00:00.001Z"],
        "limit": ["100"],
    }


def test_a_read_that_stopped_goes_on_at_its_page(home: Home) -> None:
    """The checkpoint of a page is HubSpot's own cursor of the next."""
    span = f"{TODAY - 20 * DAY:%Y-%m-%d}T00:00:00+00:00/{TODAY:%Y-%m-%d}T00:00:00+00:00"
    first, *rest = home.hubspot.page_views(asked(home.hubspot, "page_views", slice=span))
    again = asked(home.hubspot, "page_views", slice=span, checkpoint=first.checkpoint)
    assert len(rest) == 2
    assert [each.body for each in home.hubspot.page_views(again)] == [each.body for each in rest]


def test_spans_cover_a_window_without_a_gap() -> None:
    """Each is a month, the last one shorter."""
    end = datetime(2026, 6, 1, 12, tzinfo=UTC)
    spans = [each.split("/") for each in view_spans(Window(start=None, end=end), 100)]
    assert len(spans) == 100 // DAYS_A_SLICE + 1
    assert all(one[1] == two[0] for one, two in pairwise(spans))
    assert spans[0][0][:10] == str(date(2026, 6, 1) - timedelta(days=100))
    assert spans[-1][1] == "2026-06-01T12:00:00.000Z"
