"""Budgets of small companies, against a plain account of the same rows."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import pytest

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Moment, Question
from kpiloop.engine.resolve.rules import ConfiguredBudget
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import read_pack
from kpiloop_marketing import kpiloop_packs
from oracle.budgets import BUDGETS, NAMES, budget_days
from oracle.records import Row
from support.pulled_company import Pulled, pulled_in_memory

YEAR = date(2026, 1, 1)
AS_OF = datetime(2026, 5, 1, tzinfo=UTC)
COLUMNS = (*NAMES, "is_part", "budget_day", "amount_home", "spent_home")
ANY: dict[str, tuple[Any, ...]] = {
    "kind": (None, "media", "wages"),
    "department": (None, "marketing", "sales"),
    "channel": (None, None, "ads"),
    "campaign_id": (None, None, "k", "m"),
    "product": (None, None, "boat"),
    "currency": (None, "USD"),
}


def draw(random: Random, days: int) -> dict[str, Any]:
    """A cost or budget of some days of a quarter."""
    first = YEAR + timedelta(days=random.randint(0, 60))
    row = {name: random.choice(values) for name, values in ANY.items()}
    amount = Decimal(random.randint(0, 10**8)) / 10_000
    last = first + timedelta(days=random.randint(0, days))
    return {**row, "amount": amount, "first_day": first, "last_day": last}


def with_campaigns(pulled: Pulled) -> None:
    """Two campaigns, one of which tells a budget of its own, on days of its own."""
    pulled.put("campaigns", id="k", channel="ads", product="boat", created_at="2026-01-01")
    days = {"starts_on": "2026-02-01", "ends_on": "2026-02-10"}
    pulled.put("campaigns", id="m", budget=Decimal(100), channel="mail", **days)


def stated_of(pulled: Pulled, random: Random) -> list[Row]:
    """Budgets that a system tells and that the settings state."""
    told = [{**draw(random, 40), "id": str(number)} for number in range(random.randint(0, 4))]
    for row in told:
        pulled.put("budgets", **row)
    drawn = [draw(random, 40) for _ in range(random.randint(0, 3))]
    here = [{**row, "campaign_id": _whole(row)} for row in drawn]
    budgets = tuple(ConfiguredBudget(**row) for row in here)
    pulled.rules = replace(pulled.rules, budgets=budgets)
    return [
        *({**row, "id": f"crm:{row['id']}", "campaign_id": _whole(row)} for row in told),
        *({**row, "id": f"config:{number}"} for number, row in enumerate(here, start=1)),
    ]


def _whole(row: Row) -> str | None:
    return f"crm:{row['campaign_id']}" if row["campaign_id"] else None


def rows_of(pulled: Pulled, table: str) -> list[Row]:
    """All rows of a resolved table."""
    found = pulled.connection.execute(f"FROM resolved.{table}")
    names = [each[0] for each in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def totals(days: list[Row], month: int) -> dict[str, object]:
    """The KPIs of a month, by hand."""
    here = [row for row in days if row["budget_day"].month == month]
    budget, spent = _sums([row for row in here if not row["is_part"]])
    of_campaigns, spent_of_them = _sums([row for row in here if row["campaign_id"]])
    return {
        "budget": budget,
        "budget_spent": spent,
        "budget_left": None if budget is None or spent is None else budget - spent,
        "budget_spent_share": _share(spent, budget),
        "campaign_budget": of_campaigns,
        "campaign_budget_spent": spent_of_them,
        "campaign_budget_spent_share": _share(spent_of_them, of_campaigns),
    }


def _sums(rows: list[Row]) -> tuple[Decimal | None, Decimal | None]:
    """What may be spent, and what is; None where nothing is known."""
    found = ([row[name] for row in rows] for name in ("amount_home", "spent_home"))
    known = ([each for each in amounts if each is not None] for amounts in found)
    budget, spent = (sum(each, Decimal(0)) if each else None for each in known)
    return budget, spent


def _share(spent: Decimal | None, budget: Decimal | None) -> float | None:
    return None if spent is None or not budget else float(spent) / float(budget)


@pytest.mark.parametrize("seed", range(6))
def test_budgets_are_what_the_rows_say(seed: int) -> None:
    """Each day with its amount, what is spent, and whether a wider one holds it; and the KPIs."""
    random = Random(seed)  # noqa: S311 - records to look at, no secrets
    with pulled_in_memory() as pulled:
        with_campaigns(pulled)
        for _ in range(random.randint(0, 6)):
            pulled.put("costs", **draw(random, 30))
        stated = stated_of(pulled, random)
        pulled.resolve()
        campaigns = {row["id"]: row for row in rows_of(pulled, "campaigns")}
        expected = budget_days(stated, campaigns, rows_of(pulled, "costs"), pulled.rules)

        assert _counted(rows_of(pulled, "budgets")) == _counted(expected)
        for month in (1, 2, 3):
            assert _kpis(pulled, month) == totals(expected, month)


def _counted(rows: list[Row]) -> Counter[tuple[object, ...]]:
    return Counter(tuple(row[name] for name in COLUMNS) for row in rows)


@cache
def _catalog() -> Catalog:
    return Catalog.of(read_pack(each) for each in kpiloop_packs())


def _kpis(pulled: Pulled, month: int) -> dict[str, object]:
    first = date(2026, month, 1)
    question = Question(
        kpis=tuple(BUDGETS),
        grains=(Grain.MONTH,),
        first_day=first,
        last_day=first,
    )
    return {
        each.kpi: each.value
        for each in compute(
            pulled.connection, _catalog(), [question], Moment(as_of=AS_OF, zone=pulled.rules.zone)
        )
    }
