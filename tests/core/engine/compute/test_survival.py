"""Medians over rows that wait: those who are not there yet count as long as they were watched."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.errors import DefinitionError
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.value import Completeness, KpiValue
from support.resolved_company import Company, company_in_memory, utc

PACK = """
[measures.sales_cycle]
title = "Sales cycle"
on = "deals"
aggregate = "median_survival()"
when = "created_at"
then = "won_at"
until = "lost_at"

[measures.slow]
title = "Sales cycle, lost deals waiting for ever"
on = "deals"
aggregate = "median_survival()"
when = "created_at"
then = "won_at"
"""

DRUG = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
"""Weeks in remission (Freireich and others, Blood 21, 1963); + was watched no longer."""


@pytest.fixture
def company(company: Company) -> Company:
    """A company with the measures of this page."""
    company.pack = PACK
    return company


def put(company: Company, created: str, won: str | None = None, lost: str | None = None) -> None:
    """Store a deal."""
    company.put("deals", created_at=created, won_at=won, lost_at=lost)


def after(days: int) -> str:
    """So many days after the first of May 2026, at noon."""
    return f"{date(2026, 5, 1) + timedelta(days=days)}T12:00"


@pytest.mark.parametrize(("told", "median"), [(DRUG, 23), (PLACEBO, 8)])
def test_the_published_medians_come_out(company: Company, told: str, median: int) -> None:
    """The textbook example has its medians at 23 and at 8."""
    for each in told.split():
        moment = after(int(each.rstrip("+")))
        put(company, "2026-05-01T08:00", *((None, moment) if "+" in each else (moment, None)))
    value = company.one("sales_cycle", "2026-05")

    assert (value.value, value.sample_size) == (Decimal(median), 21)


def test_those_who_wait_make_it_longer(company: Company) -> None:
    """Of four deals two were won after 10 and 20 days; the median of these two alone is 15."""
    company.as_of = utc("2026-07-30T12:00")
    for days in (10, 20):
        put(company, "2026-05-01T08:00", after(days))
    put(company, "2026-05-01T08:00")
    put(company, "2026-05-01T08:00")

    assert company.one("sales_cycle", "2026-05").value == 20


def test_there_is_no_median_while_more_than_half_wait(company: Company) -> None:
    """One of three got there, and the reason says so."""
    put(company, "2026-05-01T08:00", after(10))
    put(company, "2026-05-01T08:00")
    put(company, "2026-05-01T08:00")
    value = company.one("sales_cycle", "2026-05")

    assert value.value is None
    assert value.reason == ("sales_cycle has no median: of 3 only 1 got there, too few to tell")
    assert value.completeness is Completeness.IMMATURE


def test_it_is_cut_by_the_period_of_entering(company: Company) -> None:
    """A deal of May that is won in June is one of May."""
    put(company, "2026-05-31T08:00", "2026-06-05T08:00")

    assert company.one("sales_cycle", "2026-05").value == 5
    june = company.one("sales_cycle", "2026-06")
    assert (june.value, june.reason) == (None, "no rows for sales_cycle")


def test_days_are_local_days(company: Company) -> None:
    """From 23:30 to 00:30 in Berlin is one day."""
    put(company, "2026-05-10T21:30", "2026-05-10T22:30")

    assert company.one("sales_cycle", "2026-05").value == 1


def test_who_is_lost_leaves_where_the_measure_says_so(company: Company) -> None:
    """Without `until` a lost deal waits to the as-of time."""
    put(company, "2026-05-01T08:00", after(30))
    put(company, "2026-05-01T08:00", None, after(10))

    assert company.one("sales_cycle", "2026-05").value == 30
    assert company.one("slow", "2026-05").value == 30
    put(company, "2026-05-01T08:00", None, after(10))
    assert company.one("sales_cycle", "2026-05").value == 30
    assert company.one("slow", "2026-05").value is None


def test_what_ends_before_it_begins_is_left_out(company: Company) -> None:
    """It is an error of the records, and would count as a deal of less than no days."""
    put(company, "2026-05-01T08:00", after(10))
    put(company, "2026-05-01T08:00", "2026-04-01")
    put(company, "2026-05-01T08:00", None, "2026-04-01")
    value = company.one("sales_cycle", "2026-05")

    assert (value.value, value.sample_size) == (10, 1)


def test_what_lies_after_the_as_of_time_has_not_happened(company: Company) -> None:
    """It gives the same number as if the rest of the records had not been pulled."""
    company.as_of = utc("2026-05-20T12:00")
    put(company, "2026-05-01T08:00", "2026-05-11T08:00")
    put(company, "2026-05-01T08:00", "2026-05-21T08:00")
    put(company, "2026-05-21T08:00", "2026-05-22T08:00")
    value = company.one("sales_cycle", "2026-05")

    assert (value.value, value.sample_size) == (10, 2)


def test_it_is_immature_while_one_who_waits_could_come_before_it(company: Company) -> None:
    """Those created on May 30 could still take less than 20 days on June 18, not any more later."""
    for days in (20, 20, 25):
        put(company, "2026-05-01T08:00", after(days))
    put(company, "2026-05-30T08:00")

    company.as_of = utc("2026-06-18T12:00")
    assert company.one("sales_cycle", "2026-05").completeness is Completeness.IMMATURE
    company.as_of = utc("2026-06-19T12:00")
    assert company.one("sales_cycle", "2026-05").completeness is Completeness.COMPLETE


def test_it_is_asked_for_no_single_record(company: Company) -> None:
    """The refusal says why, and what to take instead."""
    with pytest.raises(DefinitionError, match="median over many rows") as caught:
        company.per_record("sales_cycle", "deal")
    assert "days_between" in str(caught.value)


@pytest.mark.parametrize(
    ("aggregate", "times", "said"),
    [
        ("median_survival(amount)", 'then = "won_at"', "names"),
        ("median_survival()", "", "does not make"),
        ("median_survival()", 'then = "won_at"\nwithin = "9 days"', "does not make"),
        ("count(*)", 'then = "won_at"\nuntil = "lost_at"', "does not make"),
    ],
)
def test_a_median_that_is_not_said_right_is_refused(
    company: Company, aggregate: str, times: str, said: str
) -> None:
    """The message names the keys that go together."""
    company.pack = f"""
