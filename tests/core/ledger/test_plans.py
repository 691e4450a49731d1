"""Plans as the ledger keeps them: what differs is planned, and each row's story is kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.clock import ManualClock
from kpiloop.ledger.plan import Plan, PlanField, PlanRow, PlanStatus, RowOutcome, Wish
from kpiloop.ledger.plans import Plans
from kpiloop.ledger.store import Ledger

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
DAYS = PlanField(target="crm", entity="deals", field="days", kpi="days", definition={"a": 1})
BAND = PlanField(target="crm", entity="companies", field="band", kpi="rate", definition={})
PLACE = ("crm", "deals", "days")


def wish(record: str, value: str | None, field: PlanField = DAYS) -> Wish:
    """What one record should hold."""
    return (field.target, field.entity, record, field.field, value)


class Book:
    """Plans over one ledger, a second apart."""

    def __init__(self, ledger: Ledger) -> None:
        self.clock = ManualClock(NOW)
        self.plans = Plans(ledger, self.clock)

    def make(self, *wishes: Wish, fields: tuple[PlanField, ...] = (DAYS,)) -> Plan:
        """Save a plan."""
        self.clock.advance(1)
        return self.plans.make(set_id=1, definitions="d", fields=fields, wishes=wishes)

    def confirm(self, *wishes: Wish, fields: tuple[PlanField, ...] = (DAYS,)) -> Plan:
        """Save a plan, all of which the vendor confirms."""
        plan = self.make(*wishes, fields=fields)
        self.settle(plan, RowOutcome.CONFIRMED)
        return plan

    def settle(self, plan: Plan, outcome: RowOutcome) -> None:
        """Give every row of a plan the same outcome."""
        rows = [replace(row, outcome=outcome) for row in self.plans.rows(plan.id)]
        self.plans.settle(plan.id, rows)

    def changes(self, plan: Plan) -> dict[str, tuple[str | None, str | None]]:
        """Record → old and new value."""
        return {row.record_id: (row.old_value, row.new_value) for row in self.plans.rows(plan.id)}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    """An empty ledger."""
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        yield Book(ledger)


def test_only_what_differs_from_the_last_confirmed_value_is_planned(book: Book) -> None:
    """New, changed and unchanged records are three different things."""
    book.confirm(wish("1", "10"), wish("2", "20"))
    plan = book.make(wish("1", "10"), wish("2", "21"), wish("3", "30"))
    assert book.changes(plan) == {"2": ("20", "21"), "3": (None, "30")}


@pytest.mark.parametrize("outcome", [RowOutcome.REJECTED, RowOutcome.CONFLICT, RowOutcome.PLANNED])
def test_what_was_not_confirmed_is_planned_again(book: Book, outcome: RowOutcome) -> None:
    """Only the vendor's word makes a value the last one."""
    book.settle(book.make(wish("1", "10")), outcome)
    assert book.changes(book.make(wish("1", "10"))) == {"1": (None, "10")}


def test_a_value_that_is_gone_is_cleared_only_where_the_field_says_so(book: Book) -> None:
    """And only in that field: others keep what they hold."""
    both = (replace(DAYS, clears=True), BAND)
    book.confirm(wish("1", "10"), wish("9", "A", BAND), fields=both)
    plan = book.make(fields=both)
    assert book.changes(plan) == {"1": ("10", None)}
    book.settle(plan, RowOutcome.CONFIRMED)
    assert book.changes(book.make(fields=both)) == {}


def test_a_plan_comes_back_as_it_was_made(book: Book) -> None:
    """Its fields with their definitions and guards, and how far it is."""
    fields = (
        replace(DAYS, is_automatic=True, max_changes=5),
        replace(BAND, definition={"ü": ["A", "B"]}),
    )
    plan = book.make(wish("1", "10"), fields=fields)
    assert book.plans.get(plan.id) == plan == book.plans.latest()
    assert sorted(book.plans.fields(plan.id), key=lambda each: each.field, reverse=True) == [
        *fields
    ]
    book.plans.mark(plan.id, PlanStatus.APPLIED)
    applied = book.plans.get(plan.id)
    assert applied is not None
    assert (applied.status, applied.applied_at) == (PlanStatus.APPLIED, book.clock.now())
    assert book.plans.get("nothing-like-it") is None


def test_the_newest_plan_is_the_last_that_was_made(book: Book) -> None:
    """Who applies without naming a plan applies that one."""
    assert book.plans.latest() is None
    book.make()
    newest = book.make()
    assert book.plans.latest() == newest


