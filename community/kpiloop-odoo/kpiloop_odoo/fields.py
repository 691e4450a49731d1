"""Custom fields of Odoo: which there are, how they are made and how they go."""

from collections.abc import Mapping

from kpiloop import Capacity, Definition, Outcome, RefusedError, ScopeError, Status

from kpiloop_odoo.client import Client
from kpiloop_odoo.values import columns_of, fields_in

FIELDS = "ir.model.fields"
MODELS: Mapping[str, tuple[str, ...]] = {
    "contacts": ("res.partner", "crm.lead"),
    "companies": ("res.partner",),
    "deals": ("crm.lead",),
    "campaigns": ("utm.campaign",),
}
"""The models whose records an entity is made of."""


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
        fields=fields_in(names, entity, models[0]),
        reason=f"the key's user may not {' or '.join(lacking)}: an administrator of Odoo can give"
        " the right under Settings > Users"
        if lacking
        else "",
    )


def define(client: Client, definition: Definition) -> Outcome:
    """Make the fields that are missing, in one go: each takes Odoo a moment."""
    there = _ids(client, definition)
    missing = [
        {**column, "model_id": model_id}
        for model, model_id in _models(client, definition.entity).items()
        for column in columns_of(definition, model)
        if (model, column["name"]) not in there
    ]
    try:
        if missing:
            client.call(FIELDS, "create", vals_list=missing)
    except (RefusedError, ScopeError) as error:
        return _outcome(definition, Status.REJECTED, error.what)
    return _outcome(definition, Status.CONFIRMED)


def retire(client: Client, definition: Definition) -> Outcome:
    """Remove the fields; Odoo refuses that as long as a view shows them."""
    there = _ids(client, definition)
    try:
        if there:
            client.call(FIELDS, "unlink", ids=[*there.values()])
    except (RefusedError, ScopeError) as error:
        return _outcome(definition, Status.REJECTED, error.what)
    return _outcome(definition, Status.CONFIRMED)


def _ids(client: Client, definition: Definition) -> Mapping[tuple[str, str], int]:
    """The definition's fields that are there: model and name → number."""
    models = MODELS[definition.entity]
    names = {column["name"] for model in models for column in columns_of(definition, model)}
    where = [("model", "in", models), ("name", "in", [*names])]
    rows = client.rows(FIELDS, where, ("model", "name"))
    return {(row["model"], row["name"]): row["id"] for row in rows}


def _models(client: Client, entity: str) -> Mapping[str, int]:
    rows = client.rows("ir.model", [("model", "in", MODELS[entity])], ("model",))
    return {row["model"]: row["id"] for row in rows}


def _outcome(definition: Definition, status: Status, reason: str = "") -> Outcome:
    return Outcome(entity=definition.entity, id=definition.field, status=status, reason=reason)
