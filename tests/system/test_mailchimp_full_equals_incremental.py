"""Mailchimp: reading what changed, time and again, leaves the same as reading everything once."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given

from kpiloop import Contact, EmailEvent
from kpiloop.plugin_host.host import PluginHost
from kpiloop_sandbox.mailchimp.ids import member_hash
from kpiloop_sandbox.mailchimp.objects import StoredAct
from kpiloop_sandbox.vendors import MAILCHIMP
from support.histories import SETTLED, assert_alike, few, histories, seeds
from support.home import differences
from support.living_audience import LivingAudience, Marketers, living_audience, seed_audience
from support.rest import Rest


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory, host: PluginHost) -> Rest[LivingAudience]:
    """A small company's account, which "ours" has read."""
    folder = tmp_path_factory.mktemp("mailchimp")
    rest = Rest(folder=folder, host=host, vendor=MAILCHIMP, served=living_audience)
    seed_audience(rest.file, contacts=40)
    return rest.read_by("ours")


@given(rounds=histories(Marketers), seed=seeds)
@few
def test_mailchimp_changes_end_where_a_whole_read_does(
    pulled: Rest[LivingAudience], rounds: Sequence[Sequence[str]], seed: int
) -> None:
    """Whatever people do between the pulls and during them, records, tables and KPIs are alike."""
    with pulled.after(Marketers, rounds, seed) as (ours, fresh):
        assert len(ours.living(Contact)) > 20
        assert len(ours.living(EmailEvent)) > 100
        assert_alike(ours, fresh)


def test_only_a_full_read_finds_whom_mailchimp_forgot(
    pulled: Rest[LivingAudience], tmp_path: Path
) -> None:
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
    pulled: Rest[LivingAudience], tmp_path: Path
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
