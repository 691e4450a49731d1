"""What is written to Odoo: values of custom fields, many records a call, each with its own.

A call is one transaction: a record that is gone, or that the key may not change, has all of it
refused. It is halved then until that record is alone, so that the others get theirs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from kpiloop import (
    Batching,
    Capacity,
    Change,
    Current,
    Definition,
    Outcome,
    RefusedError,
    ScopeError,
    Status,
    UnavailableError,
    Writer,
)

from kpiloop_odoo.client import Client, batched, specification
from kpiloop_odoo.fields import MODELS, Column, capacity, define, retire
from kpiloop_odoo.wire import LEAD, number_of

BATCH = 200
_Columns: TypeAlias = Mapping[str, Column]


class OdooWriter(Writer):
    """Writes KPIs into custom fields of leads, opportunities, contacts, companies and campaigns."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def batching(self, entity: str) -> Batching:  # noqa: ARG002 - the same for all of them
        """So many as are written in a fraction of a second."""
        return Batching(write=BATCH, read=BATCH)

    def capacity(self, entity: str) -> Capacity:
        """The rights of the key."""
        return capacity(self._client, entity)

    def define(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Make the fields that are missing."""
        return [define(self._client, each) for each in definitions]

    def retire(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Remove the fields."""
        return [retire(self._client, each) for each in definitions]

    def current(
        self, entity: str, ids: Sequence[str], definitions: Sequence[Definition]
    ) -> Iterator[Current]:
        """What the records hold now, archived ones included."""
        columns = _columns(definitions, entity)
        names = [name for column in columns.values() for name in column.names]
        for model in MODELS[entity]:
            own = [key for key in ids if _place(entity, key)[0] == model]
            for batch in batched(own, BATCH):
                keys = {_place(entity, key)[1]: key for key in batch}
                for row in self._client.rows(model, [("id", "in", [*keys])], names):
                    values = {field: column.read(row) for field, column in columns.items()}
                    yield Current(id=keys[row["id"]], values=values)

    def write(
        self, changes: Iterable[Change], definitions: Sequence[Definition]
    ) -> Iterator[Outcome]:
        """Send the changes; each gets its outcome, whatever happens to the others."""
        by_place: dict[tuple[str, str], list[Change]] = {}
        for change in changes:
            place = change.entity, _place(change.entity, change.id)[0]
            by_place.setdefault(place, []).append(change)
        for (entity, model), own in by_place.items():
            columns = _columns(definitions, entity)
            for batch in batched(own, BATCH):
                yield from self._sent(model, batch, columns)

    def _sent(self, model: str, batch: Sequence[Change], columns: _Columns) -> Iterator[Outcome]:
        try:
            rows = self._client.call(
                model,
                "web_save_multi",
                ids=[_place(change.entity, change.id)[1] for change in batch],
                vals_list=[_values(change, columns) for change in batch],
                specification=specification(_names(columns, batch)),
            )
        except (RefusedError, ScopeError) as error:
            if len(batch) == 1:
                yield _outcome(batch[0], Status.REJECTED, error.what)
                return
            for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
                yield from self._sent(model, half, columns)
        except UnavailableError as error:
            yield from (_outcome(change, Status.UNKNOWN, error.what) for change in batch)
        else:
            yield from map(_judged, batch, rows, [columns] * len(batch))


def _judged(change: Change, row: Mapping[str, Any], columns: _Columns) -> Outcome:
    """Confirmed, if Odoo does not answer with another value than the one that was sent."""
    for field, value in change.values.items():
        if columns[field].read(row) != value:
            return _outcome(change, Status.UNKNOWN, f"Odoo holds another value in {field}")
    return _outcome(change, Status.CONFIRMED)


def _place(entity: str, key: str) -> tuple[str, int]:
    """The model and number of the record that the connector reads under this id."""
    is_lead = entity == "contacts" and key.startswith(LEAD)
    return "crm.lead" if is_lead else MODELS[entity][0], number_of(key)


def _columns(definitions: Sequence[Definition], entity: str) -> _Columns:
    return {each.field: Column.of(each) for each in definitions if each.entity == entity}


def _names(columns: _Columns, batch: Sequence[Change]) -> Sequence[str]:
    """What Odoo calls the fields that are written, and their check boxes."""
    fields = dict.fromkeys(field for change in batch for field in change.values)
    return [name for field in fields for name in columns[field].names]


def _values(change: Change, columns: _Columns) -> Mapping[str, object]:
    return {
        name: spelled
        for field, value in change.values.items()
        for name, spelled in columns[field].spelled(value).items()
    }


def _outcome(change: Change, status: Status, reason: str = "") -> Outcome:
    return Outcome(entity=change.entity, id=change.id, status=status, reason=reason)
