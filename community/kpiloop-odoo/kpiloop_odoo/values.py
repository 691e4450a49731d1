"""How values are kept in Odoo's custom fields.

Odoo's numbers and flags cannot be empty: no value and 0 are the same to it. Beside each stands a
check box that says whether there is a value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kpiloop import Definition, Kind, Value

KNOWN = "_known"
"""What the name of a check box ends with."""

_TYPES = {Kind.TEXT: "char", Kind.FLAG: "boolean", Kind.DAY: "date", Kind.INSTANT: "datetime"}
_NUMBER = "float"
_OWN = "kpiloop_"
_WHOSE = {("contacts", "crm.lead"): "person_", ("companies", "res.partner"): "company_"}
"""Where a model holds two entities, the names of the second one's fields say whose they are."""
_SECONDS = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a model of Odoo that holds a KPI's value."""

    name: str
    type: str

    @classmethod
    def of(cls, definition: Definition, model: str) -> "Column":
        """The field of a definition."""
        field = definition.field.removeprefix(_OWN)
        name = f"x_{_OWN}{_whose(definition.entity, model)}{field}"
        return cls(name, _TYPES.get(definition.kind, _NUMBER))

    @property
    def names(self) -> tuple[str, ...]:
        """The field, and the check box where it needs one."""
        can_be_empty = self.type not in (_NUMBER, "boolean")
        return (self.name,) if can_be_empty else (self.name, self.name + KNOWN)

    def spelled(self, value: Value) -> dict[str, object]:
        """What is written for a value."""
        return dict(zip(self.names, (_plain(value), value is not None), strict=False))

    def read(self, row: Mapping[str, Any]) -> Value:
        """The value that a row holds; a number that somebody typed in counts without a check."""
        found = [row[name] for name in self.names]
        if not any(found):
            return None
        match self.type:
            case "boolean":
                return bool(found[0])
            case "date":
                return date.fromisoformat(found[0])
            case "datetime":
                return datetime.fromisoformat(found[0]).replace(tzinfo=UTC)
            case "char":
                return str(found[0])
            case _:
                return Decimal(str(found[0]))


def fields_in(names: Iterable[str], entity: str, model: str) -> tuple[str, ...]:
    """The fields of an entity among those that a model has, as kpiloop calls them."""
    start = f"x_{_OWN}{_whose(entity, model)}"
    others = tuple(f"x_{_OWN}{word}" for (_, of), word in _WHOSE.items() if of == model)
    own = (
        name.removeprefix(start)
        for name in names
        if name.startswith(start) and (start in others or not name.startswith(others))
    )
    return tuple(f"{_OWN}{name}" for name in own if not name.endswith(KNOWN))


def columns_of(definition: Definition, model: str) -> list[dict[str, Any]]:
    """The fields to make in a model."""
    column = Column.of(definition, model)
    titles = (definition.title, f"{definition.title}: known")
    return [
        {"name": name, "field_description": title, "ttype": kind, "help": definition.description}
        for name, title, kind in zip(column.names, titles, (column.type, "boolean"), strict=False)
    ]


def _whose(entity: str, model: str) -> str:
    return _WHOSE.get((entity, model), "")


def _plain(value: Value) -> str | float | bool:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(_SECONDS)
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value or False
