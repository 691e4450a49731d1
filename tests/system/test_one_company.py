"""One run over HubSpot, Mailchimp, Salesforce and files: one company, and nothing twice."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest

from kpiloop.engine.cycle.booking import booked
from kpiloop.engine.pull.report import PullReport
from kpiloop.plugin_host.host import PluginHost
from kpiloop_sandbox.company.model import Outcome
from support.home import Home
from support.whole_company import People, WholeCompany, whole_company

SOURCES = {"sandbox_hubspot", "sandbox_mailchimp", "sandbox_salesforce", "sandbox_files"}
TIMES = "modified_at", "first_seen_at"
"""When a row was read, and last written: by ourselves as well."""


def run(home: Home) -> tuple[list[PullReport], int]:
    """One `kpiloop run`: pull everything, compute, plan, apply; and how many values were sent."""
    with home.begin() as cycle:
        reports = list(cycle.pull(()))
        with booked(cycle.runs, "run") as booking:
            plan = cycle.plan(cycle.compute(booking.run_id).published.set_id)
        report = cycle.apply(plan)
    assert (report.rejected, report.conflicts) == (0, 0)
    return reports, report.planned


def hashes(home: Home) -> dict[str, str]:
    """A hash of every pulled and every resolved table, but for the times of reading."""
    columns = home.rows(
        "SELECT schema_name, table_name, list(column_name ORDER BY column_index)"
        " FROM duckdb_columns() WHERE schema_name IN ('pulled', 'resolved') GROUP BY ALL"
    )
    queries = {
        f"{schema}.{table}": f"SELECT {', '.join(_kept(schema, names))} FROM {schema}.{table}"
        " ORDER BY ALL"
        for schema, table, names in columns
    }
    answers = home.answers(queries)
    return {name: sha256(repr(rows).encode()).hexdigest() for name, rows in answers.items()}


def _kept(schema: str, names: list[str]) -> list[str]:
    return [f'"{name}"' for name in names if schema == "resolved" or name not in TIMES]


@pytest.fixture(scope="module")
def ran(
    tmp_path_factory: pytest.TempPathFactory, host: PluginHost
) -> Iterator[tuple[WholeCompany, list[PullReport]]]:
    """The company after its first run."""
    with whole_company(tmp_path_factory.mktemp("whole"), host) as company:
        reports, sent = run(company.home)
        assert sent > 20
        yield company, reports


def test_one_run_reads_all_systems_and_its_counts_add_up(
    ran: tuple[WholeCompany, list[PullReport]],
) -> None:
    """Every source is green, and each row that was read is accounted for."""
    _, reports = ran
    assert {report.source for report in reports} == SOURCES
    for report in reports:
        assert report.is_green, report.failed
        assert report.counts.read > 100
        assert all(stream.counts.closes for stream in report.streams)


def test_kpis_rest_on_all_systems(ran: tuple[WholeCompany, list[PullReport]]) -> None:
    """What only one system knows is there: leads, e-mails, orders, visits."""
    company, _ = ran
    known = {row[0] for row in company.home.values() if row[7] not in (None, 0)}
    assert {"new_leads", "open_rate", "revenue", "visits", "cac", "win_rate"} <= known


def test_people_of_several_systems_are_one(ran: tuple[WholeCompany, list[PullReport]]) -> None:
    """Exactly as many as the generator made, whichever systems know them."""
    company, _ = ran
    rows = company.home.rows("SELECT count(*), count(DISTINCT id) FROM resolved.people")
    assert rows == [(People(company.company).count(),) * 2]
    shared = company.home.rows(
        "SELECT count(*) FROM (SELECT person_id FROM resolved.person_contacts GROUP BY ALL"
        " HAVING count(DISTINCT source) = 3)"
    )
    assert shared[0][0] > 20


def test_revenue_counts_once(ran: tuple[WholeCompany, list[PullReport]]) -> None:
    """As many deals were won as the company won, although two systems hold most of them."""
    company, _ = ran
    won = sum(
        deal.outcome is Outcome.WON and deal.deleted_at is None for deal in company.company.deals
    )
    resolved = company.home.rows("SELECT count(*) FROM resolved.deals WHERE won_at IS NOT NULL")
    pulled = company.home.rows("SELECT count(*) FROM pulled.deals WHERE is_won")
    assert resolved == [(won,)]
    assert pulled[0][0] > 1.5 * won


def test_a_second_run_changes_no_row_and_sends_nothing(
    ran: tuple[WholeCompany, list[PullReport]],
) -> None:
    """Every pulled and every resolved table has the same hash, and no system was written to."""
    company, _ = ran
    company.wait(timedelta(hours=5))
    before, written = hashes(company.home), company.writes()
    for calls in company.calls.values():
        calls.clear()
    reports, planned = run(company.home)
    for report in reports:
        counts = report.counts
        assert (counts.new, counts.changed, counts.deleted, counts.restored) == (0, 0, 0, 0)
    assert planned == 0
    after = hashes(company.home)
    assert {name for name in before if before[name] != after[name]} == set()
    assert company.writes() == written
    assert not [call for call in company.calls["mailchimp"] if not call.startswith("GET")]
    sent = {call for call in company.calls["salesforce"] if not call.startswith("GET")}
    assert sent <= {"POST /services/oauth2/token", "POST /services/data/v67.0/jobs/query"}
