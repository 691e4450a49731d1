"""Mailchimp: reading what changed, time and again, leaves the same as reading everything once."""

import random
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, note

from kpiloop import Contact, EmailEvent
from kpiloop.plugin_host.host import PluginHost
from kpiloop_sandbox.mailchimp.ids import member_hash
from kpiloop_sandbox.mailchimp.objects import StoredAct
from kpiloop_sandbox.project_file import plain_project
from kpiloop_sandbox.vendors import MAILCHIMP
from support.histories import SETTLED, assert_alike, few, histories, live, seeds
from support.home import Home, differences
from support.living_audience import LivingAudience, Marketers, living_audience, seed_audience


@dataclass(frozen=True, repr=False)
class Rest:
    """An account, and the home of a project that has read it; both at rest."""

    folder: Path
    host: PluginHost

    def copied(self, to: Path) -> "Rest":
        """The same once more."""
        return Rest(Path(shutil.copytree(self.folder, to / "copy")), self.host)

    def account(self) -> AbstractContextManager[LivingAudience]:
        """The account, alive."""
        return living_audience(self.folder / "mailchimp.sqlite")

    def home(self, name: str, account: LivingAudience) -> Home:
        """A project of this name that reads the account."""
        (self.folder / name).mkdir(exist_ok=True)
        return Home(
            folder=self.folder / name,
            base_url=account.base_url,
            clock=account.clock,
            host=self.host,
            text=plain_project({MAILCHIMP: account.base_url}),
        )


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory, host: PluginHost) -> Rest:
    """A small company's account, which "ours" has read."""
    rest = Rest(tmp_path_factory.mktemp("mailchimp"), host)
    seed_audience(rest.folder / "mailchimp.sqlite", contacts=40)
    with rest.account() as account:
        rest.home("ours", account).green_pull()
    return rest


@given(rounds=histories(Marketers), seed=seeds)
@few
def test_mailchimp_changes_end_where_a_whole_read_does(
    pulled: Rest, rounds: Sequence[Sequence[str]], seed: int
) -> None:
    """Whatever people do between the pulls and during them, records, tables and KPIs are alike."""
    with TemporaryDirectory() as name:
        rest = pulled.copied(Path(name))
        with rest.account() as account:
            ours = rest.home("ours", account)
            crew = Marketers(living=account, dice=random.Random(seed))  # noqa: S311 - chance, no secret
            note("\n".join(live(crew, ours, rounds)))
            ours.green_pull()
            fresh = rest.home("fresh", account)
            fresh.green_pull()
            assert len(ours.living(Contact)) > 20
            assert len(ours.living(EmailEvent)) > 100
            assert_alike(ours, fresh)


def test_only_a_full_read_finds_whom_mailchimp_forgot(pulled: Rest, tmp_path: Path) -> None:
    """Deleting for good leaves no trace to read: the contact stays until everything is read."""
    rest = pulled.copied(tmp_path)
    with rest.account() as account:
        ours = rest.home("ours", account)
        gone = account.members("subscribed")[0]
        account.edit(gone["list_id"]).forget(gone)
        account.wait(SETTLED)
        fresh = rest.home("fresh", account)
        fresh.green_pull()

        ours.green_pull()
        left = differences(ours.records(), fresh.records())
        assert left.keys() == {"contacts"}
        assert {row[0] for row in left["contacts"][0]} == {
            f"{gone['list_id']}:{gone['contact_id']}"
        }
        assert left["contacts"][1] == []

        ours.green_pull(full=True)
        assert_alike(ours, fresh)


def test_an_email_whose_sum_stays_the_same_is_read_again_where_something_happened(
    pulled: Rest, tmp_path: Path
) -> None:
    """Somebody who was erased takes their events along, and others may do as much meanwhile."""
    rest = pulled.copied(tmp_path)
    with rest.account() as account:
        ours = rest.home("ours", account)
        campaign = account.sent()[-1]
        (one, acts), (other, _) = account.recipients(campaign)[:2]
        account.store.deliveries.erase(member_hash(one))
        for _ in range(1 + acts):
            opened = StoredAct(action="open", at=account.clock.now())
            assert account.store.deliveries.add_act(campaign, other, opened)
        account.wait(SETTLED)
        ours.green_pull()
        fresh = rest.home("fresh", account)
        fresh.green_pull()
        assert_alike(ours, fresh)
