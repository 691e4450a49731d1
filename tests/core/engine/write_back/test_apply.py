"""Applying a plan: every row ends with an outcome, and nothing is sent twice."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.connector.writing import Definition
from kpiloop.engine.write_back.apply import MAX_AGE
from kpiloop.engine.write_back.spelling import read, rounded, spell
from kpiloop.errors import GuardError, StalePlanError
from kpiloop.ledger.plan import RowOutcome
from kpiloop.schema.fields import Kind
from support.desk import Desk

ALL = {"1": "10", "2": "20", "3": "30", "4": "40", "5": "50"}
FIELD = "kpiloop_cycle_days"


def test_values_are_written_and_confirmed(desk: Desk) -> None:
    """Each planned value is in the record afterwards."""
    report = desk.apply(desk.plan(ALL))
    assert (report.planned, report.confirmed, report.is_green) == (5, 5, True)
    assert {key: record[FIELD] for key, record in desk.vendor.records.items()} == {
        key: Decimal(value) for key, value in ALL.items()
    }


def test_a_second_plan_of_the_same_values_is_empty(desk: Desk) -> None:
    """What was confirmed is not planned again, and no call is made for it."""
    desk.apply(desk.plan(ALL))
    desk.vendor.written.clear()
    desk.vendor.defined.clear()
    report = desk.apply(desk.plan(ALL))
    assert report.planned == 0
    assert desk.vendor.written == []
    assert desk.vendor.defined == []


def test_a_rejected_row_costs_the_others_nothing_and_is_planned_again(desk: Desk) -> None:
    """The vendor's reason is kept, and the next plan holds just that row."""
    desk.vendor.rejects = {"2"}
    plan = desk.plan(ALL)
    report = desk.apply(plan)
    assert (report.confirmed, report.rejected, report.is_green) == (4, 1, True)
    assert desk.outcomes(plan)["2"] == ("rejected", "locked")
    desk.vendor.rejects = set()
    again = desk.plan(ALL)
    assert list(desk.outcomes(again)) == ["2"]
    assert desk.apply(again).confirmed == 1


def test_a_lost_answer_is_looked_up_and_not_sent_again(desk: Desk) -> None:
    """The record holds the value already, so that one write is all."""
    desk.vendor.loses_answer = {"1"}
    report = desk.apply(desk.plan({"1": "10"}))
    assert report.confirmed == 1
    assert len(desk.vendor.written) == 1


def test_a_lost_request_is_sent_once_more(desk: Desk) -> None:
    """The record does not hold the value yet, so it is sent again."""
    desk.vendor.loses_request = {"1"}
    assert desk.apply(desk.plan({"1": "10"})).confirmed == 1
    assert desk.vendor.records["1"][FIELD] == Decimal(10)


def test_a_record_that_the_vendor_never_answers_for_is_rejected(desk: Desk) -> None:
    """Silence is no success: the row is shown, and planned again next time."""
    desk.vendor.forgets = {"1"}
    plan = desk.plan({"1": "10", "2": "20"})
    report = desk.apply(plan)
    assert (report.confirmed, report.rejected) == (1, 1)
    assert "lost" in desk.outcomes(plan)["1"][1]


def test_a_value_that_somebody_changed_is_left_alone(desk: Desk) -> None:
    """A live value that is neither ours of before nor the new one is a conflict."""
    desk.apply(desk.plan({"1": "10"}))
    desk.vendor.records["1"][FIELD] = Decimal(99)
    plan = desk.plan({"1": "11"})
    report = desk.apply(plan)
    assert (report.conflicts, report.is_green) == (1, True)
    assert desk.vendor.records["1"][FIELD] == Decimal(99)
    assert desk.plans.rows(plan.id)[0].found_value == "99"


def test_a_field_that_holds_somebody_elses_value_at_first_is_left_alone(desk: Desk) -> None:
    """What kpiloop never wrote is not its own, whatever the field is called."""
    desk.vendor.records["1"][FIELD] = "by hand"
    assert desk.apply(desk.plan({"1": "10"})).conflicts == 1


def test_a_value_that_is_there_already_is_confirmed_without_a_write(desk: Desk) -> None:
    """A ledger that was lost costs reads, not writes."""
    desk.vendor.records["1"][FIELD] = Decimal("10.0")
    assert desk.apply(desk.plan({"1": "10"})).confirmed == 1
    assert desk.vendor.written == []


def test_a_record_that_is_gone_is_rejected_and_never_made(desk: Desk) -> None:
    """Writing back never creates a record."""
    plan = desk.plan({"9": "10"})
    assert desk.apply(plan).rejected == 1
    assert "9" not in desk.vendor.records


