"""The limits that a vendor enforces, and how all threads together stay below them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` requests in any `per` seconds.

    `always` is False for a limit that only some calls fall under; they name it:
    `api.get("/search", limits=("search",))`.
    """

    name: str
    calls: int
    per: float
    always: bool = True


@dataclass(frozen=True, slots=True)
class Concurrency:
    """At most `calls` requests under way at once."""

    name: str
    calls: int
    always: bool = True


@dataclass(frozen=True, slots=True)
class DailyLimit:
    """At most `calls` requests between two midnights of `zone`; beyond, QuotaError at once.

    `remaining` reads from an answer's headers how many the vendor still grants (None where they
    do not say); then the company's other integrations are counted too.
    """

    name: str
    calls: int
    zone: str = "UTC"
    remaining: Callable[[Mapping[str, str]], int | None] | None = None
    always: bool = True


AnyLimit: TypeAlias = Limit | Concurrency | DailyLimit


def shared(calls: int, share: float) -> int:
    """The part of a limit that we may use: never nothing."""
    return max(1, math.floor(calls * share + 1e-9))
