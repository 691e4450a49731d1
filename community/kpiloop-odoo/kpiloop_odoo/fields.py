"""Custom fields of Odoo: how they are made, and how they hold a value.

Odoo's numbers and flags cannot be empty: no value and 0 are the same to it. Beside each stands a
check box that says whether there is a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kpiloop import Capacity, Definition, Kind, Outcome, RefusedError, ScopeError, Status, Value

from kpiloop_odoo.client import Client

FIELDS = "ir.model.fields"
MODELS: Mapping[str, tuple[str, ...]] = {
    "contacts": ("res.partner", "crm.lead"),
    "companies": ("res.partner",),
    "deals": ("crm.lead",),
    "campaigns": ("utm.campaign",),
}
"""The models whose records an entity is made of."""


KNOWN = "_known"
"""What the name of a check box ends with."""

_TYPES = {Kind.TEXT: "char", Kind.FLAG: "boolean", Kind.DAY: "date", Kind.INSTANT: "datetime"}
_NUMBER = "float"
_SECONDS = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a model of Odoo that holds a KPI's value."""

    name: str
    type: str

    @classmethod
    def of(cls, definition: Definition) -> "Column":
        """The field of a definition."""
        return cls(f"x_{definition.field}", _TYPES.get(definition.kind, _NUMBER))

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


def columns_of(definition: Definition) -> list[dict[str, Any]]:
    """The fields to make."""
    column = Column.of(definition)
    titles = (definition.title, f"{definition.title}: known")
    return [
        {"name": name, "field_description": title, "ttype": kind, "help": definition.description}
        for name, title, kind in zip(column.names, titles, (column.type, "boolean"), strict=False)
    ]


def _plain(value: Value) -> str | float | bool:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(_SECONDS)
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value or False


def capacity(client: Client, entity: str) -> Capacity:
    """The rights of the key; Odoo sets no limit to the number of fields."""
    models = MODELS[entity]
    may_define = bool(client.call(FIELDS, "has_access", operation="create"))
    may_write = all(client.call(model, "has_access", operation="write") for model in models)
    where = [("model", "=", models[0]), ("name", "=like", r"x\_kpiloop\_%")]
    names = [row["name"] for row in client.rows(FIELDS, where, ("name",))]
    lacking = [] if may_define else ["make custom fields"]
    lacking += [] if may_write else [f"change {entity}"]
    return Capacity(
        may_define=may_define,
        may_write=may_write,
        free_fields=None,
        fields=tuple(name.removeprefix("x_") for name in names if not name.endswith(KNOWN)),
        reason=f"the key's user may not {' or '.join(lacking)}: an administrator of Odoo can give"
        " the right under Settings > Users"
        if lacking
        else "",
    )


def define(client: Client, definition: Definition) -> Outcome:
    """Make the fields that are missing, in one go: each takes Odoo a moment."""
    wanted = [
        (model, column) for model in MODELS[definition.entity] for column in columns_of(definition)
    ]

    def missing() -> list[tuple[str, dict[str, Any]]]:
        there = _ids(client, definition)
        return [(model, column) for model, column in wanted if (model, column["name"]) not in there]

    if not (to_make := missing()):
        return _outcome(definition)
    numbers = _models(client, definition.entity)
    columns = [{**column, "model_id": numbers[model]} for model, column in to_make]
    try:
        client.call(FIELDS, "create", vals_list=columns)
    except (RefusedError, ScopeError) as error:
        # Where the first answer was lost, the call was repeated: then the fields are there.
        return _outcome(definition, error.what if missing() else "")
    return _outcome(definition)


def retire(client: Client, definition: Definition) -> Outcome:
    """Remove the fields; Odoo refuses that as long as a view shows them."""
    try:
        if there := _ids(client, definition):
            client.call(FIELDS, "unlink", ids=[*there.values()])
    except (RefusedError, ScopeError) as error:
        return _outcome(definition, error.what if _ids(client, definition) else "")
    return _outcome(definition)


def _ids(client: Client, definition: Definition) -> Mapping[tuple[str, str], int]:
    """The definition's fields that are there: model and name → number."""
    models = MODELS[definition.entity]
    names = {column["name"] for column in columns_of(definition)}
    where = [("model", "in", models), ("name", "in", [*names])]
    rows = client.rows(FIELDS, where, ("model", "name"))
    return {(row["model"], row["name"]): row["id"] for row in rows}


def _models(client: Client, entity: str) -> Mapping[str, int]:
    rows = client.rows("ir.model", [("model", "in", MODELS[entity])], ("model",))
    return {row["model"]: row["id"] for row in rows}


def _outcome(definition: Definition, refused: str = "") -> Outcome:
    status = Status.REJECTED if refused else Status.CONFIRMED
    return Outcome(entity=definition.entity, id=definition.field, status=status, reason=refused)
