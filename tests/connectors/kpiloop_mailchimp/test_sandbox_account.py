"""The demo company's simulated account, which is strict about what it is asked."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from kpiloop import CheckStatus, Source
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_mailchimp.reads import Mailchimp
from kpiloop_mailchimp.settings import MailchimpSettings
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.mailchimp.options import DEFAULT_KEY, SandboxOptions
from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.mailchimp.store import Store
from kpiloop_sandbox.mailchimp_seed.load import load_stream

COMPANY = CompanyOptions(contacts=60, until=date(2026, 6, 1), months=6)


@pytest.fixture
def sandbox() -> Iterator[MailchimpSandbox]:
    """A small demo company, whose account enforces the limit of connections."""
    with Store() as store:
        load_stream(store, COMPANY)
        with MailchimpSandbox(store, SandboxOptions(enforce_limits=True)) as served:
            yield served


@pytest.fixture
def mailchimp(sandbox: MailchimpSandbox) -> Iterator[Mailchimp]:
    """The connector."""
    settings = MailchimpSettings(api_key=SecretStr(DEFAULT_KEY), base_url=sandbox.base_url)
    connector = Mailchimp(settings, Source(name="mailchimp", share=1.0))
    yield connector
    connector.close()


def test_all_streams_pull_and_a_second_pull_changes_nothing(
    sandbox: MailchimpSandbox, mailchimp: Mailchimp, tmp_path: Path
) -> None:
    """Nothing is refused, throttled or set aside, and the events add up to the reports' sums."""
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        first = pull(warehouse, mailchimp)
        assert first.failed == {}
        assert first.counts.quarantined == 0
        again = pull(warehouse, mailchimp, PullRequest(full=True)).counts
        assert (again.new, again.changed, again.deleted) == (0, 0, 0)
        with warehouse.cursor() as cursor:
            events = cursor.execute(
                "SELECT kind, count(*) FROM pulled.email_events GROUP BY kind"
            ).fetchall()
            totals = cursor.execute(
                "SELECT kind, sum(amount)::BIGINT FROM pulled.email_totals"
                " WHERE kind IN (SELECT kind FROM pulled.email_events) GROUP BY kind"
            ).fetchall()
    assert dict(events) == dict(totals)
    assert {"sent", "delivered", "open", "click"} <= dict(events).keys()
    assert not sandbox.counters.refused


def test_doctor_passes_on_the_sandbox(mailchimp: Mailchimp) -> None:
    """Every part of the account can be read."""
    assert {check.status for check in mailchimp.checks()} == {CheckStatus.OK}
