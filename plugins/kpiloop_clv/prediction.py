"""What is known of purchases, and what is told of those to come; no statistics are needed here."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


class Buying(NamedTuple):
    """So many customers who bought as often, as lately and for as long as each other, in days."""

    frequency: int
    recency: int
    age: int
    customers: int = 1


class Spending(NamedTuple):
    """So many customers with as many repeat purchases of the same mean amount."""

    purchases: int
    mean: Decimal
    customers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What fits the purchases of all customers best; letters as in the papers."""

    r: float
    alpha: float
    a: float
    b: float
    """BG/NBD: how often customers buy (r, alpha: per day), and how they leave (a, b)."""
    p: float
    q: float
    v: float
    """Gamma-Gamma: how much they spend."""


class Forecast(NamedTuple):
    """What is expected of one customer."""

    alive: float
    """How likely it still buys."""
    purchases: float
    """Over the horizon."""
    mean: float
    """Amount of each."""
