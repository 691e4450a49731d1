"""The ledger keeps what was said and done, whole, for years."""

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.clock import ManualClock
from kpiloop.errors import BusyError, StoreError
from kpiloop.kpi.calendar import Grain, Period
from kpiloop.kpi.value import Completeness, KpiValue
from kpiloop.ledger.lease import LIFETIME, lease
from kpiloop.ledger.runs import Runs, RunStatus
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values, number_to_text, text_to_number

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
MARCH = Period(Grain.MONTH, "2026-03", date(2026, 3, 1), date(2026, 3, 31))
EVER = Period(Grain.EVER, "ever", date(2026, 3, 1), date(2026, 11, 21))
LEADS = KpiValue(
    kpi="new_leads",
    period=MARCH,
    value=Decimal(12),
    sample_size=12,
    version="v1",
    as_of=NOW,
)


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still."""
    return ManualClock(NOW)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger."""
    with Ledger.open(tmp_path / "home" / "ledger.sqlite") as opened:
        yield opened


def test_a_new_ledger_is_readable_by_its_owner_alone(ledger: Ledger) -> None:
    """The file and its folder are made for the owner only."""
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.path.parent.stat().st_mode) == 0o700


def test_a_ledger_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    """A draft that a killed process left behind hinders nobody."""
    path = tmp_path / "ledger.sqlite"
    path.with_name(f".ledger.sqlite.{os.getpid()}.new").write_bytes(b"half")
    with Ledger.open(path) as opened:
        assert opened.row("SELECT value FROM meta WHERE name = 'version'") == ("1",)
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.sqlite"]


def test_a_ledger_of_a_newer_kpiloop_is_refused(tmp_path: Path) -> None:
    """The error says which version wrote it and what to do."""
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path) as opened:
        opened.write("UPDATE meta SET value = '99' WHERE name = 'version'")
    with pytest.raises(StoreError, match="newer kpiloop"):
        Ledger.open(path)


def test_a_file_that_is_no_ledger_is_refused_and_kept(tmp_path: Path) -> None:
    """A damaged file is never overwritten."""
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"this is no database, but somebody's only copy of it" * 40)
    with pytest.raises(StoreError, match="cannot be read as a ledger"):
        Ledger.open(path)
    assert path.read_bytes().startswith(b"this is no database")


def test_a_transaction_keeps_all_or_nothing(ledger: Ledger, clock: ManualClock) -> None:
    """An error inside takes back everything inside, inner transactions included."""

    def start_and_fail() -> None:
        with ledger.transaction():
            Runs(ledger, clock).start("pull")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        start_and_fail()
    assert Runs(ledger, clock).latest() == []


def test_runs_are_booked_with_their_report(ledger: Ledger, clock: ManualClock) -> None:
    """What a run counted can be read back."""
    runs = Runs(ledger, clock)
    run_id = runs.start("run")
    clock.advance(60)
    runs.end(run_id, RunStatus.GREEN, {"read": 5})
    run = runs.get(run_id)
    assert run is not None
    assert (run.status, run.report) == (RunStatus.GREEN, {"read": 5})
    assert run.ended_at is not None
    assert (run.ended_at - run.started_at).total_seconds() == 60


def test_a_run_whose_process_died_is_shown_as_interrupted(
    ledger: Ledger, clock: ManualClock
) -> None:
    """Only runs that never ended are marked."""
    runs = Runs(ledger, clock)
    runs.end(runs.start("pull"), RunStatus.GREEN, {})
    clock.advance(1)
    runs.start("pull")
    assert runs.close_interrupted() == 1
    assert [run.status for run in runs.latest()] == [RunStatus.INTERRUPTED, RunStatus.GREEN]


def test_one_process_at_a_time_holds_the_lease(ledger: Ledger, clock: ManualClock) -> None:
    """Who comes second is told who holds it, and gets it once it is free."""
    with (
        lease(ledger, clock),
        pytest.raises(BusyError, match=str(os.getpid())),
        lease(ledger, clock),
    ):
        pass
    with lease(ledger, clock):
        pass


