"""A pull that is killed goes on where it was: little is asked again, nothing lost or doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpiloop.clock import SystemClock
from kpiloop.plugin_host.host import PluginHost
from kpiloop_sandbox.mailchimp.objects import StoredDelivery
from kpiloop_sandbox.project_file import plain_project
from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.vendors import MAILCHIMP, SALESFORCE, Vendor
from support.home import Home, differences
from support.living import Living, undisturbed
from support.living_audience import living_audience, seed_audience
from support.living_org import living_org, seed_org
from support.program import START
from support.salesforce_org import lead

_PATIENCE = 90.0


@dataclass(kw_only=True)
class Killer:
    """Kills a pull at the so-manieth call to a path, which is never answered then."""

    living: Living
    ending: str
    at: int
    process: subprocess.Popen[str] | None = None
    seen: int = 0

    def __call__(self, path: str) -> None:
        """Hear of a call."""
        self.seen += path.endswith(self.ending)
        if self.seen == self.at and self.process is not None:
            os.kill(self.process.pid, signal.SIGKILL)

    def kill_a_pull(self, folder: Path) -> None:
        """Start `kpiloop pull` in a folder, and kill it."""
        self.living.before = self
        state = {"XDG_STATE_HOME": str(folder / "state")}
        with subprocess.Popen(
            [sys.executable, "-c", START, "pull"],
            cwd=folder,
            env={**os.environ, **state},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as self.process:
            _, said = self.process.communicate(timeout=_PATIENCE)
        assert self.process.returncode == -signal.SIGKILL, said
        self.living.before = undisturbed


def home_in(folder: Path, vendor: Vendor[Any], living: Mapping[str, str], host: PluginHost) -> Home:
    """A project that reads the account, by the clock on the wall as its killed pull did."""
    folder.mkdir()
    address, more = living["address"], living.get("more", "")
    text = plain_project({vendor: address}) + more
    (folder / "kpiloop.toml").write_text(text)
    return Home(folder=folder, base_url=address, clock=SystemClock(), host=host, text=text)


def assert_same(ours: Home, fresh: Home) -> None:
    """Both hold the same living rows, and no row twice."""
    fresh.green_pull()
    mine = ours.records()
    assert differences(mine, fresh.records()) == {}
    assert {name: len(rows) for name, rows in mine.items()} == {
        name: len(rows) for name, rows in fresh.records().items()
    }


def test_a_killed_pull_of_mailchimp_goes_on_within_its_e_mail(
    tmp_path: Path, host: PluginHost
) -> None:
    """Thirteen pages of recipients: those that were stored are not asked for again."""
    seed_audience(tmp_path / "mailchimp.sqlite", contacts=20)
    # Slow enough that several batches are stored, each of which waits a moment for more.
    with living_audience(tmp_path / "mailchimp.sqlite", latency_ms=150) as account:
        account.clock.advance(time.time() - account.seconds())
        campaign = account.sent()[-1]
        account.store.load_deliveries(
            StoredDelivery(campaign_id=campaign, email=f"p{number}@client.example")
            for number in range(12_000)
        )
        where = {"address": account.base_url}
        ours = home_in(tmp_path / "ours", MAILCHIMP, where, host)
        path = f"{campaign}/email-activity"
        Killer(living=account, ending=path, at=12).kill_a_pull(ours.folder)

        account.calls.clear()
        report = ours.green_pull()
        resumed = {each.stream for each in report.streams if each.resumed}
        assert "email_activity" in resumed
        assert 2 <= sum(call.endswith(path) for call in account.calls) <= 10
        fresh = home_in(tmp_path / "fresh", MAILCHIMP, where, host)
        assert_same(ours, fresh)
        events = "SELECT count(*) FROM pulled.email_events WHERE email LIKE 'p%@client.example'"
        assert ours.rows(events) == [(24_000,)]


def test_a_killed_bulk_pull_of_salesforce_goes_on_with_the_same_job(
    tmp_path: Path, host: PluginHost
) -> None:
    """A hundred pages of results: no second job is made, and the pages that were stored stay."""
    seed_org(tmp_path / "salesforce.sqlite", contacts=20)
    # Slow enough that several batches are stored, each of which waits a moment for more.
    options = SandboxOptions(bulk_page=100, latency_ms=80)
    with living_org(tmp_path / "salesforce.sqlite", options) as org:
        org.clock.advance(time.time() - org.seconds())
        org.store.load("Lead", (lead(10_000 + n, IsDeleted=0) for n in range(10_000)))
        where = {"address": org.base_url, "more": "bulk_above = 1000\n"}
        ours = home_in(tmp_path / "ours", SALESFORCE, where, host)
        Killer(living=org, ending="/results", at=90).kill_a_pull(ours.folder)

        org.calls.clear()
        report = ours.green_pull()
        resumed = {each.stream for each in report.streams if each.resumed}
        assert "leads" in resumed
        assert not any(call.startswith("POST") and "/jobs/" in call for call in org.calls)
        assert 11 <= sum("/results" in call for call in org.calls) <= 75
        fresh = home_in(tmp_path / "fresh", SALESFORCE, where, host)
        assert_same(ours, fresh)
        assert ours.rows("SELECT count(*) FROM pulled.contacts WHERE email LIKE 'lead1%'")[0][0] > 0
