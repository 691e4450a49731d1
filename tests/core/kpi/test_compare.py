"""Period over period: the same length of time, before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.errors import ConfigError
from kpiloop.kpi.calendar import CIVIL, DAILY_GRAINS, Calendar, Grain, Period
from kpiloop.kpi.compare import Against, Change, change, compared_period
from kpiloop.kpi.fiscal import FiscalYears

APRIL = Calendar(fiscal=FiscalYears(starts=4))
RETAIL = Calendar(
    week_starts=6, fiscal=FiscalYears(starts=2, weeks=(4, 5, 4), is_named_by_start=True)
)


@pytest.mark.parametrize(
    ("grain", "day", "previous", "year"),
    [
        (Grain.DAY, date(2026, 3, 15), "2026-03-14", "2025-03-15"),
        (Grain.DAY, date(2024, 2, 29), "2024-02-28", "2023-02-28"),
        (Grain.WEEK, date(2026, 3, 2), "2026-W09", "2025-W10"),
        (Grain.MONTH, date(2026, 1, 31), "2025-12", "2025-01"),
        (Grain.QUARTER, date(2026, 3, 15), "2025-Q4", "2025-Q1"),
        (Grain.YEAR, date(2026, 3, 15), "2025", "2025"),
        (Grain.ROLLING_7_DAYS, date(2026, 3, 15), "2026-03-08", "2025-03-15"),
        (Grain.ROLLING_28_DAYS, date(2026, 3, 1), "2026-02-01", "2025-03-01"),
        (Grain.MONTH_TO_DATE, date(2026, 3, 15), "2026-02-15", "2025-03-15"),
        (Grain.MONTH_TO_DATE, date(2026, 3, 31), "2026-02-28", "2025-03-31"),
        (Grain.QUARTER_TO_DATE, date(2026, 5, 15), "2026-02-15", "2025-05-15"),
        (Grain.YEAR_TO_DATE, date(2024, 2, 29), "2023-02-28", "2023-02-28"),
    ],
)
def test_a_period_is_compared_with_these(grain: Grain, day: date, previous: str, year: str) -> None:
    """As one would do it by hand, with the calendar beside one."""
    period = CIVIL.period_of(grain, day)

    assert compared_period(period, Against.PREVIOUS, CIVIL).key == previous
    assert compared_period(period, Against.YEAR, CIVIL).key == year


@pytest.mark.parametrize(
    ("calendar", "grain", "previous", "year"),
    [
        (APRIL, Grain.FISCAL_MONTH, "FY2026-M12", "FY2026-M01"),
        (APRIL, Grain.FISCAL_QUARTER, "FY2026-Q4", "FY2026-Q1"),
        (APRIL, Grain.FISCAL_YEAR, "FY2026", "FY2026"),
        (APRIL, Grain.FISCAL_YEAR_TO_DATE, "2025-04-10", "2025-04-10"),
        (APRIL, Grain.FISCAL_QUARTER_TO_DATE, "2026-01-10", "2025-04-10"),
        (RETAIL, Grain.FISCAL_MONTH, "FY2026-M02", "FY2025-M03"),
        (RETAIL, Grain.FISCAL_QUARTER, "FY2025-Q4", "FY2025-Q1"),
    ],
)
def test_fiscal_periods_are_compared_by_their_place_in_the_year(
    calendar: Calendar, grain: Grain, previous: str, year: str
) -> None:
    """April 10, 2026: the first month of a year from April, the third of one in weeks."""
    period = calendar.period_of(grain, date(2026, 4, 10))

    assert compared_period(period, Against.PREVIOUS, calendar).key == previous
    assert compared_period(period, Against.YEAR, calendar).key == year


@given(
    st.sampled_from([each for each in Grain if each is not Grain.EVER]),
    st.sampled_from([CIVIL, APRIL, RETAIL]),
    st.sampled_from(Against),
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
)
def test_what_is_compared_with_is_over_before(
    grain: Grain, calendar: Calendar, against: Against, day: date
) -> None:
    """It is a period of the grain, and ends before the other ends."""
    period = calendar.period_of(grain, day)
    before = compared_period(period, against, calendar)

    assert before == calendar.period_of(grain, before.last_day)
    assert before.last_day < period.last_day
    if grain not in DAILY_GRAINS and against is Against.PREVIOUS:
        assert before.last_day + timedelta(days=1) == period.first_day


def test_the_whole_time_has_none_before() -> None:
    """The refusal says to choose a grain."""
    ever = Period(Grain.EVER, "ever", date(2026, 1, 1), date(2026, 5, 1))

    with pytest.raises(ConfigError, match="whole time"):
        compared_period(ever, Against.PREVIOUS, CIVIL)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Decimal(10), Decimal(15), Change(Decimal(5), 0.5)),
        (Decimal("0.10"), Decimal("0.30"), Change(Decimal("0.20"), 2.0)),
        (0.5, 0.25, Change(-0.25, -0.5)),
        (Decimal(-10), Decimal(5), Change(Decimal(15), 1.5)),
        (Decimal(0), Decimal(5), Change(Decimal(5), None)),
        (None, Decimal(5), Change(None, None)),
        (Decimal(5), None, Change(None, None)),
    ],
)
def test_a_change_is_exact_and_of_what_was_before(
    before: Decimal | float | None, after: Decimal | float | None, expected: Change
) -> None:
    """From a loss to a gain is up; from nothing there is no share."""
    assert change(before, after) == expected
