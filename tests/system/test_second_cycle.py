"""Nothing happened: nothing changes, nothing is said anew, nothing is sent."""

from datetime import timedelta

from support.home import Home
from support.living_account import LivingAccount


def write_calls(account: LivingAccount) -> list[str]:
    """The calls so far that change something in the account."""
    reading = ("/search", "/batch/read")
    posted = [each for each in account.calls if not each.startswith("GET")]
    return [each for each in posted if not each.endswith(reading)]


def test_a_second_cycle_on_an_unchanged_account_does_nothing(
    account: LivingAccount, home: Home
) -> None:
    """Our own values come back as no change; no row, no KPI and no record is touched again."""
    report = home.apply(home.newest_plan())
    assert (report.rejected, report.conflicts) == (0, 0)
    assert report.confirmed == report.planned > 50
    account.wait(timedelta(hours=5))
    account.calls.clear()
    written = account.sandbox.counters.records_written

    counts = home.green_pull().counts
    computed = home.compute().published
    again = home.apply(home.plan())

    assert counts.read > 100
    assert (counts.new, counts.changed, counts.deleted, counts.restored) == (0, 0, 0, 0)
    assert (computed.new, computed.changed) == (0, 0)
    assert computed.unchanged > 1_000
    assert again.planned == 0
    assert write_calls(account) == []
    assert account.sandbox.counters.records_written == written


def test_our_own_writes_come_back_as_no_change(account: LivingAccount, home: Home) -> None:
    """What was written has a newer time, and is read again; nothing in it counts as changed."""
    account.wait(timedelta(hours=5))
    plan = home.newest_plan()
    home.apply(plan)
    account.wait(timedelta(hours=5))
    report = home.green_pull()
    read = {each.stream: each.counts.unchanged for each in report.streams}
    written = {(each.entity, each.record_id) for each in home.plan_rows(plan)}
    assert read["contacts"] + read["companies"] + read["deals"] >= len(written) > 50
    assert report.counts.changed == 0
