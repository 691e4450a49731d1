"""The KPIs of money that are no others' part; nothing here reads a pack."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from oracle.answers import Answer, Kpi, quotient
from oracle.basic_kpis import all_cost, cost, new_customers
from oracle.world import Span, World

_SALE_TAKES = timedelta(days=90)


def media_cost(world: World, span: Span) -> Answer:
    """What was paid for advertising."""
    return cost(world, span, kind="media")


def paid_only_cac(world: World, span: Span) -> Answer:
    """Media cost per new customer."""
    return quotient(media_cost(world, span), new_customers(world, span))


def lagged_cac(world: World, span: Span) -> Answer:
    """Cost of the days 90 days before, per new customer."""
    before = replace(
        span, first_day=span.first_day - _SALE_TAKES, last_day=span.last_day - _SALE_TAKES
    )
    return quotient(all_cost(world, before), new_customers(world, span))


MONEY: Mapping[str, Kpi] = {each.__name__: each for each in (media_cost, paid_only_cac, lagged_cac)}
MONEY_STANDS_ON: Mapping[str, tuple[str, ...]] = {
    "media_cost": ("costs",),
    **dict.fromkeys(("paid_only_cac", "lagged_cac"), ("costs", "customer_intervals")),
}
