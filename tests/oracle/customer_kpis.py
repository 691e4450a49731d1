"""The KPIs of customers, their purchases, and how content they are; nothing here reads a pack."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import TypeAlias

from oracle.answers import Answer, Kpi, count, count_of, quotient, total
from oracle.basic_kpis import customers_at, new_customers
from oracle.records import Row, day_in
from oracle.world import AsOf, Span, World

Tables: TypeAlias = tuple[str, ...]


def acquisition_rate(world: World, span: Span) -> Answer:
    """New customers for each customer at the start."""
    before = customers_at(world, span, end=False)
    return quotient(new_customers(world, span), count_of(before, "customer_id"))


def _kept(world: World, span: Span) -> list[Row]:
    """The times at the start of the span of customers that are there at its end.

    A part of the company keeps whom the company keeps, whatever a later time is counted under.
    """
    after = {row["customer_id"] for row in customers_at(world.whole, span, end=True)}
    return [row for row in customers_at(world, span, end=False) if row["customer_id"] in after]


def retention_rate(world: World, span: Span) -> Answer:
    """Of the customers at the start of the span, the share that is there at its end."""
    before = count_of(customers_at(world, span, end=False), "customer_id")
    return quotient(count_of(_kept(world, span), "customer_id"), before)


def churn_rate(world: World, span: Span) -> Answer:
    """Of the customers at the start of the span, the share that is not there at its end."""
    before = count_of(customers_at(world, span, end=False), "customer_id")
    kept = count_of(_kept(world, span), "customer_id")
    return quotient(Answer(before.value - kept.value, rows=before.rows), before)


def acquisition_rate_per_day(world: World, span: Span) -> Answer:
    """The acquisition rate for each day of the span."""
    new, before = new_customers(world, span), _at_start(world, span)
    rate = quotient(new, before)
    per_day = quotient(rate, Answer(Decimal(_days(span))))
    return replace(per_day, rows=rate.rows, sample=new.sample + before.sample)


def _at_start(world: World, span: Span) -> Answer:
    return count_of(customers_at(world, span, end=False), "customer_id")


def _days(span: Span) -> int:
    """The days of a span, as far as they have begun."""
    last = day_in(span.as_of.zone, span.as_of.stored)
    assert last is not None
    return (min(span.last_day, last) - span.first_day).days + 1


def revenue_churn_rate(world: World, span: Span) -> Answer:
    """Of what the customers at the start buy, the share of those who are not there at the end."""
    before = total(customers_at(world, span, end=False))
    kept = total(_kept(world, span))
    return quotient(Answer(before.value - kept.value, rows=before.rows), before)


def _purchases(world: World, span: Span) -> list[Row]:
    """Won deals, and orders that stand and are of none."""
    orders = world.between("orders", "ordered_day", span)
    bought = [order for order in orders if order["is_purchase"]]
    return [*world.between("deals", "won_day", span), *bought]


def order_value(world: World, span: Span) -> Answer:
    """What was bought for each purchase."""
    purchases = _purchases(world, span)
    return quotient(total(purchases), count(purchases))


def orders_per_customer(world: World, span: Span) -> Answer:
    """Purchases for each customer on average."""
    before, after = (
        count_of(customers_at(world, span, end=end), "customer_id") for end in (False, True)
    )
    purchases = count(_purchases(world, span))
    rows = before.rows + after.rows
    customers = Answer((before.value + after.value) / 2, before.sample + after.sample, rows=rows)
    return quotient(purchases, customers)


def customer_lifespan(world: World, span: Span) -> Answer:
    """Days that one stays, as customers leave in the span."""
    return _over_churn(Answer(Decimal(_days(span))), world, span)


def _over_churn(above: Answer, world: World, span: Span) -> Answer:
    churn = churn_rate(world, span)
    kept = count_of(_kept(world, span), "customer_id")
    sample = _at_start(world, span).sample + kept.sample
    return replace(quotient(above, churn), sample=sample)


def clv(world: World, span: Span) -> Answer:
    """What a customer buys in all."""
    value, orders = order_value(world, span), orders_per_customer(world, span)
    is_known = value.value is not None and orders.value is not None
    bought = value.value * orders.value if is_known else None
    return _over_churn(Answer(bought, rows=value.rows + orders.rows), world, span)


def sales_cycle_days(world: World, span: Span) -> Answer:
    """The first day on which no more than half of the deals of the span still wait."""
    watched = [
        each
        for deal in world.between("deals", "created_day", span)
        if (each := _watched(deal, span.as_of)) is not None
    ]
    waiting = Fraction(1)
    days = None
    for day in sorted({day for day, end in watched if end == "won"}):
        at_risk = sum(each >= day for each, _ in watched)
        waiting *= 1 - Fraction(watched.count((day, "won")), at_risk)
        if days is None and waiting <= Fraction(1, 2):
            days = day
    is_final = not any(end == "open" and (days is None or day < days) for day, end in watched)
    value = None if days is None else Decimal(days)
    return Answer(value, len(watched), rows=len(watched), is_final=is_final)


def _watched(deal: Row, as_of: AsOf) -> tuple[int, str] | None:
    """For how many days a deal was watched, and how that ended; nothing of what ends before it."""
    made, ends = deal["created_at"], [deal["won_at"], deal["lost_at"]]
    if made >= as_of.stored or any(end is not None and end < made for end in ends):
        return None
    day, how = day_in(as_of.zone, as_of.stored), "open"
    for end in ("won", "lost"):
        if deal[f"{end}_at"] is not None and deal[f"{end}_at"] < as_of.stored:
            day, how = deal[f"{end}_day"], end
    assert day is not None
    return max((day - deal["created_day"]).days, 0), how


def won_deal_cycle_days(world: World, span: Span) -> Answer:
    """The median of the days from creation to winning."""
    days = [
        (deal["won_day"] - deal["created_day"]).days
        for deal in world.between("deals", "won_day", span)
        if deal["created_at"] and deal["created_at"] <= deal["won_at"]
    ]
    return Answer(float(median(days)), len(days), rows=len(days)) if days else Answer(None)


def _on_satisfaction(world: World, span: Span) -> list[Row]:
    return [
        answer
        for answer in world.between("survey_responses", "answered_day", span)
        if answer["kind"] == "csat"
        and None not in (answer["score"], answer["lowest"], answer["highest"])
        and answer["lowest"] < answer["highest"]
        and answer["lowest"] <= answer["score"] <= answer["highest"]
    ]


def csat_answers(world: World, span: Span) -> Answer:
    """Answers on satisfaction in the span."""
    return count(_on_satisfaction(world, span))


def csat(world: World, span: Span) -> Answer:
    """The share of the answers that lie in the best quarter of their scale."""
    answers = _on_satisfaction(world, span)
    happy = [
        answer
        for answer in answers
        if (answer["score"] - answer["lowest"]) / (answer["highest"] - answer["lowest"])
        >= Decimal("0.75")
    ]
    return quotient(count(happy), count(answers))


CUSTOMER_KPIS: Mapping[Kpi, Tables] = {
    acquisition_rate: ("customer_intervals",),
    acquisition_rate_per_day: ("customer_intervals",),
    churn_rate: ("customer_intervals",),
    clv: ("customer_intervals", "deals", "orders"),
    csat: ("survey_responses",),
    csat_answers: ("survey_responses",),
    customer_lifespan: ("customer_intervals",),
    order_value: ("deals", "orders"),
    orders_per_customer: ("customer_intervals", "deals", "orders"),
    retention_rate: ("customer_intervals",),
    revenue_churn_rate: ("customer_intervals",),
    sales_cycle_days: ("deals",),
    won_deal_cycle_days: ("deals",),
}
"""Each with the tables that it stands on."""
