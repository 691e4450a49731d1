"""Rolling periods and periods to date: a day counts in each of them that holds it."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.coverage import Coverage
from kpiloop.engine.compute.question import Question
from kpiloop.kpi.calendar import DAILY_GRAINS, Grain
from kpiloop.kpi.value import Completeness
from support.resolved_company import Company, company_in_memory, utc

PACK = """
[measures.won]
title = "Won"
on = "deals"
aggregate = "count(*)"
when = "won_at"

[measures.buyers]
title = "Buyers"
on = "deals"
aggregate = "count(distinct company_id)"
when = "won_at"

[measures.middle_amount]
title = "Middle amount"
on = "deals"
aggregate = "median(amount_home)"
when = "won_at"

[measures.customers]
title = "Customers"
on = "customer_intervals"
aggregate = "count(distinct customer_id)"
from = "started_at"
until = "ended_at"

[kpis.retention]
title = "Retention"
formula = "customers_kept / customers_at_start"
unit = "ratio"

[measures.cycle]
title = "Cycle"
on = "deals"
aggregate = "median_survival()"
when = "created_at"
then = "won_at"
"""


@pytest.fixture
def company(company: Company) -> Company:
    """A company with a few deals in March and one in April."""
    company.pack = PACK
    for who, day, amount in (("a", 1, 10), ("a", 7, 20), ("b", 8, 60), ("a", 31, 40)):
        moment = f"2026-03-{day:02}T12:00"
        company.put("deals", company_id=who, created_at=moment, won_at=moment, amount_home=amount)
    company.put("deals", company_id="c", won_at="2026-04-02T12:00", amount_home=5)
    return company


def ending(company: Company, kpi: str, grain: Grain, *days: str) -> list[object]:
    """The values of the periods that end on some days."""
    found = {each.period.key: each.value for each in company.values(kpi, grain)}
    return [found[day] for day in days]


def test_a_rolling_period_counts_its_days_and_no_others(company: Company) -> None:
    """Seven days to March 7 hold the first; those to March 8 do not."""
    days = ("2026-03-01", "2026-03-07", "2026-03-08", "2026-03-14", "2026-03-15")

    assert ending(company, "won", Grain.ROLLING_7_DAYS, *days) == [1, 2, 2, 1, 0]
    assert ending(company, "won", Grain.ROLLING_365_DAYS, "2026-12-31") == [5]


def test_a_period_to_date_begins_anew_with_each_whole_one(company: Company) -> None:
    """The month of April knows nothing of March, its year does."""
    days = ("2026-03-31", "2026-04-01", "2026-04-02")

    assert ending(company, "won", Grain.MONTH_TO_DATE, *days) == [4, 0, 1]
    assert ending(company, "won", Grain.QUARTER_TO_DATE, *days) == [4, 0, 1]
    assert ending(company, "won", Grain.YEAR_TO_DATE, *days) == [4, 4, 5]


def test_ids_and_the_middle_are_of_the_rows_of_the_whole_period(company: Company) -> None:
    """Who buys on three days of the month to date is one buyer of it."""
    days = ("2026-03-07", "2026-03-31", "2026-04-02")

    assert ending(company, "buyers", Grain.MONTH_TO_DATE, *days) == [1, 2, 1]
    assert ending(company, "buyers", Grain.YEAR_TO_DATE, *days) == [1, 2, 3]
    assert ending(company, "middle_amount", Grain.YEAR_TO_DATE, *days) == [15, 30, 20]
    assert ending(company, "cycle", Grain.MONTH_TO_DATE, "2026-03-31") == [0]


def test_a_stock_is_read_at_the_ends_of_each_period(company: Company) -> None:
    """Of the two of March 10 one is left 28 days later, and one came."""
    for who, start, end in (
        ("stays", "2026-01-10", None),
        ("leaves", "2026-01-10", "2026-03-20"),
        ("comes", "2026-03-20", None),
    ):
        company.put("customer_intervals", customer_id=who, started_at=start, ended_at=end)
    days = ("2026-03-19", "2026-03-20", "2026-04-16", "2026-04-17")

    assert ending(company, "customers", Grain.ROLLING_28_DAYS, *days) == [2, 2, 2, 2]
    assert ending(company, "retention", Grain.ROLLING_28_DAYS, *days) == [1.0, 0.5, 0.5, 1.0]
    assert ending(company, "retention", Grain.QUARTER_TO_DATE, *days[1:3]) == [None, 1.0]


@pytest.mark.parametrize(
    ("grain", "tiling"),
    [
        (Grain.MONTH_TO_DATE, Grain.MONTH),
        (Grain.QUARTER_TO_DATE, Grain.QUARTER),
        (Grain.YEAR_TO_DATE, Grain.YEAR),
    ],
)
def test_the_last_day_of_a_whole_period_has_its_value(
    company: Company, grain: Grain, tiling: Grain
) -> None:
    """On March 31 the month to date is March, whatever is counted."""
    for kpi in ("won", "buyers", "middle_amount", "customers", "cycle"):
        to_date = {each.period.last_day: each for each in company.values(kpi, grain)}
        for whole in company.values(kpi, tiling):
            found = to_date[whole.period.last_day]
            assert (found.value, found.sample_size) == (whole.value, whole.sample_size)


def test_one_that_begins_before_anything_is_known_is_partial(company: Company) -> None:
    """Of the seven days to March 6 five are told of."""
    company.coverage = Coverage(first_day=date(2026, 3, 2))
    found = {
        each.period.last_day: each.completeness
        for each in company.values("won", Grain.ROLLING_7_DAYS)
    }

    assert found[date(2026, 3, 7)] is Completeness.PARTIAL
    assert found[date(2026, 3, 8)] is Completeness.COMPLETE


def test_the_one_that_ends_today_is_partial(company: Company) -> None:
    """The day is not over; the one before is whole."""
    company.as_of = utc("2026-03-20T12:00")
    *_, before, last = company.values("won", Grain.ROLLING_28_DAYS, last="2026-03-20")

    assert (before.completeness, last.completeness) == (
        Completeness.COMPLETE,
        Completeness.PARTIAL,
    )
    assert last.period.last_day - before.period.last_day == timedelta(days=1)


deals = st.lists(
    st.tuples(st.integers(0, 80), st.sampled_from("abcd"), st.sampled_from([None, "ads", "mail"])),
    min_size=1,
    max_size=20,
)


@given(
    rows=deals,
    grains=st.sets(st.sampled_from([*sorted(DAILY_GRAINS), Grain.MONTH]), min_size=1, max_size=3),
    first=st.integers(0, 60),
)
@settings(max_examples=20, deadline=None)
def test_ids_of_periods_that_overlap_are_counted_as_plain_python_counts_them(
    rows: list[tuple[int, str, str | None]], grains: set[Grain], first: int
) -> None:
    """In total and by channel, beside grains that tile the days."""
    start = date(2026, 2, 10)
    with company_in_memory(PACK) as company:
        for day, who, channel in rows:
            won = f"{start + timedelta(days=day)}T12:00"
            company.put("deals", company_id=who, won_at=won, channel=channel)
        question = Question(
            kpis=("buyers",),
            grains=tuple(sorted(grains)),
            first_day=start + timedelta(days=first),
            last_day=start + timedelta(days=first + 12),
            cuts=((), ("channel",)),
        )
        values = list(compute(company.connection, company.catalog, [question], company.moment))

    assert values
    for value in values:
        held = {
            who
            for day, who, channel in rows
            if value.period.first_day <= start + timedelta(days=day) <= value.period.last_day
            and (not value.dimensions or value.dimensions["channel"] == channel)
        }
        assert (value.value, value.sample_size) == (len(held), len(held))
