"""Periods tile the days, and have the names that people know."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.kpi.calendar import Grain, Period, period_days, period_of, periods, shift_months

DAYS = st.dates(date(1995, 1, 1), date(2095, 1, 1))
LENGTHS = st.integers(0, 900)
BOUNDED = st.sampled_from([grain for grain in Grain if grain is not Grain.EVER])
ONE_DAY = timedelta(days=1)


@given(BOUNDED, DAYS, LENGTHS)
def test_periods_tile_the_days(grain: Grain, first: date, length: int) -> None:
    """From the first to the last day there is no gap and no overlap."""
    last = first + length * ONE_DAY
    tiles = list(periods(grain, first, last))
    assert tiles[0].first_day <= first <= tiles[0].last_day
    assert tiles[-1].first_day <= last <= tiles[-1].last_day
    assert all(one.next_day == other.first_day for one, other in pairwise(tiles))
    assert len({tile.key for tile in tiles}) == len(tiles)


@given(BOUNDED, DAYS)
def test_every_day_of_a_period_belongs_to_it(grain: Grain, day: date) -> None:
    """The first and the last day of a day's period lead back to the same period."""
    period = period_of(grain, day)
    assert period.first_day <= day <= period.last_day
    assert period_of(grain, period.first_day) == period == period_of(grain, period.last_day)


@given(DAYS, LENGTHS)
def test_every_day_has_one_row_per_grain(first: date, length: int) -> None:
    """The period_days table holds each asked day once per grain, and no other day."""
    last = first + length * ONE_DAY
    rows = Counter((row.grain, row.day) for row in period_days(Grain, first, last))
    days = {first + n * ONE_DAY for n in range(length + 1)}
    assert set(rows) == {(grain, day) for grain in Grain for day in days}
    assert set(rows.values()) == {1}


def test_a_day_row_tells_its_whole_period() -> None:
    """A row names the bounds of the period even where only a part of it is asked for."""
    (row,) = period_days([Grain.MONTH], date(2026, 3, 5), date(2026, 3, 5))
    assert (row.key, row.first_day, row.last_day) == (
        "2026-03",
        date(2026, 3, 1),
        date(2026, 3, 31),
    )


@pytest.mark.parametrize(
    ("grain", "key", "first", "last"),
    [
        (Grain.DAY, "2026-03-02", date(2026, 3, 2), date(2026, 3, 2)),
        (Grain.WEEK, "2026-W10", date(2026, 3, 2), date(2026, 3, 8)),
        (Grain.MONTH, "2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        (Grain.QUARTER, "2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        (Grain.YEAR, "2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_have_the_names_that_people_know(
    grain: Grain, key: str, first: date, last: date
) -> None:
    """The second of March 2026 lies in these periods."""
    assert period_of(grain, date(2026, 3, 2)) == Period(grain, key, first, last)


def test_a_week_is_named_by_the_year_of_its_thursday() -> None:
    """New Year's Day of 2027 is a Friday, and lies in the last week of 2026."""
    assert period_of(Grain.WEEK, date(2027, 1, 1)).key == "2026-W53"


def test_ever_is_the_days_that_are_asked_for() -> None:
    """The grain ever is one period with exactly the asked days."""
    first, last = date(2025, 2, 3), date(2026, 7, 8)
    assert list(periods(Grain.EVER, first, last)) == [Period(Grain.EVER, "ever", first, last)]


def test_no_days_have_no_periods() -> None:
    """Where the last day lies before the first there is nothing."""
    assert list(period_days(Grain, date(2026, 1, 2), date(2026, 1, 1))) == []


@given(st.dates(date(1995, 1, 1), date(2095, 1, 1)), st.integers(-500, 500))
def test_months_are_shifted_forth_and_back(day: date, months: int) -> None:
    """A shift by some months and back again changes nothing."""
    first = day.replace(day=1)
    assert shift_months(shift_months(first, months), -months) == first
