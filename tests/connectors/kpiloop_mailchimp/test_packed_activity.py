"""A first load keeps activity packed until its merge: the rows are those of every other way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpiloop.engine.pull.packed import packed_tables
from kpiloop.engine.pull.report import Listener, Progress, PullReport, silent
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_mailchimp.reads import Mailchimp
from support.mailchimp import Account, Row, did, recipient, report

EVENTS = ("activity_totals", "email_activity")
KEPT = "SELECT * EXCLUDE (first_seen_at, stream) FROM pulled.email_events ORDER BY ALL"


class StoppedError(Exception):
    """The end of a pull in its middle."""


def unhindered(path: str, query: object) -> None:
    """Nobody does anything between two answers."""


@dataclass(kw_only=True)
class Stop:
    """Stops a pull after its first batch, before a second e-mail's activity has come."""

    at: str
    stored: Event = field(default_factory=Event)

    def before(self, path: str, _: object) -> None:
        """Hold the answer back until something is stored."""
        if path == self.at:
            self.stored.wait(timeout=30)

    def __call__(self, progress: Progress) -> None:
        """Hear that something was stored."""
        if progress.stream == "email_activity" and progress.read:
            self.stored.set()
            raise StoppedError


@dataclass(kw_only=True)
class Home:
    """A warehouse beside the account."""

    warehouse: Warehouse
    mailchimp: Mailchimp

    def pull(self, *streams: str, listener: Listener = silent, **request: Any) -> PullReport:
        """Pull, which must go well."""
        wanted = PullRequest(streams=streams or EVENTS, batch_rows=1, **request)
        done = pull(self.warehouse, self.mailchimp, wanted, listener=listener)
        assert done.failed == {}
        assert done.counts.closes
        return done

    def rows(self, query: str = KEPT) -> list[Any]:
        """What a query gives."""
        with self.warehouse.cursor() as cursor:
            return cursor.execute(query).fetchall()

    def waiting(self) -> dict[str, int]:
        """How many packed rows each table has."""
        with self.warehouse.cursor() as cursor:
            tables = packed_tables(cursor)
        return {each: self.rows(f'SELECT count(*) FROM packed."{each}"')[0][0] for each in tables}

    def empty(self) -> None:
        """Forget everything that was pulled, so that the next pull is a first load."""
        with self.warehouse.transaction() as writer:
            writer.execute("DELETE FROM pulled.email_events; DELETE FROM state.quarantine")

    def events_as_if_stored_before(self) -> list[Any]:
        """What a first load gives where nothing waits packed: something else is stored."""
        self.empty()
        with self.warehouse.transaction() as writer:
            writer.execute(
                "INSERT INTO pulled.email_events (id, source) VALUES ('other', 'mailchimp')"
            )
        self.pull(full=True)
        return self.rows(KEPT.replace("ORDER", "WHERE id <> 'other' ORDER"))


@pytest.fixture
def home(tmp_path: Path, mailchimp: Mailchimp) -> Iterator[Home]:
    """An empty warehouse."""
    with Warehouse.open(tmp_path / "warehouse.duckdb", threads=1) as warehouse:
        yield Home(warehouse=warehouse, mailchimp=mailchimp)


@pytest.fixture
def two_emails(account: Account) -> Account:
    """An account with two e-mails, each with a few recipients."""
    for name in ("c1", "c2"):
        sums = report(name, opens={"opens_total": 9, "unique_opens": 2, "last_open": ""})
        account.single[f"/reports/{name}"] = sums
        rows = [recipient(name, each, did("open", each), did("click", 5)) for each in range(1, 5)]
        account.lists[f"/reports/{name}/email-activity"] = rows
        account.lists[f"/reports/{name}/abuse-reports"] = []
        account.lists.setdefault(f"/reports/{name}/unsubscribed", [])
    account.lists["/reports"] = [account.single["/reports/c1"], account.single["/reports/c2"]]
    return account


@pytest.fixture
def stopped(home: Home, two_emails: Account) -> Home:
    """A first load that was stopped when one of two e-mails was stored."""
    stop = Stop(at="/reports/c2/email-activity")
    two_emails.before = stop.before
    with pytest.raises(StoppedError):
        home.pull(listener=stop)
    two_emails.before = unhindered
    return home