[measures.cycle]
title = "Cycle"
on = "deals"
aggregate = "{aggregate}"
when = "created_at"
{times}
"""

    with pytest.raises(DefinitionError, match=said) as caught:
        _ = company.catalog
    assert "when" in str(caught.value)
    assert "then" in str(caught.value)


Deal = tuple[int, int, str, str | None]
"""Day of creation, days that it took, how it ended, and the channel."""

deals = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.integers(0, 40),
        st.sampled_from(["won", "lost", "open"]),
        st.sampled_from([None, "ads", "email"]),
    ),
    min_size=1,
    max_size=25,
)


def expected(rows: Iterable[Deal], today: int) -> Decimal | None:
    """The median in plain Python: the product of fractions over sorted days."""
    watched: list[tuple[int, bool]] = []
    for created, took, how, _ in rows:
        seen = today - created
        if seen >= 0:
            is_over = how != "open" and took <= seen
            watched.append((took if is_over else seen, is_over and how == "won"))
    share = Fraction(1)
    for day in sorted({days for days, is_won in watched if is_won}):
        at_risk = sum(days >= day for days, _ in watched)
        won = sum(days == day and is_won for days, is_won in watched)
        share *= Fraction(at_risk - won, at_risk)
        if share <= Fraction(1, 2):
            return Decimal(day)
    return None


def asked(rows: Sequence[Deal], today: int, threads: int = 2) -> list[KpiValue]:
    """What computing says, in total and by channel."""
    with company_in_memory(PACK, threads) as company:
        company.as_of = utc(f"{date(2026, 5, 1) + timedelta(days=today)}T20:00")
        for created, took, how, channel in rows:
            ends = after(created + took)
            company.put(
                "deals",
                created_at=after(created),
                won_at=ends if how == "won" else None,
                lost_at=ends if how == "lost" else None,
                channel=channel,
            )
        return company.values("sales_cycle", Grain.EVER, cuts=((), ("channel",)))


@given(rows=deals, today=st.integers(0, 110))
@settings(max_examples=25, deadline=None)
def test_it_is_what_plain_python_says(rows: list[Deal], today: int) -> None:
    """In total, and of each channel, to the last digit."""
    for value in asked(rows, today):
        cut = [row for row in rows if not value.dimensions or row[3] == value.dimensions["channel"]]
        assert value.value == expected(cut, today)


@given(orders=deals.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
@settings(max_examples=8, deadline=None)
def test_neither_order_nor_threads_change_it(orders: tuple[list[Deal], list[Deal]]) -> None:
    """One thread over the rows in another order says the same."""
    rows, shuffled = orders

    assert asked(shuffled, 80, threads=1) == asked(rows, 80, threads=3)
