"""Cohorts: of those who entered in the period, how many converted in time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.kpi.calendar import DAILY_GRAINS, Grain
from kpiloop.kpi.interval import interval_of
from kpiloop.kpi.value import Completeness
from support.resolved_company import Company, company_in_memory, utc

PACK = """
[measures.mqls]
title = "MQLs"
on = "people"
aggregate = "count(*)"
when = "became_mql_at"

[measures.converted]
on = "people"
aggregate = "count(*)"
when = "became_mql_at"
then = "became_sql_at"
within = "10 days"

[kpis.rate]
title = "Rate"
meaning = "Share of the MQLs who became SQL within 10 days."
formula = "converted / mqls"
unit = "ratio"
"""


def put(company: Company, mql: str | None, sql: str | None) -> None:
    """Store a person of whom only these two moments are known."""
    company.pack = PACK
    company.put("people", became_mql_at=mql, became_sql_at=sql)


def test_the_last_local_day_of_the_window_is_in_it(company: Company) -> None:
    """Ten days after May 5 is the whole of May 15 in Berlin, which ends at 22:00 UTC."""
    put(company, "2026-05-05T08:00", "2026-05-15T21:59")
    put(company, "2026-05-05T08:00", "2026-05-15T22:00")

    assert company.one("rate", "2026-05").numerator == 1


def test_who_converts_at_the_very_moment_of_entering_converts(company: Company) -> None:
    """`then` may be `when`, and must not be before it, if only by a second."""
    put(company, "2026-05-05T08:00:00", "2026-05-05T08:00:00")
    put(company, "2026-05-05T08:00:00", "2026-05-05T07:59:59")

    assert company.one("rate", "2026-05").numerator == 1


def test_a_conversion_counts_in_the_period_of_the_entry(company: Company) -> None:
    """Who enters on May 31 and converts in June converts for May."""
    put(company, "2026-05-31T08:00", "2026-06-02T08:00")
    may, june = company.one("rate", "2026-05"), company.one("rate", "2026-06")

    assert (may.value, may.numerator, may.denominator) == (1.0, 1, 1)
    assert june.value is None


def test_days_of_a_window_are_local_days_when_the_clocks_change(company: Company) -> None:
    """From March 25 to the end of April 4 is ten days, though an hour is missing in between."""
    put(company, "2026-03-25T08:00", "2026-04-04T21:59")
    put(company, "2026-03-25T08:00", "2026-04-04T22:00")

    assert company.one("rate", "2026-03").numerator == 1


def test_a_cohort_never_exceeds_one(company: Company) -> None:
    """Only those who entered in the period can convert for it."""
    put(company, "2026-04-05T08:00", "2026-05-05T08:00")
    put(company, None, "2026-05-05T08:00")
    put(company, "2026-05-04T08:00", "2026-05-05T08:00")

    assert company.one("rate", "2026-05").value == 1.0


def test_the_period_twin_counts_by_the_day_of_the_conversion(company: Company) -> None:
    """It counts those who ever entered, however long ago, and so may exceed one."""
    put(company, "2026-01-05T08:00", "2026-05-05T08:00")
    put(company, "2026-05-04T08:00", "2026-05-05T08:00")
    put(company, None, "2026-05-05T08:00")

    assert company.one("rate_in_period", "2026-05").value == 2.0


def test_a_cohort_is_immature_until_its_window_is_over(company: Company) -> None:
    """May and ten days are over when June 11 begins in Berlin, and not a second before."""
    put(company, "2026-05-05T08:00", "2026-05-06T08:00")

    company.as_of = utc("2026-06-10T21:59:59")
    assert company.one("rate", "2026-05").completeness is Completeness.IMMATURE
    company.as_of = utc("2026-06-10T22:00:00")
    assert company.one("rate", "2026-05").completeness is Completeness.COMPLETE


def test_a_period_is_partial_until_it_is_over(company: Company) -> None:
    """May is over when June begins in Berlin; a cohort that is not over is partial first."""
    put(company, "2026-05-05T08:00", "2026-05-06T08:00")

    company.as_of = utc("2026-05-31T21:59:59")
    assert company.one("mqls", "2026-05").completeness is Completeness.PARTIAL
    assert company.one("rate", "2026-05").completeness is Completeness.PARTIAL
    company.as_of = utc("2026-05-31T22:00:00")
    assert company.one("mqls", "2026-05").completeness is Completeness.COMPLETE


def test_the_whole_time_is_never_partial_but_may_be_immature(company: Company) -> None:
    """`ever` ends with the records, and those who entered last have not had their time."""
    put(company, "2026-05-05T08:00", "2026-05-06T08:00")
    company.as_of = utc("2026-06-30T12:00")
    (mqls,) = company.values("mqls", Grain.EVER)
    (rate,) = company.values("rate", Grain.EVER)

    assert mqls.completeness is Completeness.COMPLETE
    assert rate.completeness is Completeness.IMMATURE


def test_the_sample_of_a_rate_is_who_entered(company: Company) -> None:
    """A rate rests on its denominator."""
    put(company, "2026-05-05T08:00", "2026-05-06T08:00")
    put(company, "2026-05-05T08:00", None)
    put(company, "2026-05-05T08:00", None)

    assert company.one("rate", "2026-05").sample_size == 3


moments = st.none() | st.integers(1, 60).map(lambda day: f"2026-0{day // 31 + 4}-{day % 30 + 1:02}")


@given(
    people=st.lists(st.tuples(moments, moments), min_size=1, max_size=15),
    grain=st.sampled_from([Grain.MONTH, Grain.EVER, *sorted(DAILY_GRAINS)]),
)
@settings(max_examples=15, deadline=None)
def test_no_rate_leaves_its_interval_and_no_interval_leaves_its_bounds(
    people: list[tuple[str | None, str | None]], grain: Grain
) -> None:
    """From 0 to 100 % at any grain; a twin above 100 % has no interval."""
    with company_in_memory(PACK) as company:
        for mql, sql in people:
            put(company, mql, sql)
        first, last = "2026-04-20", "2026-05-20"
        for value in company.values("rate", grain, first=first, last=last):
            interval = interval_of(company.catalog, value)
            assert (interval is None) == (value.value is None)
            if interval and value.value is not None:
                assert 0 <= interval.low <= value.value <= interval.high <= 1
        for twin in company.values("rate_in_period", grain, first=first, last=last):
            if twin.value is not None and twin.value > 1:
                assert interval_of(company.catalog, twin) is None