def test_the_lease_of_a_dead_process_is_taken_over(ledger: Ledger, clock: ManualClock) -> None:
    """A killed process on this machine blocks nobody."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    with lease(ledger, clock):
        ledger.write(
            "UPDATE lease SET holder = replace(holder, ?, ?)", (str(os.getpid()), str(child))
        )
        with lease(ledger, clock):
            pass


def test_a_lease_of_another_machine_is_taken_over_when_it_has_run_out(
    ledger: Ledger, clock: ManualClock
) -> None:
    """Until then it is respected."""
    with lease(ledger, clock):
        ledger.write("UPDATE lease SET holder = 'elsewhere:1:x'")
        with pytest.raises(BusyError, match="elsewhere"), lease(ledger, clock):
            pass
        clock.advance(LIFETIME.total_seconds() + 1)
        with lease(ledger, clock):
            pass


def test_an_unchanged_value_is_not_booked_again(ledger: Ledger, clock: ManualClock) -> None:
    """A second set of equal values is counted as unchanged, and moves their as-of time on."""
    values = Values(ledger, clock)
    values.publish("r1", [LEADS], as_of=NOW, definitions="d")
    again = values.publish(
        "r2", [replace(LEADS, as_of=NOW.replace(hour=7))], as_of=NOW, definitions="d"
    )
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    (value,) = values.current("new_leads", Grain.MONTH)
    assert value.as_of == NOW.replace(hour=7)
    assert len(list(values.history("new_leads", Grain.MONTH, "2026-03"))) == 1


def test_a_restated_value_keeps_what_was_said_before(ledger: Ledger, clock: ManualClock) -> None:
    """The history tells both, and which of them stands."""
    values = Values(ledger, clock)
    values.publish("r1", [LEADS], as_of=NOW, definitions="d")
    published = values.publish(
        "r2", [replace(LEADS, value=Decimal(13))], as_of=NOW, definitions="d"
    )
    assert (published.new, published.changed) == (0, 1)
    history = [
        (value.value, stands)
        for value, stands in values.history("new_leads", Grain.MONTH, "2026-03")
    ]
    assert history == [(Decimal(12), False), (Decimal(13), True)]
    assert [value.value for value in values.current("new_leads", Grain.MONTH)] == [Decimal(13)]


def test_a_cut_is_asked_for_by_its_dimensions(ledger: Ledger, clock: ManualClock) -> None:
    """Total, known and unknown channel are three different things."""
    values = Values(ledger, clock)
    cuts = [
        LEADS,
        replace(LEADS, dimensions={"channel": None}),
        replace(LEADS, dimensions={"channel": "email"}),
    ]
    values.publish("r1", cuts, as_of=NOW, definitions="d")
    assert [value.dimensions for value in values.current("new_leads", Grain.MONTH)] == [{}]
    by_channel = values.current("new_leads", Grain.MONTH, by=("channel",))
    assert [value.dimensions["channel"] for value in by_channel] == ["email", None]


def test_what_lies_before_all_records_stands_no_longer(ledger: Ledger, clock: ManualClock) -> None:
    """When the earliest records turn out to be deleted, their periods are not said any more."""
    values = Values(ledger, clock)
    ever = replace(LEADS, period=EVER)
    values.publish("r1", [LEADS, ever], as_of=NOW, definitions="d")
    later = replace(EVER, first_day=MARCH.last_day + timedelta(days=1))
    values.publish("r2", [replace(LEADS, period=later)], as_of=NOW, definitions="d")
    assert list(values.current("new_leads", Grain.MONTH)) == []
    (said,) = values.current("new_leads", Grain.EVER)
    assert said.period.first_day == later.first_day


def test_a_cut_that_is_not_there_any_more_stands_no_longer(
    ledger: Ledger, clock: ManualClock
) -> None:
    """A renamed channel leaves no number behind; other periods and cuts keep theirs."""
    values = Values(ledger, clock)
    old = replace(LEADS, dimensions={"channel": "mail"})
    values.publish("r1", [LEADS, old], as_of=NOW, definitions="d")
    renamed = replace(LEADS, dimensions={"channel": "email"})
    values.publish("r2", [renamed], as_of=NOW, definitions="d")
    by_channel = values.current("new_leads", Grain.MONTH, by=("channel",))
    assert [value.dimensions for value in by_channel] == [{"channel": "email"}]
    assert [value.value for value in values.current("new_leads", Grain.MONTH)] == [Decimal(12)]


def test_a_value_comes_back_as_it_was_said(ledger: Ledger, clock: ManualClock) -> None:
    """Numerator, denominator, completeness and reason survive to the last bit."""
    said = replace(
        LEADS,
        kpi="rate",
        value=1 / 3,
        numerator=Decimal(1),
        denominator=Decimal("3.0000"),
        completeness=Completeness.IMMATURE,
        reason="because",
    )
    Values(ledger, clock).publish("r1", [said], as_of=NOW, definitions="d")
    assert list(Values(ledger, clock).current("rate", Grain.MONTH)) == [said]


@given(
    st.one_of(
        st.none(), st.floats(allow_nan=False), st.decimals(allow_nan=False, allow_infinity=False)
    )
)
def test_numbers_survive_the_ledger_to_the_last_bit(number: Decimal | float | None) -> None:
    """Spelling and reading a number gives the same number of the same type."""
    again = text_to_number(number_to_text(number))
    assert again == number
    assert type(again) is type(number)
