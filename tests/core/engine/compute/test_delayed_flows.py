"""Flows that count later: what was spent then beside what comes of it now."""

from datetime import date

import pytest

from kpiloop.engine.compute.coverage import Coverage
from kpiloop.errors import DefinitionError
from kpiloop.kpi.value import Completeness
from support.resolved_company import Company, utc

PACK = """
[measures.cost]
title = "Cost"
on = "costs"
aggregate = "sum(amount_home)"
when = "cost_day"

[measures.cost_before]
title = "Cost, 30 days later"
on = "costs"
aggregate = "sum(amount_home)"
when = "cost_day"
delay = "30 days"

[measures.campaigns_paid_before]
title = "Campaigns paid for, 30 days later"
on = "costs"
aggregate = "count(distinct campaign_id)"
when = "cost_day"
delay = "30 days"
"""


@pytest.fixture
def company(company: Company) -> Company:
    """A company with the costs of two days."""
    company.pack = PACK
    company.put("costs", cost_day=date(2026, 3, 1), amount_home=100, campaign_id="a", channel="ads")
    company.put("costs", cost_day=date(2026, 3, 2), amount_home=10, campaign_id="a", channel="mail")
    return company


def test_a_row_counts_so_many_days_later(company: Company) -> None:
    """March 1 and 30 days is March 31, March 2 and 30 days is April 1."""
    assert company.by_period("cost") == {"2026-03": 110}
    assert company.by_period("cost_before") == {"2026-03": 100, "2026-04": 10}
    assert company.by_period("campaigns_paid_before") == {"2026-03": 1, "2026-04": 1}


def test_it_is_cut_and_asked_for_each_record_by_the_same_days(company: Company) -> None:
    """Channels and campaigns count their costs later as well."""
    assert company.by("cost_before", "channel", period="2026-04") == {("mail",): 10, ("ads",): 0}
    company.put("costs", cost_day=date(2025, 12, 31), amount_home=7, campaign_id="b")
    assert company.per_record("cost_before", "campaign") == {
        "a": (110, 2, "complete"),
        "b": (7, 1, "complete"),
    }


def test_it_is_partial_where_the_days_before_are_not_told_of(company: Company) -> None:
    """Costs are told of from March 1 on: March itself is whole, what counts in it is not."""
    company.coverage = Coverage(first_day=date(2026, 3, 1))

    assert company.one("cost", "2026-03").completeness is Completeness.COMPLETE
    assert company.one("cost_before", "2026-03").completeness is Completeness.PARTIAL
    assert company.one("cost_before", "2026-05").completeness is Completeness.COMPLETE


def test_a_delay_changes_the_version(company: Company) -> None:
    """Another delay is another meaning."""
    versions = {company.catalog.kpi(each).version for each in ("cost", "cost_before")}
    company.pack = PACK.replace("30 days", "31 days")
    versions.add(company.catalog.kpi("cost_before").version)

    assert len(versions) == 3


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ('delay = "30 days"', "delay does not make a measure"),
        ('when = "created_at"\ndelay = "a month"', "'a month' is no number of days"),
        (
            'when = "created_at"\nthen = "won_at"\nwithin = "9 days"\ndelay = "9 days"',
            "delay and then and when and within does not make a measure",
        ),
        ('from = "created_at"\nuntil = "won_at"\ndelay = "9 days"', "does not make a measure"),
    ],
)
def test_only_a_flow_has_a_delay(company: Company, times: str, said: str) -> None:
    """A cohort and a stock have none, and days are written as days."""
    company.pack = f'[measures.deals]\non = "deals"\naggregate = "count(*)"\n{times}\n'

    with pytest.raises(DefinitionError, match=said):
        _ = company.catalog


def test_the_days_that_are_known_end_as_for_others(company: Company) -> None:
    """The running month is partial, though all that counts in it is long spent."""
    company.as_of = utc("2026-04-10T12:00")

    assert company.one("cost_before", "2026-04").completeness is Completeness.PARTIAL
