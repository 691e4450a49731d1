"""`days_in_period`: numbers for each day, and rates of a year."""

from decimal import Decimal

import pytest

from kpiloop.errors import DefinitionError
from kpiloop.kpi.calendar import Grain
from support.resolved_company import Company, utc

PACK = """
[measures.won]
on = "deals"
aggregate = "count(*)"
when = "won_at"

[measures.revenue]
on = "deals"
aggregate = "sum(amount_home)"
when = "won_at"

[kpis.won_per_day]
title = "Won per day"
formula = "won / days_in_period"
unit = "deals/day"

[kpis.days]
title = "Days"
formula = "days_in_period + 0 * won / won * days_in_period"
unit = "days"
"""


@pytest.fixture
def company(company: Company) -> Company:
    """A company that won 62 deals on one day of May."""
    company.pack = PACK
    for _ in range(62):
        company.put("deals", company_id="a", won_at="2026-05-05T12:00", amount_home=Decimal(1))
    return company


def test_a_period_has_the_days_of_the_calendar(company: Company) -> None:
    """May has 31 days, its quarter 91, its year 365."""
    assert company.one("won_per_day", "2026-05").value == 2.0
    assert company.one("won_per_day", "2026-Q2", Grain.QUARTER).denominator == 91
    assert company.one("won_per_day", "2026", Grain.YEAR).denominator == 365


def test_the_running_period_has_those_that_were(company: Company) -> None:
    """On May 10 there were ten days, the running one with them."""
    company.as_of = utc("2026-05-10T12:00")

    assert company.one("won_per_day", "2026-05").denominator == 10
    assert company.one("won_per_day", "ever", Grain.EVER).denominator == 130


def test_it_is_the_same_for_single_records(company: Company) -> None:
    """SQL divides by the same days as Python."""
    ((value, sample, _),) = company.per_record("won_per_day", "company").values()

    assert (value, sample) == (62 / 365, 62)


def test_its_unit_is_days(company: Company) -> None:
    """What is divided by it is per day, and says so."""
    assert str(company.catalog.kpi("won_per_day").unit) == "deals/day"
    company.pack = PACK.replace('"deals/day"', '"deals"')
    with pytest.raises(DefinitionError, match="won / days_in_period is in deals/day"):
        _ = company.catalog


def test_nothing_else_is_called_so(company: Company) -> None:
    """The name is taken, and a formula of nothing else says nothing."""
    company.pack = PACK.replace("measures.revenue", "measures.days_in_period")
    with pytest.raises(DefinitionError, match="has a meaning of its own"):
        _ = company.catalog
    company.pack = PACK.replace("won / days_in_period", "days_in_period")
    with pytest.raises(DefinitionError, match="names nothing"):
        _ = company.catalog
