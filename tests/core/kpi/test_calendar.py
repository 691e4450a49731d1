"""Periods tile the days, and have the names that people know."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.kpi.calendar import (
    CIVIL,
    DAILY_GRAINS,
    ROLLING,
    TO_DATE,
    Calendar,
    Grain,
    Period,
)
from kpiloop.kpi.fiscal import FiscalYears, shift_months

DAYS = st.dates(date(1995, 1, 1), date(2095, 1, 1))
LENGTHS = st.integers(0, 900)
TILING = [grain for grain in Grain if grain not in DAILY_GRAINS]
BOUNDED = st.sampled_from([grain for grain in TILING if grain is not Grain.EVER])
DAILY = st.sampled_from(sorted(DAILY_GRAINS))
ONE_DAY = timedelta(days=1)


CALENDARS = st.builds(
    Calendar,
    week_starts=st.integers(0, 6),
    fiscal=st.builds(
        FiscalYears,
        starts=st.integers(1, 12),
        weeks=st.sampled_from([None, (4, 4, 5), (4, 5, 4), (5, 4, 4)]),
        is_named_by_start=st.booleans(),
    ),
)


@given(CALENDARS, BOUNDED, DAYS, LENGTHS)
def test_periods_tile_the_days(calendar: Calendar, grain: Grain, first: date, length: int) -> None:
    """From the first to the last day there is no gap and no overlap, whatever the calendar."""
    last = first + length * ONE_DAY
    tiles = list(calendar.periods(grain, first, last))
    assert tiles[0].first_day <= first <= tiles[0].last_day
    assert tiles[-1].first_day <= last <= tiles[-1].last_day
    assert all(one.next_day == other.first_day for one, other in pairwise(tiles))
    assert len({tile.key for tile in tiles}) == len(tiles)


@given(CALENDARS, BOUNDED, DAYS)
def test_every_day_of_a_period_belongs_to_it(calendar: Calendar, grain: Grain, day: date) -> None:
    """The first and the last day of a day's period lead back to the same period."""
    period = calendar.period_of(grain, day)
    assert period.first_day <= day <= period.last_day
    assert calendar.period_of(grain, period.first_day) == period
    assert calendar.period_of(grain, period.last_day) == period


@given(DAYS, LENGTHS)
def test_every_day_has_one_row_per_grain(first: date, length: int) -> None:
    """The period_days table holds each asked day once per grain that tiles, and no other day."""
    last = first + length * ONE_DAY
    rows = Counter((row.grain, row.day) for row in CIVIL.period_days(TILING, first, last))
    days = {first + n * ONE_DAY for n in range(length + 1)}
    assert set(rows) == {(grain, day) for grain in TILING for day in days}
    assert set(rows.values()) == {1}


@given(CALENDARS, DAILY, DAYS, st.integers(0, 60))
def test_each_day_has_a_period_that_ends_on_it(
    calendar: Calendar, grain: Grain, first: date, length: int
) -> None:
    """Rolling periods and those to date come one for each day asked, named by it."""
    days = [first + n * ONE_DAY for n in range(length + 1)]
    periods = list(calendar.periods(grain, first, days[-1]))
    assert [each.last_day for each in periods] == days
    assert [each.key for each in periods] == [day.isoformat() for day in days]


@given(CALENDARS, st.sampled_from(sorted(ROLLING)), DAYS)
def test_a_rolling_period_has_as_many_days_as_it_says(
    calendar: Calendar, grain: Grain, day: date
) -> None:
    """Seven days are the day itself and the six before it."""
    period = calendar.period_of(grain, day)
    assert (period.next_day - period.first_day).days == int(grain.value.split("_")[1])


@given(CALENDARS, st.sampled_from(sorted(TO_DATE)), DAYS)
def test_a_period_to_date_begins_with_the_whole_one(
    calendar: Calendar, grain: Grain, day: date
) -> None:
    """The month to date begins with the month, and ends on the day."""
    period = calendar.period_of(grain, day)
    whole = calendar.period_of(Grain(grain.value.removesuffix("_to_date")), day)
    assert (period.first_day, period.last_day) == (whole.first_day, day)


