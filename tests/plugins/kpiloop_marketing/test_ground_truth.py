"""The bundled KPIs of leads, sales and customers give the numbers that a textbook gives."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpiloop_marketing import kpiloop_packs
from support.resolved_company import Company, company_in_memory

MARCH = "2026-03"
BUNDLED = "\n".join(pack.read_text(encoding="utf-8") for pack in kpiloop_packs())


@pytest.fixture
def company() -> Iterator[Company]:
    """A company without rows, and the bundled packs."""
    with company_in_memory(BUNDLED) as company:
        yield company


def a_customer(
    company: Company, name: str, since: str, until: str | None = None, **more: object
) -> None:
    """Store somebody's first time as a customer."""
    company.put(
        "customer_intervals",
        customer_id=name,
        is_first=True,
        started_at=since,
        ended_at=until,
        **more,
    )


def test_of_200_customers_180_are_kept_while_40_are_won(company: Company) -> None:
    """From 200 to 220 customers with 40 new ones, 90 % are retained and 10 % lost."""
    for number in range(200):
        left = "2026-03-14T12:00" if number < 20 else None
        a_customer(company, f"old {number}", "2026-01-10T12:00", left)
    for number in range(40):
        a_customer(company, f"new {number}", "2026-03-20T12:00")

    assert company.one("customers", MARCH).value == 220
    assert company.one("retention_rate", MARCH).value == 0.9
    assert company.one("churn_rate", MARCH).value == 0.1
    assert company.one("acquisition_rate", MARCH).value == 0.2
    assert company.one("acquisition_rate_per_day", MARCH).value == 0.2 / 31


def test_a_customer_costs_what_marketing_and_sales_spent_on_it(company: Company) -> None:
    """10,000 of marketing and 5,000 of sales for 30 new customers are 500 each."""
    for department, amount in (("marketing", 10_000), ("sales", 5_000)):
        company.put(
            "costs", department=department, cost_day=date(2026, 3, 9), amount_home=Decimal(amount)
        )
    for number in range(30):
        a_customer(company, f"new {number}", "2026-03-20T12:00")
        company.put("people", became_sql_at="2026-03-02T12:00")

    assert company.one("cac", MARCH).value == 500
    assert company.one("sql_acquisition_cost", MARCH).value == 500


def test_revenue_churns_by_what_those_who_leave_buy(company: Company) -> None:
    """One of two customers leaves, and with it three quarters of what both buy."""
    a_customer(company, "large", "2026-01-01T12:00", "2026-03-05T12:00", amount_home=Decimal(750))
    a_customer(company, "small", "2026-01-01T12:00", amount_home=Decimal(250))

    assert company.one("churn_rate", MARCH).value == 0.5
    assert company.one("revenue_churn_rate", MARCH).value == 0.75


def test_a_customer_is_worth_what_it_buys_while_it_stays(company: Company) -> None:
    """Four buy for 100 six times in a month in which one of them leaves: 1.5 x 100 x 4 months."""
    for number in range(4):
        left = "2026-03-14T12:00" if number == 0 else None
        a_customer(company, f"old {number}", "2026-01-10T12:00", left)
    a_customer(company, "new", "2026-03-20T12:00")
    for number in range(5):
        company.put(
            "deals", id=f"deal {number}", won_at="2026-03-10T12:00", amount_home=Decimal(100)
        )
    orders = {"ordered_at": "2026-03-11T12:00", "amount_home": Decimal(100)}
    company.put("orders", is_purchase=True, **orders)
    company.put("orders", is_purchase=False, **orders)

    assert company.one("order_value", MARCH).value == 100
    assert company.one("orders_per_customer", MARCH).value == 1.5
    assert company.one("customer_lifespan", MARCH).value == 4 * 31
    assert company.one("clv", MARCH).value == 600


def test_each_answer_is_read_on_its_own_scale(company: Company) -> None:
    """Satisfied are 4 and 5 of 1 to 5, 2 of 0 to 2, 6 and 7 of 1 to 7; none without a scale."""
    told = [
        *((score, 1, 5) for score in range(1, 6)),
        *((score, 0, 2) for score in range(3)),
        *((score, 1, 7) for score in range(1, 8)),
        (5, None, None),
        (9, 1, 5),
    ]
    for score, lowest, highest in told:
        company.put(
            "survey_responses",
            kind="csat",
            score=score,
            lowest=lowest,
            highest=highest,
            answered_at="2026-03-10T12:00",
        )
    company.put(
        "survey_responses", kind="nps", score=5, lowest=1, highest=5, answered_at="2026-03-10T12:00"
    )

    satisfied = company.one("csat", MARCH)
    assert (satisfied.numerator, satisfied.denominator) == (2 + 1 + 2, 5 + 3 + 7)


def test_who_rises_is_counted_by_the_stage_that_was_left(company: Company) -> None:
    """Of three leads at the start one rises; one who came and rose since is in the twin alone."""
    for moved_up_at in ("2026-03-20T12:00", None, None):
        company.put(
            "stage_intervals",
            of_entity="people",
            stage="lead",
            started_at="2026-02-01T12:00",
            ended_at=moved_up_at,
            moved_up_at=moved_up_at,
        )
    company.put(
        "stage_intervals",
        of_entity="people",
        stage="lead",
        started_at="2026-03-02T12:00",
        ended_at="2026-03-03T12:00",
        moved_up_at="2026-03-03T12:00",
    )

    assert company.by("rank_up_rate", "stage", period=MARCH) == {("lead",): 1 / 3}
    assert company.by("rank_up_rate_in_period", "stage", period=MARCH) == {("lead",): 2 / 3}


def test_deals_that_are_open_make_the_sales_cycle_longer(company: Company) -> None:
    """Two deals are won after 10 days, one after 60, two are open: half of all wait 60 days."""
    for won_at in ("2026-03-12T12:00", "2026-03-12T12:00", "2026-05-01T12:00", None, None):
        company.put("deals", created_at="2026-03-02T12:00", won_at=won_at)

    assert company.one("won_deal_cycle_days", MARCH).value == 10
    assert company.one("sales_cycle_days", MARCH).value == 60


DAYS = st.integers(0, 120)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stays=st.lists(st.tuples(DAYS, st.none() | DAYS), min_size=1, max_size=12))
def test_retention_is_end_less_new_over_start_where_nobody_returns(
    company: Company, stays: list[tuple[int, int | None]]
) -> None:
    """(E - N) / S is the retention rate, for who comes in the month stays to its end."""
    company.connection.execute("DELETE FROM resolved.customer_intervals")
    for name, (begins, lasts) in enumerate(stays):
        since = date(2026, 1, 1) + timedelta(days=begins)
        until = since + timedelta(days=lasts) if lasts is not None else None
        if until is not None and since.month == until.month == 3:
            until = None
        ended_at = f"{until}T12:00" if until else None
        a_customer(company, str(name), f"{since}T12:00", ended_at)

    start = company.one("customers", "2026-02").value
    end = company.one("customers", MARCH).value
    new = company.one("new_customers", MARCH).value
    assert start is not None
    assert end is not None
    assert new is not None
    expected = float(end - new) / float(start) if start else None
    assert company.one("retention_rate", MARCH).value == expected