acts = st.one_of(
    st.builds(did, st.sampled_from(["open", "click", "bounce"]), st.integers(1, 3)),
    st.builds(did, st.just("click"), st.integers(1, 3), url=st.sampled_from(["", "7.5", "a.de"])),
    st.just({"action": "open", "timestamp": "no time"}),
)
everybody = st.lists(
    st.builds(recipient, st.just("c1"), st.integers(1, 6), acts, acts), min_size=1, max_size=8
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=everybody)
def test_first_loads_end_in_the_same_rows_packed_or_not(
    home: Home, account: Account, rows: list[Row]
) -> None:
    """Whoever comes twice, came back or is told wrongly: the events and the sums are the same."""
    account.lists["/reports/c1/email-activity"] = rows
    home.empty()
    home.pull(full=True)
    packed = home.rows()
    assert packed == home.events_as_if_stored_before()
    assert home.waiting() == {}


def test_activity_of_a_first_load_waits_packed(stopped: Home) -> None:
    """Until the merge each recipient is one row, and nothing stands in the inbox or the tables."""
    assert [*stopped.waiting().values()] == [4]
    assert stopped.rows("SELECT count(*) FROM inbox.email_events") == [(0,)]
    assert stopped.rows() == []


def test_a_stopped_first_load_goes_on_with_what_waits(stopped: Home, two_emails: Account) -> None:
    """What waits packed is not asked for again, and its events are merged with all others."""
    two_emails.lists["/reports/c1/email-activity"] = []
    done = stopped.pull()
    assert done.counts.new == 32
    assert len(stopped.rows()) == 32
    assert stopped.waiting() == {}


def test_rows_packed_in_another_way_are_read_again(stopped: Home, two_emails: Account) -> None:
    """What another version of kpiloop packed is not guessed at: the reading begins anew."""
    [table] = stopped.waiting()
    with stopped.warehouse.transaction() as writer:
        writer.execute(f'ALTER TABLE packed."{table}" RENAME TO "email_events.other"')
    two_emails.lists["/reports/c1/email-activity"].pop()
    stopped.pull()
    assert len(stopped.rows()) == 28
    assert stopped.waiting() == {}


def test_what_another_stream_stored_in_between_is_kept(stopped: Home) -> None:
    """Packed rows are no first load any more, and are merged like any others."""
    stopped.pull("unsubscribes")
    before = stopped.rows()
    assert [each[1] for each in before] == ["unsubscribe"]
    stopped.pull()
    assert len(stopped.rows()) == 33
    assert set(before) <= set(stopped.rows())


def test_whoever_comes_twice_in_a_first_load_is_counted_as_repeated(
    home: Home, account: Account
) -> None:
    """An offset that moved gives a recipient again: once is enough, and the sums close."""
    again = recipient("c1", 1, did("open"), did("click"))
    account.lists["/reports/c1/email-activity"] = [again, recipient("c1", 2), again]
    counts = home.pull("activity_totals", "email_activity").streams[-1].counts
    assert (counts.read, counts.new, counts.repeated) == (10, 6, 4)


def test_who_came_back_stands_beside_packed_rows(home: Home, account: Account) -> None:
    """Rows that the wire model reads and rows that the database reads are merged together."""
    account.lists["/reports/c1/email-activity"] = [
        recipient("c1", 1, did("open")),
        recipient("c1", 2, did("bounce", type="hard")),
    ]
    home.pull()
    kinds = home.rows("SELECT kind, count(*) FROM pulled.email_events GROUP BY ALL ORDER BY ALL")
    assert kinds == [("bounce", 1), ("delivered", 1), ("open", 1), ("sent", 2)]


@pytest.mark.usefixtures("two_emails")
def test_a_full_pull_after_a_packed_load_changes_nothing(home: Home) -> None:
    """Every event is known as it is read the other way."""
    first = home.pull()
    again = home.pull(full=True)
    assert first.counts.new == 2 + 32
    assert first.counts.new == again.counts.unchanged
    assert (again.counts.new, again.counts.changed, again.counts.deleted) == (0, 0, 0)
