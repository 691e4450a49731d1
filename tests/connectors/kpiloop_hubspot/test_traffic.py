"""Traffic by day, in HubSpot's own sums."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kpiloop import Window
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop_hubspot.traffic import BREAKDOWNS, spans
from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.routes.traffic import MOST_DAYS, traffic_by
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.times import to_ms
from support.hubspot import Connect
from support.hubspot_home import Home

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
DAY = timedelta(days=1)
PATH = "GET /analytics/reports/{breakdown}/daily"
COUNTS = {"rawViews": 30, "visits": 12, "visitors": 10, "contacts": 2}


def counted(report: str, name: str, day: datetime, **counts: int) -> Happening:
    """A row of a report for a day."""
    return Happening(
        collection=traffic_by(report), at=to_ms(day), id=name, body={**COUNTS, **counts}
    )


@pytest.fixture
def home(empty_home: Home) -> Home:
    """Yesterday's traffic, in total, by source and by page."""
    empty_home.store.happenings.load(
        [
            counted("totals", "", TODAY - DAY),
            counted("sources", "paid-social", TODAY - DAY),
            counted("sources", "organic", TODAY - DAY, visits=3),
            counted("pages", "www.acme.example/", TODAY - DAY),
            counted("totals", "", TODAY - 900 * DAY),
        ]
    )
    return empty_home


def test_each_report_gives_rows_of_days(home: Home) -> None:
    """Views, visits, visitors and new contacts, at the grain that HubSpot tells."""
    home.pull("traffic")
    yesterday = (TODAY - DAY).date()
    columns = "breakdown, first_day, last_day, page_views, visits, visitors, contacts"
    total = home.rows(f"SELECT {columns} FROM pulled.traffic_periods WHERE breakdown = 'total'")
    assert total == [("total", yesterday, yesterday, 30, 12, 10, 2)]
    page = home.rows("SELECT page FROM pulled.traffic_periods WHERE breakdown = 'page'")
    assert page == [("www.acme.example/",)]


def test_sources_have_the_names_that_contacts_have(home: Home) -> None:
    """Reports spell them otherwise; the rules for channels know but one spelling."""
    home.pull("traffic")
    query = (
        "SELECT original_source, visits FROM pulled.traffic_periods"
        " WHERE breakdown = 'source' ORDER BY ALL"
    )
    assert home.rows(query) == [("ORGANIC_SEARCH", 3), ("PAID_SOCIAL", 12)]


def test_days_that_still_change_are_read_again(home: Home, sandbox: HubspotSandbox) -> None:
    """A second pull asks for the last days alone, and finds yesterday's late visits."""
    home.pull("traffic")
    sandbox.counters.requests.clear()
    home.store.happenings.load([counted("totals", "", TODAY - DAY, visits=13)])
    assert home.counts("traffic").changed == 1
    assert sandbox.counters.requests[PATH] == len(BREAKDOWNS) - 1


def test_the_first_pull_goes_back_as_far_as_the_settings_say(home: Home, connect: Connect) -> None:
    """Two years, if nothing else is said."""
    home.pull("traffic")
    query = "SELECT count(*) FROM pulled.traffic_periods WHERE breakdown = 'total'"
    assert home.rows(query) == [(1,)]
    hubspot = connect(traffic_days=1_000)
    pull(home.warehouse, hubspot, PullRequest(streams=("traffic",), full=True))
    assert home.rows(query) == [(2,)]


def test_reports_give_at_most_500_days_a_call() -> None:
    """Spans cover a window without a gap, each well below the limit."""
    window = Window(start=None, end=datetime(2026, 6, 1, 12, tzinfo=UTC))
    days: list[date] = []
    for each in spans(window, 800):
        report, first, last = each.split(" ")
        length = date.fromisoformat(last) - date.fromisoformat(first)
        assert length < timedelta(days=MOST_DAYS)
        if report == "totals":
            days += [date.fromisoformat(first) + timedelta(days=n) for n in range(length.days + 1)]
    assert days == [date(2026, 6, 1) - timedelta(days=n) for n in range(799, -1, -1)]
