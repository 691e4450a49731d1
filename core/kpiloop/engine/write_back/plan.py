"""Planning: which values would change, before anything is sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Self

from duckdb import DuckDBPyConnection

from kpiloop.connector.writing import Batching
from kpiloop.engine.write_back.fields import PublishedField
from kpiloop.engine.write_back.heirs import heirs
from kpiloop.engine.write_back.wishes import wishes
from kpiloop.ledger.plan import Plan, Wish
from kpiloop.ledger.plans import Plans


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What applying takes from a target's limits."""

    records: int = 0
    calls: int = 0
    seconds: float | None = 0.0
    """How long the limits make it last at least; None where they are not known."""

    def __add__(self, other: Self) -> Self:
        """Both together."""
        known = self.seconds is not None and other.seconds is not None
        return type(self)(
            records=self.records + other.records,
            calls=self.calls + other.calls,
            seconds=(self.seconds or 0) + (other.seconds or 0) if known else None,
        )


def make_plan(
    connection: DuckDBPyConnection,
    plans: Plans,
    fields: Sequence[PublishedField],
    *,
    set_id: int,
    definitions: str,
) -> Plan:
    """Save what differs from the values that the vendors confirmed last.

    `definitions` is the hash of all published fields; it must still hold when the plan is applied.
    `connection` holds `computed.record_values` and the resolved tables of the set `set_id`.
    """
    return plans.make(
        set_id=set_id,
        definitions=definitions,
        fields=[field.as_plan_field() for field in fields],
        wishes=_all(connection, fields),
        heirs=heirs(connection, fields),
    )


def _all(connection: DuckDBPyConnection, fields: Sequence[PublishedField]) -> Iterator[Wish]:
    for field in fields:
        yield from wishes(connection, field)


def cost(
    plans: Plans, plan: Plan, batching: Mapping[tuple[str, str], Batching]
) -> Mapping[str, Cost]:
    """Records and API calls per target; `batching` by target and entity."""
    found: dict[str, Cost] = {}
    for (target, entity), batch in batching.items():
        records = plans.count_records(plan.id, target, entity)
        calls = ceil(records / batch.write) + ceil(records / batch.read)
        found[target] = found.get(target, Cost()) + Cost(
            records=records,
            calls=calls,
            seconds=calls / batch.calls_per_second if batch.calls_per_second else None,
        )
    return found
