"""Reading what changed, time and again, leaves the same as reading everything once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kpiloop import Contact
from kpiloop_sandbox.hubspot.kinds import CONTACTS, DEALS
from kpiloop_sandbox.hubspot.options import SandboxOptions
from support.home import Home, differences
from support.living_account import (
    INDEX_LAG,
    SETTLED,
    LivingAccount,
    Staff,
    living_account,
    seed_account,
    undisturbed,
)

NewHome = Callable[..., Home]
LAGGING = SandboxOptions(index_lag_seconds=INDEX_LAG.total_seconds())
PAUSES = (timedelta(0), timedelta(seconds=10), timedelta(minutes=20), timedelta(hours=5))


def live(account: LivingAccount, home: Home, seed: int, rounds: int) -> list[str]:
    """Rounds of work with a pull after each; some of the work is done while the pull reads."""
    staff, deeds = Staff.of(account, seed), list[str]()

    def meddle(path: str) -> None:
        if staff.dice.random() < 0.1:
            deeds.extend(staff.work(1))

    for _ in range(rounds):
        deeds += staff.work(12)
        account.before = meddle
        home.green_pull()
        account.before = undisturbed
        account.wait(staff.dice.choice(PAUSES))
    account.wait(SETTLED)
    return deeds


def assert_alike(ours: Home, fresh: Home) -> None:
    """Live records, resolved tables and published values are the same in both."""
    assert differences(ours.records(), fresh.records()) == {}
    ours.compute()
    fresh.compute()
    assert differences(ours.resolved(), fresh.resolved()) == {}
    assert differences({"values": ours.values()}, {"values": fresh.values()}) == {}


@pytest.mark.parametrize("seed", [1, 2])
def test_reading_changes_time_and_again_leaves_what_one_full_read_leaves(
    tmp_path: Path, new_home: NewHome, seed: int
) -> None:
    """Whatever people do between the pulls and during them, records, tables and KPIs are alike."""
    seed_account(tmp_path / "hubspot.sqlite", contacts=260, seed=seed)
    with living_account(tmp_path / "hubspot.sqlite", LAGGING) as account:
        ours, fresh = new_home("ours", account), new_home("fresh", account)
        ours.green_pull()
        live(account, ours, seed, rounds=4)
        ours.green_pull()
        fresh.green_pull()
        assert len(ours.living(Contact)) > 200
        assert_alike(ours, fresh)


def test_only_a_full_read_finds_what_was_deleted_for_good(
    account: LivingAccount, home: Home, new_home: NewHome
) -> None:
    """HubSpot tells nobody of a record that was purged: it stays until everything is read again."""
    contact, deal = account.ids(CONTACTS)[0], account.ids(DEALS)[0]
    account.edit(CONTACTS).purge(contact)
    account.edit(DEALS).purge(deal)
    account.wait(SETTLED)
    fresh = new_home("fresh", account)
    fresh.green_pull()

    home.green_pull()
    still_there = differences(home.records(), fresh.records())
    assert {row[0] for row in still_there["contacts"][0]} == {str(contact)}
    assert {row[0] for row in still_there["deals"][0]} == {str(deal)}

    home.green_pull(full=True)
    assert_alike(home, fresh)


def test_a_history_that_waited_while_its_record_went_away_is_not_taken_for_alive(
    account: LivingAccount, home: Home, new_home: NewHome
) -> None:
    """A pull that stops in the middle of the histories is finished by one that knows better."""
    changed = account.ids(CONTACTS)[:60]
    for each in changed:
        account.edit(CONTACTS).update(each, {"lifecyclestage": "opportunity"})
    options, asked = account.sandbox.options, list[str]()

    def revoke(path: str) -> None:
        asked.append(path)
        if sum(each.endswith("contacts/batch/read") for each in asked) == 2:
            account.sandbox.options = replace(options, tokens={})

    account.before = revoke
    assert not home.pull().is_green
    account.before = undisturbed
    account.sandbox.options = options
    for each in changed[:50]:
        account.edit(CONTACTS).archive(each)
    account.wait(SETTLED)
    home.green_pull()
    fresh = new_home("fresh", account)
    fresh.green_pull()
    assert_alike(home, fresh)
