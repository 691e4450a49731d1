"""Budgets: each day's part, what of it is spent, and which of them a wider one holds."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.engine.resolve.rules import ConfiguredBudget, Rate
from support.pulled_company import Pulled, pulled_in_memory

FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)


def allow(pulled: Pulled, amount: str, **more: object) -> None:
    """Store a budget of two days."""
    days: dict[str, object] = {"first_day": str(FIRST), "last_day": str(SECOND), **more}
    pulled.put("budgets", amount=Decimal(amount), **days)


def spend(pulled: Pulled, amount: str, **more: object) -> None:
    """Store what marketing spent on media on the first of these days."""
    cost: dict[str, object] = {"kind": "media", "department": "marketing", **more}
    days = {"first_day": str(FIRST), "last_day": str(FIRST)}
    pulled.put("costs", amount=Decimal(amount), **days, **cost)


def stated(amount: str, **more: Any) -> ConfiguredBudget:
    """A budget of two days out of the settings."""
    return ConfiguredBudget(
        amount=Decimal(amount), **{"first_day": FIRST, "last_day": SECOND, **more}
    )


def of_first_day(pulled: Pulled, columns: str) -> list[tuple[Any, ...]]:
    """Some columns of the first day's budgets."""
    found = pulled.found("budgets", f"{columns}, budget_day")
    return [row[:-1] for row in found if row[-1] == FIRST]


@given(
    amount=st.decimals(min_value=-10_000_000, max_value=99_999_999, places=4),
    days=st.integers(1, 800),
)
@settings(max_examples=8, deadline=None)
def test_the_parts_of_a_budget_add_up_to_it(amount: Decimal, days: int) -> None:
    """Whatever the amount and the number of days."""
    with pulled_in_memory() as pulled:
        allow(pulled, str(amount), last_day=str(FIRST + timedelta(days=days - 1)))
        pulled.resolve()
        parts = [row[0] for row in pulled.found("budgets", "amount_home")]

    assert sum(parts) == amount
    assert len(parts) == days


def test_a_budget_holds_the_costs_of_what_it_names(pulled: Pulled) -> None:
    """Of its department, kind and campaign; what it does not name may be anything."""
    spend(pulled, "3")
    spend(pulled, "5", kind="wages")
    spend(pulled, "7", department="sales")
    allow(pulled, "10", department="marketing")
    allow(pulled, "20", kind="media")
    pulled.resolve()

    assert of_first_day(pulled, "department, kind, amount_home, spent_home") == [
        (None, "media", Decimal(10), Decimal(10)),
        ("marketing", None, Decimal(5), Decimal(8)),
    ]


def test_a_narrower_budget_is_a_part_of_a_wider_one(pulled: Pulled) -> None:
    """Of the same days alone: on the others it stands for itself."""
    allow(pulled, "10", department="marketing", last_day=str(FIRST))
    allow(pulled, "4", department="marketing", kind="media")
    allow(pulled, "6", department="sales")
    pulled.resolve()

    assert pulled.found("budgets", "department, kind, budget_day, is_part") == [
        ("marketing", None, FIRST, False),
        ("marketing", "media", FIRST, True),
        ("marketing", "media", SECOND, False),
        ("sales", None, FIRST, False),
        ("sales", None, SECOND, False),
    ]


def test_a_cost_is_spent_once_where_two_budgets_name_the_same(pulled: Pulled) -> None:
    """They add up to one, and so does what was spent."""
    spend(pulled, "3")
    allow(pulled, "10", department="marketing")
    allow(pulled, "2", department="marketing")
    pulled.resolve()

    rows = of_first_day(pulled, "amount_home, spent_home, is_part")
    assert sum(row[0] for row in rows) == 6
    assert sorted(row[1] for row in rows) == [0, 3]
    assert not any(row[2] for row in rows)


def test_nothing_is_known_of_what_was_spent_before_any_cost_is_told(pulled: Pulled) -> None:
    """A day without any cost has no value; one with costs of others has zero."""
    spend(pulled, "3", department="sales")
    allow(pulled, "10", department="marketing")
    pulled.resolve()

    assert pulled.found("budgets", "budget_day, spent_home") == [(FIRST, 0), (SECOND, None)]


def test_a_campaigns_own_budget_is_media_of_marketing_on_its_days(pulled: Pulled) -> None:
    """It takes the campaign's channel and product; one that is stated goes before it."""
    days = {"starts_on": str(FIRST), "ends_on": str(SECOND)}
    pulled.put("campaigns", id="k", budget=Decimal(8), channel="ads", product="basic", **days)
    pulled.put("campaigns", id="m", budget=Decimal(8), **days)
    spend(pulled, "5", campaign_id="k")
    pulled.resolve(budgets=(stated("30", campaign_id="crm:m"),))

    columns = "campaign_id, source, kind, channel, product, amount_home, spent_home"
    assert of_first_day(pulled, columns) == [
        ("crm:k", "crm", "media", "ads", "basic", Decimal(4), Decimal(5)),
        ("crm:m", "config", None, None, None, Decimal(15), Decimal(0)),
    ]


def test_what_is_spent_follows_where_only_other_records_change(pulled: Pulled) -> None:
    """Costs that stand as they were resolved before count as before."""
    spend(pulled, "3")
    allow(pulled, "10")
    for number in range(20):
        pulled.contact(f"c{number}", email=f"{number}@firm.example")
    pulled.resolve()
    before = pulled.found("budgets", "*")
    pulled.contact("late", email="late@firm.example")
    pulled.resolve()

    assert pulled.found("budgets", "*") == before
    assert before[0][-1] is not None


def test_each_day_takes_its_own_rate(pulled: Pulled) -> None:
    """A budget in another currency is worth what it is on its days."""
    allow(pulled, "10", currency="USD")
    rates = (
        Rate(currency="USD", valid_from=date(2025, 1, 1), rate=Decimal("0.5")),
        Rate(currency="USD", valid_from=SECOND, rate=Decimal("0.8")),
    )
    pulled.resolve(rates=rates)

    assert pulled.found("budgets", "amount_home") == [(Decimal("2.5"),), (Decimal(4),)]
