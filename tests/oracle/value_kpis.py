"""How customers buy a second time: frequency, recency, age and mean amount, in plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oracle.records import Row


@dataclass(frozen=True)
class Bought:
    """What one customer bought up to a day, by days."""

    frequency: int
    recency_days: int
    age_days: int
    mean_home: Decimal | None


def bought(deals: Iterable[Row], orders: Iterable[Row], as_of: Row) -> dict[str, Bought]:
    """Customer → how it bought, of won deals and of paid orders that belong to none."""
    won = [deal for deal in deals if deal["won_at"]]
    ids = {deal["id"] for deal in won}
    amounts: dict[str, dict[date, list[Decimal]]] = {}
    purchases = [(each, each["won_at"], each["won_day"]) for each in won] + [
        (each, each["ordered_at"], each["ordered_day"])
        for each in orders
        if each["is_paid"] and each["ordered_at"] and each["deal_id"] not in ids
    ]
    for row, moment, day in purchases:
        if row["customer_id"] and moment < as_of["at"]:
            days = amounts.setdefault(row["customer_id"], {})
            days.setdefault(day, []).append(row["amount_home"] or Decimal(0))
    return {customer: _bought(days, as_of["day"]) for customer, days in amounts.items()}


def _bought(days: dict[date, list[Decimal]], today: date) -> Bought:
    first, *again = sorted(days)
    valued = [total for day in again if (total := sum(days[day], Decimal(0))) > 0]
    mean = sum(valued, Decimal(0)) / len(valued) if valued else None
    return Bought(
        frequency=len(again),
        recency_days=((again or [first])[-1] - first).days,
        age_days=(today - first).days,
        mean_home=None if mean is None else round(mean, 4),
    )
