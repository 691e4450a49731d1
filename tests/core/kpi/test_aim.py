"""What a value should be: its own target, or its part of a year's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.kpi.aim import Aim, Aims, adds_up
from kpiloop.kpi.calendar import CIVIL, Calendar, Grain, Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.target import Rule, Split, Target, Targets
from kpiloop.kpi.value import KpiValue, Number

CatalogOf = Callable[..., Catalog]
AS_OF = datetime(2026, 6, 16, tzinfo=UTC)


def _value(period: Period, channel: str | None = None) -> KpiValue:
    dimensions = {} if channel is None else {"channel": channel}
    return KpiValue(
        kpi="mqls", period=period, dimensions=dimensions, value=None, version="v", as_of=AS_OF
    )


def _aim(target: Target, period: Period, *others: Target, calendar: Calendar = CIVIL) -> Aim | None:
    aims = Aims(targets=Targets((target, *others)), calendar=calendar)
    return aims.of(_value(period), _nothing)


def _nothing(_month: Period) -> Number | None:
    return None


def _year(value: int, split: Split | None = None, period: str | None = None) -> Target:
    return Target(kpi="mqls", grain=Grain.YEAR, value=Decimal(value), split=split, period=period)


MARCH = CIVIL.period_of(Grain.MONTH, date(2026, 3, 1))
BY_DAYS = Split(rule=Rule.DAYS)


def test_a_period_s_own_target_comes_before_that_of_its_grain() -> None:
    """The target of March stands in March, that of every month in all others."""
    monthly = Target(kpi="mqls", grain=Grain.MONTH, value=Decimal(400))
    of_march = Target(kpi="mqls", grain=Grain.MONTH, value=Decimal(450), period="2026-03")
    april = CIVIL.period_of(Grain.MONTH, date(2026, 4, 1))
    assert _aim(monthly, MARCH, of_march) == Aim(value=Decimal(450), source="given")
    assert _aim(monthly, april, of_march) == Aim(value=Decimal(400), source="given")


def test_a_target_of_all_is_no_target_of_a_part() -> None:
    """A channel is judged by a target of its own only."""
    aims = Aims(targets=Targets((_year(1200, BY_DAYS),)), calendar=CIVIL)
    assert aims.of(_value(MARCH, "email"), _nothing) is None


def test_a_year_is_not_split_unless_a_rule_says_how() -> None:
    """Without a rule a year's target says nothing of its months."""
    assert _aim(_year(1200), MARCH) is None


def test_a_year_is_split_by_days() -> None:
    """March has 31 of 365 days."""
    assert _aim(_year(3650, BY_DAYS), MARCH) == Aim(value=Decimal(310), source="2026 by days")


def test_a_week_between_two_years_has_a_part_of_both() -> None:
    """The week from 29 December 2025 has three days of the one and four of the other."""
    week = CIVIL.period_of(Grain.WEEK, date(2025, 12, 29))
    both = (_year(3650, BY_DAYS, "2025"), _year(36500, BY_DAYS, "2026"))
    found = _aim(both[0], week, both[1])
    assert found == Aim(value=Decimal(430), source="2025 by days and 2026 by days")
    assert _aim(both[0], week) is None


def test_a_year_is_split_by_the_weights_of_its_months() -> None:
    """A month has its weight's share; its days have the same part of it."""
    weights = Split(rule=Rule.WEIGHTS, weights=tuple(map(Decimal, [0, 0, 31, *[1] * 9])))
    first_of_march = CIVIL.period_of(Grain.DAY, date(2026, 3, 1))
    assert _aim(_year(400, weights), MARCH) == Aim(
        value=Decimal(310), source="2026 by weights of its months"
    )
    assert _aim(_year(400, weights), first_of_march) == Aim(
        value=Decimal(10), source="2026 by weights of its months"
    )


def test_a_year_is_split_as_the_year_before_went() -> None:
    """A month has the share that it had in the year before; a year without any has no parts."""
    like_last_year = _year(1200, Split(rule=Rule.LAST_YEAR))
    aims = Aims(targets=Targets((like_last_year,)), calendar=CIVIL)

    def before(month: Period) -> Number:
        assert month.key.startswith("2025-")
        return 30 if month.key == "2025-03" else Decimal(10)

    found = aims.of(_value(MARCH), before)
    assert found is not None
    assert found.value == Decimal("257.14")  # 30 of 140
    assert aims.of(_value(MARCH), _nothing) is None


@settings(max_examples=10)
@given(
    value=st.integers(0, 10**9),
    grain=st.sampled_from([Grain.DAY, Grain.MONTH, Grain.QUARTER]),
    weights=st.lists(st.integers(0, 1000), min_size=12, max_size=12).filter(any),
)
@pytest.mark.parametrize("rule", [Rule.DAYS, Rule.WEIGHTS, Rule.LAST_YEAR])
def test_the_parts_of_a_year_add_up_to_its_target(
    rule: Rule, value: int, grain: Grain, weights: list[int]
) -> None:
    """Whatever the rule, the grain and the numbers, the parts are the whole to the cent."""
    split = Split(rule=rule, weights=tuple(map(Decimal, weights)))
    aims = Aims(targets=Targets((_year(value, split),)), calendar=CIVIL)

    def before(month: Period) -> Number:
        return Decimal(weights[month.first_day.month - 1])

    periods = CIVIL.periods(grain, date(2024, 1, 1), date(2024, 12, 31))
    parts = [aims.of(_value(period), before) for period in periods]
    assert sum(each.value for each in parts if each is not None) == value
    assert None not in parts


def test_what_adds_up_over_time_is_known(catalog_of: CatalogOf, basics: str) -> None:
    """Counts and sums of what happened do; rates, states and distinct counts do not."""
    more = """
    [measures.visitors]
    title = "Visitors"
    on = "page_views"
    aggregate = "count(distinct visitor_id)"
    when = "viewed_at"
    [kpis.people_and_more]
    title = "More"
    formula = "mqls + mqls"
    unit = "people"
    [kpis.customers_there]
    title = "Customers"
    formula = "customers_at_end"
    unit = "customers"
    """
    catalog = catalog_of(basics, more)
    found = {kpi for kpi in catalog.kpis if adds_up(catalog, kpi)}
    assert {"mqls", "revenue", "people_and_more"} <= found
    assert not found & {"mql_to_sql_rate", "visitors", "customers_there"}


def test_a_year_of_days_has_days() -> None:
    """The days of a year split by days differ by a cent at most."""
    days = CIVIL.periods(Grain.DAY, date(2026, 1, 1), date(2026, 12, 31))
    found = [_aim(_year(1000, BY_DAYS), day) for day in days]
    values = [each.value for each in found if each]
    assert len(values) == timedelta(days=365).days
    assert max(values) - min(values) == Decimal("0.01")
