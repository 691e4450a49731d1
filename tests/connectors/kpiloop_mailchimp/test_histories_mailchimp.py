"""Whatever happened to an audience, reading changes ends where reading everything does."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_mailchimp.listing import OVERLAP, PAGE
from kpiloop_mailchimp.reads import Mailchimp
from support.mailchimp import NOON, Account, member, pages_of, recipient, rows_in, told

MEMBERS = "/lists/l1/members"
STREAMS = PullRequest(streams=("members", "archived_members"))
LIVING = "SELECT id, email, last_name, opted_out FROM pulled.contacts WHERE deleted_at IS NULL"
STATUSES = ("subscribed", "unsubscribed", "cleaned", "archived")

Edit = tuple[int, str, bool]
"""Who is edited, what becomes of them, and whether a second passes before."""


def live_rows(warehouse: Warehouse, mailchimp: Mailchimp, *, full: bool = False) -> list[Any]:
    """The living members after a pull."""
    request = PullRequest(streams=STREAMS.streams, full=full)
    report = pull(warehouse, mailchimp, request)
    assert report.failed == {}
    with warehouse.cursor() as cursor:
        return sorted(cursor.execute(LIVING).fetchall())


def make(account: Account, edits: Iterable[Edit], now: datetime) -> datetime:
    """Edit members: a new state, another name, another address; unknown ones are added."""
    rows = {row["contact_id"]: row for row in account.lists[MEMBERS]}
    for number, (who, what, passes) in enumerate(edits):
        now += timedelta(seconds=passes)
        row = rows.setdefault(f"c{who:05}", member(who))
        if what in STATUSES:
            row["status"] = what
        else:
            row[what] = f"{who}-{number}@acme.example"
        row["last_changed"] = told(now)
    account.lists[MEMBERS] = [*rows.values()]
    return now


one_edit = st.tuples(
    st.integers(0, 4), st.sampled_from((*STATUSES, "email_address")), st.booleans()
)


@given(histories=st.lists(st.lists(one_edit, min_size=1, max_size=5), min_size=1, max_size=3))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changes_end_where_everything_does(
    account: Account, mailchimp: Mailchimp, histories: list[list[Edit]]
) -> None:
    """Members are added, edited, archived and brought back, several times in a second."""
    account.lists[MEMBERS] = [member(0), member(1)]
    now = NOON
    with TemporaryDirectory() as folder:
        with Warehouse.open(Path(folder) / "changes.duckdb") as changes:
            live_rows(changes, mailchimp)
            for edits in histories:
                now = make(account, edits, now)
                by_changes = live_rows(changes, mailchimp)
        with Warehouse.open(Path(folder) / "everything.duckdb") as everything:
            assert by_changes == live_rows(everything, mailchimp, full=True)


@pytest.mark.parametrize("reached", [0, 1])
def test_a_long_read_of_activity_goes_on_where_it_was(
    account: Account, mailchimp: Mailchimp, reached: int
) -> None:
    """Each page keeps its place, and the last one ends the e-mail."""
    path = "/reports/c1/email-activity"
    account.lists[path] = [recipient("c1", each) for each in range(2 * PAGE + 3)]
    pages = pages_of(mailchimp, "email_activity", ids=("c1",))
    assert [page.replaces for page in pages] == [(), (), ("c1",)]
    rest = pages_of(mailchimp, "email_activity", ids=("c1",), checkpoint=pages[reached].checkpoint)
    assert [page.items for page in rest] == [page.items for page in pages[reached + 1 :]]


def test_a_list_that_moved_during_an_interruption_is_joined_again(
    account: Account, mailchimp: Mailchimp
) -> None:
    """Recipients who were deleted for good meanwhile would have hidden others."""
    path = "/reports/c1/email-activity"
    account.lists[path] = [recipient("c1", each) for each in range(PAGE + 300)]
    first, _ = pages_of(mailchimp, "email_activity", ids=("c1",))
    del account.lists[path][: 4 * OVERLAP]
    rest = pages_of(mailchimp, "email_activity", ids=("c1",), checkpoint=first.checkpoint)
    found = {str(row["email_id"]) for page in (first, *rest) for row in rows_in(page)}
    assert {row["email_id"] for row in account.lists[path]} <= found
