"""The small parts that the demo company is drawn with."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop_sandbox.company.chance import Weighted
from kpiloop_sandbox.company.moments import as_milliseconds, as_moment, at_work, later
from kpiloop_sandbox.company.names import FIRST_NAMES, LAST_NAMES, firm_name, plain
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.season import Season

MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001 - UTC next
    lambda moment: moment.replace(tzinfo=UTC, microsecond=moment.microsecond // 1000 * 1000)
)


@given(moment=MOMENTS)
def test_milliseconds_and_moments_are_the_same_thing(moment: datetime) -> None:
    """A moment goes to milliseconds and back without loss."""
    assert as_moment(as_milliseconds(moment)) == moment


@given(moment=MOMENTS)
def test_work_is_done_in_office_hours(moment: datetime) -> None:
    """Work falls on a weekday between 7 and 17 o'clock, at most two days later."""
    worked = as_moment(at_work(as_milliseconds(moment)))
    assert worked.weekday() < 5
    assert 7 <= worked.hour < 17
    assert 0 <= (worked.date() - moment.date()).days <= 2


@given(share=st.floats(0, 1), start=st.integers(0, 10**12), rest=st.integers(2, 10**11))
def test_later_is_after_and_before_the_end(share: float, start: int, rest: int) -> None:
    """Any share of the time that is left lies strictly between now and the end."""
    assert start < later(share, start, start + rest) < start + rest


@given(share=st.floats(0, 1))
def test_a_weighted_table_never_runs_over(share: float) -> None:
    """Every share from 0 to 1 picks something, in the order of the table."""
    expected = "a" if share * 4 < 1 else "b"
    assert Weighted((("a", 1.0), ("b", 3.0))).pick(share) == expected


def test_firms_have_domains_of_their_own() -> None:
    """No two of 60,000 firms share a domain, and all of them lie under .example."""
    domains = {firm_name(key, "Germany").domain for key in range(60_000)}
    assert len(domains) == 60_000
    assert all(domain.isascii() and domain.endswith(".example") for domain in domains)


def test_names_become_plain_letters_that_stay_apart() -> None:
    """No two names of a table have the same spelling in an address."""
    for names in (FIRST_NAMES, LAST_NAMES):
        spelled = {plain(name) for name in names}
        assert len(spelled) == len(names)
        assert all(name.isascii() and name.isalpha() for name in spelled)


def test_a_season_shares_out_all_people() -> None:
    """The shares of all days add up to one, and days outside the span get nothing."""
    options = CompanyOptions(until=date(2026, 3, 31), months=1)
    season = Season(options)
    assert options.first_day == date(2026, 2, 28)
    assert season.share_between(date(2026, 2, 28), date(2026, 3, 30)) == pytest.approx(1)
    assert season.share_between(date(2026, 4, 1), date(2026, 5, 1)) == 0
    assert season.day_at(1.0) == season.days - 1
