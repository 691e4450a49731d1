"""`[rates]`: what one unit of a currency is worth in the home currency."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from kpiloop.project.section import Amount, Currency, FirstDay, Section


class Rate(Section):
    """A rate that holds from a day on, until the next one."""

    valid_from: FirstDay | None = Field(default=None, alias="from")
    """No value: from the beginning."""
    rate: Amount = Field(gt=0, lt=10**8)


def _as_list(value: object) -> object:
    """One number is the rate of all days."""
    return [{"rate": value}] if isinstance(value, int | float) else value


def _by_day(rates: tuple[Rate, ...]) -> tuple[Rate, ...]:
    ordered = tuple(sorted(rates, key=lambda each: each.valid_from or date.min))
    days = [each.valid_from for each in ordered]
    if not ordered or len(set(days)) < len(days):
        raise ValueError("needs rates, and each of them a different day as `from`")
    return ordered


Rates: TypeAlias = Mapping[
    Currency, Annotated[tuple[Rate, ...], BeforeValidator(_as_list), AfterValidator(_by_day)]
]
"""Currency → its rates, the earliest first."""
