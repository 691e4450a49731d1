"""What a KPI answers, and how rows become one: counted, added up, divided."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from oracle.records import Row
from oracle.world import Span, World


@dataclass(frozen=True, slots=True)
class Answer:
    """A value with the number of rows that it rests on; of quotients also what was divided."""

    value: Any
    sample: int = 0
    numerator: Any = None
    denominator: Any = None
    rows: int = 0
    """Rows of either side: where there are none, nothing is told of a single record."""
    is_final: bool = True
    """Whether it stands, whatever becomes of those who still wait."""


Kpi = Callable[[World, Span], Answer]


def count(rows: Sequence[Row]) -> Answer:
    """How many rows."""
    return Answer(len(rows), len(rows), rows=len(rows))


def count_of(rows: Sequence[Row], column: str) -> Answer:
    """How many different values of a column."""
    number = len({row[column] for row in rows})
    return Answer(number, number, rows=len(rows))


def total(rows: Iterable[Row], nothing: Decimal | None = Decimal(0)) -> Answer:
    """The amounts of the rows that have one."""
    amounts = [row["amount_home"] for row in rows if row["amount_home"] is not None]
    value = sum(amounts, Decimal(0)) if amounts else nothing
    return Answer(value, len(amounts), rows=len(amounts))


def quotient(above: Answer, below: Answer) -> Answer:
    """Divided as floating point; by zero there is no value."""
    rows = above.rows + below.rows
    if above.value is None or below.value is None:
        return Answer(None, below.sample, rows=rows)
    value = float(above.value) / float(below.value) if below.value else None
    return Answer(value, below.sample, above.value, below.value, rows)


def average(numbers: Iterable[int]) -> Answer:
    """The mean of whole numbers; of none there is none."""
    found = list(numbers)
    size = Answer(len(found), len(found), rows=len(found))
    return quotient(Answer(sum(found)), size) if found else Answer(None)


def conversion(
    world: World, span: Span, *, before: str, after: str, table: str = "people"
) -> Answer:
    """Of those who entered one stage in the span, the share that entered another in 90 days."""
    entered = world.between(table, f"{before}_day", span)
    converted = [
        person
        for person in entered
        if person[f"{after}_at"] is not None
        and person[f"{after}_at"] >= person[f"{before}_at"]
        and person[f"{after}_day"] <= person[f"{before}_day"] + timedelta(days=90)
    ]
    return quotient(count(converted), count(entered))


def conversion_in_period(
    world: World, span: Span, *, before: str, after: str, table: str = "people"
) -> Answer:
    """Those who entered the later stage in the span, over those who entered the earlier one."""
    converted = [
        person
        for person in world.between(table, f"{after}_day", span)
        if person[f"{before}_at"] is not None
    ]
    return quotient(count(converted), count(world.between(table, f"{before}_day", span)))
