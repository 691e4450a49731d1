"""Planning: which values would change, before anything is sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

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

    records: int
    calls: int


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
        before = found.get(target, Cost(records=0, calls=0))
        found[target] = Cost(records=before.records + records, calls=before.calls + calls)
    return found
