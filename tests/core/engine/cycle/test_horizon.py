"""How far the records reach, and which periods that makes."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.question import Moment
from kpiloop.engine.cycle.cycle import last_complete
from kpiloop.engine.cycle.horizon import Horizon, as_of, horizon_of
from kpiloop.errors import KpiloopError
from kpiloop.kpi.calendar import Grain
from kpiloop.warehouse.store import Warehouse
from support.resolved_company import utc

BERLIN = ZoneInfo("Europe/Berlin")
CONTACTS, DEALS = ("crm", "contacts"), ("crm", "deals")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    """An empty warehouse."""
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse, warehouse.transaction() as connection:
        yield connection


def read_to(connection: DuckDBPyConnection, stream: tuple[str, str], end: str) -> None:
    """Store how far a stream was read."""
    connection.execute(
        "INSERT INTO state.bookmarks (source, stream, window_end) VALUES (?, ?, ?)", [*stream, end]
    )


def horizon(first_day: date, moment: datetime) -> Horizon:
    """A horizon in Berlin."""
    return Horizon(first_day=first_day, moment=Moment(moment, BERLIN))


def test_the_as_of_time_is_the_earliest_end_of_all_streams(connection: DuckDBPyConnection) -> None:
    """Up to there every one of them is complete, and a stream that nobody uses any more waits."""
    read_to(connection, CONTACTS, "2026-05-05 12:00")
    read_to(connection, DEALS, "2026-05-05 11:00")
    read_to(connection, ("old", "contacts"), "2020-01-01")

    assert as_of(connection, [CONTACTS, DEALS]) == utc("2026-05-05T11:00")


def test_nothing_is_computed_before_every_stream_was_read(connection: DuckDBPyConnection) -> None:
    """The error names the stream that is missing."""
    read_to(connection, CONTACTS, "2026-05-05 12:00")

    with pytest.raises(KpiloopError, match="deals of crm never came to an end"):
        as_of(connection, [CONTACTS, DEALS])


def test_the_first_day_is_that_of_the_first_event(connection: DuckDBPyConnection) -> None:
    """At 23:30 UTC it is the next day in Berlin; what was deleted is no event."""
    connection.execute(
        "INSERT INTO pulled.contacts (source, id, created_at, deleted_at) VALUES "
        "('crm', '1', '2026-01-10 23:30', NULL), ('crm', '2', '2019-01-01', '2026-01-01')"
    )
    found = horizon_of(connection, Moment(utc("2026-05-05T22:30"), BERLIN))

    assert (found.first_day, found.last_day) == (date(2026, 1, 11), date(2026, 5, 6))


def test_without_events_the_horizon_is_one_day(connection: DuckDBPyConnection) -> None:
    """There is a period to show, with nothing in it."""
    found = horizon_of(connection, Moment(utc("2026-05-05T12:00"), BERLIN))

    assert (found.first_day, found.last_day) == (date(2026, 5, 5), date(2026, 5, 5))


def test_events_after_the_as_of_time_do_not_turn_the_horizon_round(
    connection: DuckDBPyConnection,
) -> None:
    """A record of next year is no reason to begin there."""
    connection.execute(
        "INSERT INTO pulled.contacts (source, id, created_at) VALUES ('crm', '1', '2027-01-10')"
    )
    found = horizon_of(connection, Moment(utc("2026-05-05T12:00"), BERLIN))

    assert found.first_day == found.last_day


@pytest.mark.parametrize(
    ("grain", "key"),
    [
        (Grain.DAY, "2026-05-04"),
        (Grain.WEEK, "2026-W18"),
        (Grain.MONTH, "2026-04"),
        (Grain.QUARTER, "2026-Q1"),
        (Grain.YEAR, "2025"),
        (Grain.EVER, "ever"),
        (Grain.ROLLING_365_DAYS, "2026-05-04"),
        (Grain.YEAR_TO_DATE, "2026-05-04"),
    ],
)
def test_records_get_the_value_of_the_last_period_that_is_over(grain: Grain, key: str) -> None:
    """A running one would change every day; `ever` ends with the records."""
    found = last_complete(grain, horizon(date(2024, 3, 15), utc("2026-05-05T12:00")))

    assert found is not None
    assert found.key == key


def test_there_is_no_such_period_in_the_first_days() -> None:
    """Of a company that is ten days old no month is over."""
    assert last_complete(Grain.MONTH, horizon(date(2026, 5, 2), utc("2026-05-12T12:00"))) is None


def test_the_first_period_is_whole() -> None:
    """A value of May, for records from May 10 on, is of all of May."""
    found = last_complete(Grain.MONTH, horizon(date(2026, 5, 10), utc("2026-06-12T12:00")))

    assert found is not None
    assert (found.first_day, found.last_day) == (date(2026, 5, 1), date(2026, 5, 31))