def test_a_day_row_tells_its_whole_period() -> None:
    """A row names the bounds of the period even where only a part of it is asked for."""
    (row,) = CIVIL.period_days([Grain.MONTH], date(2026, 3, 5), date(2026, 3, 5))
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
        (Grain.FISCAL_MONTH, "FY2026-M03", date(2026, 3, 1), date(2026, 3, 31)),
        (Grain.FISCAL_QUARTER, "FY2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        (Grain.FISCAL_YEAR, "FY2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_have_the_names_that_people_know(
    grain: Grain, key: str, first: date, last: date
) -> None:
    """The second of March 2026 lies in these periods."""
    assert CIVIL.period_of(grain, date(2026, 3, 2)) == Period(grain, key, first, last)


def test_a_week_is_named_by_the_year_of_its_thursday() -> None:
    """New Year's Day of 2027 is a Friday, and lies in the last week of 2026."""
    assert CIVIL.period_of(Grain.WEEK, date(2027, 1, 1)).key == "2026-W53"


def test_ever_is_the_days_that_are_asked_for() -> None:
    """The grain ever is one period with exactly the asked days."""
    first, last = date(2025, 2, 3), date(2026, 7, 8)
    assert list(CIVIL.periods(Grain.EVER, first, last)) == [Period(Grain.EVER, "ever", first, last)]


def test_no_days_have_no_periods() -> None:
    """Where the last day lies before the first there is nothing."""
    assert list(CIVIL.period_days(Grain, date(2026, 1, 2), date(2026, 1, 1))) == []


@given(st.dates(date(1995, 1, 1), date(2095, 1, 1)), st.integers(-500, 500))
def test_months_are_shifted_forth_and_back(day: date, months: int) -> None:
    """A shift by some months and back again changes nothing."""
    first = day.replace(day=1)
    assert shift_months(shift_months(first, months), -months) == first


APRIL = Calendar(fiscal=FiscalYears(starts=4))


@pytest.mark.parametrize(
    ("day", "month", "quarter", "year"),
    [
        (date(2026, 3, 31), "FY2026-M12", "FY2026-Q4", "FY2026"),
        (date(2026, 4, 1), "FY2027-M01", "FY2027-Q1", "FY2027"),
        (date(2026, 12, 31), "FY2027-M09", "FY2027-Q3", "FY2027"),
    ],
)
def test_a_fiscal_year_is_named_by_its_end(day: date, month: str, quarter: str, year: str) -> None:
    """From April on, as in Britain, India and Japan: April 2026 begins the year 2027."""
    assert APRIL.period_of(Grain.FISCAL_MONTH, day).key == month
    assert APRIL.period_of(Grain.FISCAL_QUARTER, day).key == quarter
    assert APRIL.period_of(Grain.FISCAL_YEAR, day).key == year


def test_a_fiscal_year_may_be_named_by_its_start() -> None:
    """Japan says fiscal 2026 of the year from April 2026."""
    calendar = Calendar(fiscal=FiscalYears(starts=4, is_named_by_start=True))
    assert calendar.period_of(Grain.FISCAL_YEAR, date(2027, 3, 31)).key == "FY2026"


RETAIL = Calendar(
    week_starts=6,
    fiscal=FiscalYears(starts=2, weeks=(4, 5, 4), is_named_by_start=True),
)


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("FY2022", date(2022, 1, 30), date(2023, 1, 28)),
        ("FY2023", date(2023, 1, 29), date(2024, 2, 3)),
        ("FY2024", date(2024, 2, 4), date(2025, 2, 1)),
        ("FY2025", date(2025, 2, 2), date(2026, 1, 31)),
    ],
)
def test_the_retail_calendar_is_that_of_the_federation(key: str, first: date, last: date) -> None:
    """The 4-5-4 calendars that the National Retail Federation publishes; 2023 has 53 weeks."""
    year = RETAIL.period_of(Grain.FISCAL_YEAR, first)
    assert year == Period(Grain.FISCAL_YEAR, key, first, last)


def test_a_quarter_in_weeks_has_thirteen_and_the_53rd_is_the_last_month_s() -> None:
    """Four, five and four weeks; January 2024 of the retail calendar has five."""
    months = list(RETAIL.periods(Grain.FISCAL_MONTH, date(2023, 1, 29), date(2024, 2, 3)))
    weeks = [((each.last_day - each.first_day).days + 1) / 7 for each in months]
    assert weeks == [4, 5, 4] * 3 + [4, 5, 5]


def test_fiscal_grains_are_published_where_they_differ() -> None:
    """Where the fiscal year is the calendar's, its periods would be told twice."""
    assert Grain.FISCAL_YEAR not in CIVIL.grains
    assert set(APRIL.grains) == set(RETAIL.grains) == set(TILING)


def test_grains_that_end_on_each_day_are_not_published() -> None:
    """They are many, and computed when somebody asks."""
    assert not DAILY_GRAINS & set(APRIL.grains)


def test_weeks_from_sunday_are_named_by_their_middle() -> None:
    """The week from Sunday, 28 December 2025 has its fourth day in 2025, and is its last."""
    sunday = Calendar(week_starts=6)
    week = sunday.period_of(Grain.WEEK, date(2025, 12, 31))
    assert week == Period(Grain.WEEK, "2025-W53", date(2025, 12, 28), date(2026, 1, 3))