def test_open_rows_come_in_batches_of_whole_records(book: Book) -> None:
    """All fields of a record travel together; what is settled is left out."""
    other = replace(DAYS, field="other")
    wishes = [wish(str(record), "1", field) for record in range(5) for field in (DAYS, other)]
    plan = book.make(*wishes, fields=(DAYS, other))
    done = [row for row in book.plans.rows(plan.id) if row.record_id == "3"]
    book.plans.settle(plan.id, [replace(row, outcome=RowOutcome.REJECTED) for row in done])
    batches = [
        [(row.record_id, row.field) for row in batch]
        for batch in book.plans.open_records(plan.id, "crm", "deals", 2)
    ]
    assert [sorted({record for record, _ in batch}) for batch in batches] == [
        ["0", "1"],
        ["2", "4"],
    ]
    assert [len(batch) for batch in batches] == [4, 4]
    assert book.plans.count_records(plan.id, "crm", "deals") == 4


def test_batches_go_on_while_their_rows_are_settled(book: Book) -> None:
    """Settling a batch before the next one is asked for skips nothing."""
    plan = book.make(*(wish(f"{record:03}", "1") for record in range(7)))
    seen: list[str] = []
    for batch in book.plans.open_records(plan.id, "crm", "deals", 3):
        seen += [row.record_id for row in batch]
        book.plans.settle(plan.id, [replace(r, outcome=RowOutcome.CONFIRMED) for r in batch])
    assert seen == [f"{record:03}" for record in range(7)]


def test_what_is_about_to_be_sent_is_booked_before(book: Book) -> None:
    """After a crash the journal knows which records to look at, and what they held."""
    plan = book.make(wish("1", "10"), wish("2", "20"))
    row: PlanRow = book.plans.rows(plan.id, field=PLACE, limit=1)[0]
    book.plans.begin(plan.id, [replace(row, found_value="7")])
    (sending,) = book.plans.rows(plan.id, outcomes=(RowOutcome.SENDING,))
    assert (sending.record_id, sending.found_value) == (row.record_id, "7")
    assert book.plans.count_records(plan.id, "crm", "deals") == 2


def test_a_field_that_cannot_be_made_rejects_its_open_rows_alone(book: Book) -> None:
    """What was settled before keeps its outcome, and other fields theirs."""
    plan = book.make(wish("1", "10"), wish("2", "20"), wish("9", "A", BAND), fields=(DAYS, BAND))
    first = book.plans.rows(plan.id, field=PLACE, limit=1)[0]
    book.plans.settle(plan.id, [replace(first, outcome=RowOutcome.CONFIRMED)])
    assert book.plans.reject_field(plan.id, DAYS, "no room") == 1
    counts = {each.field: dict(each.counts) for each in book.plans.counts(plan.id)}
    assert counts == {
        "days": {RowOutcome.CONFIRMED: 1, RowOutcome.REJECTED: 1},
        "band": {RowOutcome.PLANNED: 1},
    }


def test_a_field_without_a_row_is_counted_as_none(book: Book) -> None:
    """A plan tells of each of its fields, also of those that hold already what they should."""
    (count,) = book.plans.counts(book.make().id)
    assert (count.field, count.total) == ("days", 0)


def test_the_last_of_two_wishes_for_one_field_counts(book: Book) -> None:
    """A person of whom two rows tell gets one value, not two writes."""
    assert book.changes(book.make(wish("1", "10"), wish("1", "11"))) == {"1": (None, "11")}


VALUES = st.dictionaries(
    st.text(alphabet="012:é", min_size=1, max_size=3), st.sampled_from(["1", "2", "é"]), max_size=6
)


@settings(max_examples=25)
@given(before=VALUES, after=VALUES)
def test_a_plan_is_the_difference_of_two_states(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, str], after: dict[str, str]
) -> None:
    """Applied to what is held it gives what is wished, and then there is nothing left to plan."""
    fields = (replace(DAYS, clears=True),)
    with Ledger.open(tmp_path_factory.mktemp("ledger") / "ledger.sqlite") as ledger:
        book = Book(ledger)
        book.confirm(*(wish(key, value) for key, value in before.items()), fields=fields)
        plan = book.make(*(wish(key, value) for key, value in after.items()), fields=fields)
        changes = {key: new for key, (_, new) in book.changes(plan).items()}
        held = {key: value for key, value in {**before, **changes}.items() if value is not None}
        assert held == after
        book.settle(plan, RowOutcome.CONFIRMED)
        again = book.make(*(wish(key, value) for key, value in after.items()), fields=fields)
        assert book.changes(again) == {}
