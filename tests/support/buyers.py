"""Customers who buy as BG/NBD and Gamma-Gamma say, drawn from known parameters."""

import random
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from kpiloop_clv.prediction import Buying, Parameters, Spending

TRUE = Parameters(r=0.8, alpha=60.0, a=1.2, b=4.0, p=6.0, q=4.0, v=50.0)
"""What they are drawn from."""
_NUMBER = 8000


def buying() -> Sequence[Buying]:
    """Customers watched for 200 to 700 days, the same ones every time."""
    chance = random.Random(20260401)  # noqa: S311 - no secret
    drawn = Counter(_bought(chance) for _ in range(_NUMBER))
    return [Buying(*each, number) for each, number in sorted(drawn.items())]


def _bought(chance: random.Random) -> tuple[int, int, int]:
    """How often and how lately one bought; within a day, purchases are one, as in kpiloop."""
    rate = chance.gammavariate(TRUE.r, 1 / TRUE.alpha)
    leaves = chance.betavariate(TRUE.a, TRUE.b)
    age, now, days = chance.randrange(200, 700), 0.0, 0
    last = 0.0
    while days == 0 or chance.random() >= leaves:
        now += chance.expovariate(rate) if rate else float("inf")
        if now > age:
            break
        days, last = days + 1, now
    return days, round(last), age


def spending() -> Sequence[Spending]:
    """Customers with one to nine purchases, the same ones every time."""
    chance = random.Random(20260402)  # noqa: S311 - no secret
    return [_spent(chance) for _ in range(_NUMBER)]


def _spent(chance: random.Random) -> Spending:
    number = chance.randrange(1, 10)
    scale = 1 / chance.gammavariate(TRUE.q, 1 / TRUE.v)
    amounts = [chance.gammavariate(TRUE.p, scale) for _ in range(number)]
    return Spending(number, Decimal(f"{sum(amounts) / number:.4f}"))
