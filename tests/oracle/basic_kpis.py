"""The first of the bundled KPIs, as plain functions over the rows of a company."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from oracle.answers import (
    Answer,
    Kpi,
    average,
    conversion,
    conversion_in_period,
    count,
    count_of,
    quotient,
    total,
)
from oracle.event_kpis import inquiries
from oracle.records import Row
from oracle.world import Span, World, there_at


def new_leads(world: World, span: Span) -> Answer:
    """People whose lead stage began in the span."""
    return count(world.between("people", "became_lead_day", span))


def mqls(world: World, span: Span) -> Answer:
    """People who became MQL in the span."""
    return count(world.between("people", "became_mql_day", span))


def sqls(world: World, span: Span) -> Answer:
    """People who became SQL in the span."""
    return count(world.between("people", "became_sql_day", span))


def days_lead_to_mql(world: World, span: Span) -> Answer:
    """Days from lead to MQL, of those who were lead first."""
    return average(
        (person["became_mql_day"] - person["became_lead_day"]).days
        for person in world.between("people", "became_mql_day", span)
        if person["became_lead_at"] and person["became_lead_at"] <= person["became_mql_at"]
    )


def leads_held(world: World, span: Span) -> Answer:
    """People who are leads of any rank when the span ends."""
    there = there_at(span.next_day, world.leads, "started", "ended", span.as_of)
    return count_of(there, "person_id")


def new_customers(world: World, span: Span) -> Answer:
    """Customers whose first time began in the span."""
    begun = world.between("customer_intervals", "started_day", span)
    return count([interval for interval in begun if interval["is_first"]])


def customers_at(world: World, span: Span, *, end: bool) -> list[Row]:
    """The times as a customer that last at the start of the span, or at its end."""
    day = span.next_day if end else span.first_day
    rows = world.tables["customer_intervals"]
    return there_at(day, rows, "started", "ended", span.as_of)


def customers(world: World, span: Span) -> Answer:
    """Customers when the span ends."""
    return count_of(customers_at(world, span, end=True), "customer_id")


def cost(world: World, span: Span, **which: str) -> Answer:
    """All cost of a department, or of a kind, in the span.

    Where no row tells, nothing is known; but a part of the company cost nothing where there is
    cost, and all of it is known to belong to others.
    """
    rows = _cost_rows(world, span, which)
    whole = _cost_rows(world.whole, span, which)
    is_known = bool(whole) and not may_belong(world, whole)
    return total(rows, Decimal(0) if is_known else None)


def _cost_rows(world: World, span: Span, which: Mapping[str, str]) -> list[Row]:
    return [
        row
        for row in world.between("costs", "cost_day", span)
        if row["amount_home"] is not None and which.items() <= row.items()
    ]


def may_belong(world: World, rows: Iterable[Row], table: str = "costs") -> bool:
    """Whether any of the rows could be of a cut; of single records, nobody knows."""
    cut = world.cut
    return cut is None or any(
        all(world.find(table, row, column) in {value, None} for column, value in cut.items())
        for row in rows
    )


marketing_cost = partial(cost, department="marketing")
sales_cost = partial(cost, department="sales")


def lead_acquisition_cost(world: World, span: Span) -> Answer:
    """Marketing cost per new lead."""
    return quotient(marketing_cost(world, span), new_leads(world, span))


def all_cost(world: World, span: Span) -> Answer:
    """Cost of marketing and sales; nothing where either is unknown."""
    marketing, sales = marketing_cost(world, span), sales_cost(world, span)
    is_known = marketing.value is not None and sales.value is not None
    both = marketing.value + sales.value if is_known else None
    return Answer(both, rows=marketing.rows + sales.rows)


def cac(world: World, span: Span) -> Answer:
    """Cost of marketing and sales per new customer."""
    return quotient(all_cost(world, span), new_customers(world, span))


def closed_deals(world: World, span: Span) -> Answer:
    """Deals that were won or lost in the span."""
    return count(world.between("deals", "closed_day", span))


def won_deals(world: World, span: Span) -> Answer:
    """Deals that were won in the span."""
    return count(world.between("deals", "won_day", span))


def win_rate(world: World, span: Span) -> Answer:
    """Won over closed."""
    return quotient(won_deals(world, span), closed_deals(world, span))


def revenue(world: World, span: Span) -> Answer:
    """What the deals are worth that were won in the span."""
    return total(world.between("deals", "won_day", span))


def average_deal_value(world: World, span: Span) -> Answer:
    """Revenue per won deal."""
    return quotient(revenue(world, span), won_deals(world, span))


def deal_cycle_days(world: World, span: Span) -> Answer:
    """Days from creation to winning."""
    return average(
        (deal["won_day"] - deal["created_day"]).days
        for deal in world.between("deals", "won_day", span)
        if deal["created_at"] and deal["created_at"] <= deal["won_at"]
    )


def open_pipeline(world: World, span: Span) -> Answer:
    """What the deals are worth that are neither won nor lost when the span ends."""
    deals = world.tables["deals"]
    return total(there_at(span.next_day, deals, "created", "closed", span.as_of))


def _in_pipeline(world: World, day: date, span: Span) -> list[Row]:
    deals = [deal for deal in world.tables["deals"] if deal["company_id"] is not None]
    return there_at(day, deals, "created", "closed", span.as_of)


def companies_in_pipeline(world: World, span: Span) -> Answer:
    """Companies that have a deal, or several, which is neither won nor lost when the span ends."""
    return count_of(_in_pipeline(world, span.next_day, span), "company_id")


def companies_staying(world: World, span: Span) -> Answer:
    """Of the companies with open deals when the span begins, those that have some at its end."""
    before = _in_pipeline(world, span.first_day, span)
    after = {deal["company_id"] for deal in _in_pipeline(world.whole, span.next_day, span)}
    kept = [deal for deal in before if deal["company_id"] in after]
    return quotient(count_of(kept, "company_id"), count_of(before, "company_id"))


_RATES = {
    "mql_to_sql_rate": ("became_mql", "became_sql"),
    "sql_to_customer_rate": ("became_sql", "became_customer"),
    "lead_conversion_rate": ("became_lead", "became_customer"),
}

BASIC: Mapping[str, Kpi] = {
    **{
        each.__name__: each
        for each in (
            average_deal_value,
            cac,
            closed_deals,
            companies_in_pipeline,
            companies_staying,
            customers,
            days_lead_to_mql,
            deal_cycle_days,
            lead_acquisition_cost,
            leads_held,
            mqls,
            new_customers,
            new_leads,
            open_pipeline,
            revenue,
            sqls,
            win_rate,
            won_deals,
        )
    },
    "marketing_cost": marketing_cost,
    "sales_cost": sales_cost,
    "inquiries": inquiries,
    **{
        name: partial(conversion, before=before, after=after)
        for name, (before, after) in _RATES.items()
    },
    **{
        f"{name}_in_period": partial(conversion_in_period, before=before, after=after)
        for name, (before, after) in _RATES.items()
    },
}

BASIC_STANDS_ON: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(BASIC, ("people",)),
    "inquiries": ("form_submissions",),
    "leads_held": ("stage_intervals",),
    **dict.fromkeys(("customers", "new_customers"), ("customer_intervals",)),
    **dict.fromkeys(("marketing_cost", "sales_cost"), ("costs",)),
    "lead_acquisition_cost": ("costs", "people"),
    "cac": ("costs", "customer_intervals"),
    **dict.fromkeys(
        (
            "closed_deals",
            "won_deals",
            "win_rate",
            "revenue",
            "average_deal_value",
            "deal_cycle_days",
            "open_pipeline",
            "companies_in_pipeline",
            "companies_staying",
        ),
        ("deals",),
    ),
}
BASIC_MATURE_AFTER = dict.fromkeys(_RATES, 90)
