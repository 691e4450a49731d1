"""What the sources tell of, by the streams that were merged and by what they brought."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from kpiloop import Contact, Deal, PageView
from kpiloop.connector.reading import Cursor, Stream
from kpiloop.engine.cycle.coverage import coverage_of
from kpiloop.warehouse.store import Warehouse
from support.resolved_company import Company, empty_company

STREAMS = {
    ("crm", name): Stream(name=name, models=(model,), cursor=Cursor.NONE)
    for name, model in (("contacts", Contact), ("deals", Deal), ("views", PageView))
}
BEGIN = date(2026, 1, 5)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """A warehouse in which only contacts were read, of which there are none."""
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse, warehouse.transaction() as connection:
        merged(connection, "contacts")
        yield empty_company(connection)


def merged(connection: DuckDBPyConnection, stream: str) -> None:
    """Note that a stream was read to its end."""
    connection.execute(
        "INSERT INTO state.merges (source, stream, merged_at) VALUES ('crm', ?, now()::TIMESTAMP)",
        [stream],
    )


def test_a_stream_that_was_read_to_its_end_tells_that_there_is_nothing(company: Company) -> None:
    """One that the account lacks, or that nobody has, tells nothing."""
    untold = coverage_of(company.connection, STREAMS, BEGIN).untold
    assert not untold.keys() & {"people", "stage_intervals", "customer_intervals", "costs"}
    assert untold["deals"] == "deals"
    assert untold["page_views"] == "page_views"
    assert untold["deliveries"] == "email_events"


def test_a_stream_of_another_project_tells_nothing(company: Company) -> None:
    """A source that was taken out of the settings is asked no more."""
    assert "people" in coverage_of(company.connection, {}, BEGIN).untold


def test_what_has_rows_is_told_whatever_stream_brought_them(company: Company) -> None:
    """A page of one kind may hold records of another."""
    company.connection.execute("INSERT INTO pulled.email_events (source, id) VALUES ('crm', '1')")
    assert "deliveries" not in coverage_of(company.connection, STREAMS, BEGIN).untold


def test_a_log_tells_from_its_first_line_on(company: Company) -> None:
    """What was thrown away before is not known; of people the first is the first there was."""
    company.put("page_views", viewed_at="2026-04-12T23:30", source="crm")
    company.put("page_views", viewed_at="2026-05-12T12:00", source="log")
    company.put("page_views", viewed_at="2026-06-12T12:00", source="log")
    company.put("people", created_at="2026-03-01T12:00")
    found = coverage_of(company.connection, STREAMS, BEGIN)
    assert (found.first_day, found.since) == (BEGIN, {"page_views": date(2026, 4, 13)})
    assert found.by_all_since == {"page_views": date(2026, 5, 12)}


def test_sums_of_single_pages_do_not_say_when_a_site_is_told_of(company: Company) -> None:
    """Another system's landing pages of last week leave the sums of the site whole."""
    company.put("traffic_periods", traffic_day=date(2026, 6, 2), source="mail", breakdown="page")
    page_alone = coverage_of(company.connection, STREAMS, BEGIN)
    company.put("traffic_periods", traffic_day=date(2026, 4, 2), source="crm", breakdown="source")
    found = coverage_of(company.connection, STREAMS, BEGIN)

    assert page_alone.since == {"traffic_periods": date(2026, 6, 2)}
    assert found.by_all_since == {"traffic_periods": date(2026, 4, 2)}