def test_a_value_to_clear_that_went_with_its_record_is_settled(desk: Desk) -> None:
    """Nothing is left to be cleared: it is confirmed, and no later plan asks for it again."""
    desk.apply(desk.plan({"1": "10", "2": "20"}))
    del desk.vendor.records["2"]
    report = desk.apply(desk.plan({"1": "10"}))
    assert (report.planned, report.confirmed) == (1, 1)
    assert "2" not in desk.vendor.records
    assert desk.apply(desk.plan({"1": "10"})).planned == 0


def test_a_field_that_cannot_be_made_rejects_its_rows_with_the_reason(desk: Desk) -> None:
    """No row is sent into a field that is not there."""
    desk.vendor.refuses_field = FIELD
    plan = desk.plan({"1": "10"})
    assert desk.apply(plan).rejected == 1
    assert "no free fields" in desk.outcomes(plan)["1"][1]
    assert desk.vendor.written == []


def test_a_value_that_is_no_more_is_cleared(desk: Desk) -> None:
    """A record without a value loses the one that it was given, once."""
    desk.apply(desk.plan({"1": "10", "2": "20"}))
    report = desk.apply(desk.plan({"1": "10"}))
    assert report.confirmed == 1
    assert desk.vendor.records["2"][FIELD] is None
    assert desk.apply(desk.plan({"1": "10"})).planned == 0


def test_a_value_that_is_no_more_is_kept_where_the_settings_say_so(desk: Desk) -> None:
    """With keep nothing is planned for a record that has no value any more."""
    desk.clears = False
    desk.apply(desk.plan({"1": "10"}))
    assert desk.apply(desk.plan({})).planned == 0


def test_what_an_interrupted_apply_confirmed_is_not_sent_again(desk: Desk) -> None:
    """A plan that stopped in the middle goes on with what is open, after reading it."""
    plan = desk.plan(ALL)
    row = next(row for row in desk.plans.rows(plan.id) if row.record_id == "3")
    desk.plans.begin(plan.id, [row])
    desk.vendor.records["3"][FIELD] = Decimal(30)
    assert desk.apply(plan).confirmed == 5
    assert "3" not in {change.id for change in desk.vendor.written}


def test_old_values_are_in_the_journal(desk: Desk) -> None:
    """Each row tells what was there before it was written."""
    desk.apply(desk.plan({"1": "10"}))
    plan = desk.plan({"1": "11"})
    desk.apply(plan)
    row = desk.plans.rows(plan.id)[0]
    assert (row.old_value, row.found_value, row.new_value) == ("10", "10", "11")


@pytest.mark.parametrize("why", ["old", "definitions", "newer set", "applied"])
def test_a_stale_plan_is_refused_before_anything_is_sent(desk: Desk, why: str) -> None:
    """Age, changed definitions, a newer set of values or a second time: make a new plan."""
    plan = desk.plan({"1": "10"})
    if why == "old":
        desk.clock.advance(MAX_AGE.total_seconds() + 1)
    elif why == "definitions":
        desk.definitions = "d2"
    elif why == "newer set":
        desk.compute()
    else:
        desk.apply(plan)
        applied = desk.plans.get(plan.id)
        assert applied is not None
        plan = applied
        desk.vendor.written.clear()
    with pytest.raises(StalePlanError, match="kpiloop plan"):
        desk.apply(plan)
    assert desk.vendor.written == []


def test_a_plan_that_changes_too_much_stops(desk: Desk) -> None:
    """max_changes holds for each field, and the error names it."""
    desk.max_changes = 4
    with pytest.raises(GuardError, match="max_changes = 4"):
        desk.apply(desk.plan(ALL))
    assert desk.vendor.written == []


def test_a_scheduled_run_applies_only_what_is_automatic(desk: Desk) -> None:
    """The setting auto = true is what lets a scheduled run write."""
    with pytest.raises(GuardError, match="auto = true"):
        desk.apply(desk.plan({"1": "10"}), scheduled=True)
    desk.auto = True
    assert desk.apply(desk.plan({"1": "10"}), scheduled=True).confirmed == 1


def test_counts_are_kept_by_field_and_outcome(desk: Desk) -> None:
    """What a plan shows is what the journal holds."""
    desk.vendor.rejects = {"2"}
    plan = desk.plan(ALL)
    desk.apply(plan)
    (count,) = desk.plans.counts(plan.id)
    assert dict(count.counts) == {RowOutcome.CONFIRMED: 4, RowOutcome.REJECTED: 1}


NUMBER = Definition(entity="deals", field="kpiloop_x", title="X", kind=Kind.NUMBER)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12
    )
)
def test_equal_numbers_are_spelled_alike(number: Decimal) -> None:
    """Trailing zeros, exponents and signs of zero make no difference, and nothing is lost."""
    text = spell(number)
    assert text == spell(number.normalize())
    assert read(text, NUMBER) == number


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_number_is_rounded_to_what_people_see(number: float) -> None:
    """Two decimals are at most half a hundredth away."""
    assert abs(rounded(number, 2) - Decimal(repr(number))) <= Decimal("0.005")
