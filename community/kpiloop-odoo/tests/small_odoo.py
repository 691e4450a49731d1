"""A small Odoo on this machine: what the connector asks of the JSON-2 API, answered as Odoo does.

What it imitates is tested on a real server as well: see test_facts.py.
"""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from operator import eq, ge, gt, ne
from threading import Lock
from typing import Any, Self, TypeAlias

from kpiloop.testing import FaultServer, Received, Reply, answer

KEY = "a-key-that-was-made-for-tests"
LIMITED_KEY = "a-key-of-a-user-with-few-rights"
DATABASE = "acme"

Row: TypeAlias = dict[str, Any]
MANY2ONE: Mapping[tuple[str, str], str] = {
    ("crm.lead", "partner_id"): "res.partner",
    ("crm.lead", "country_id"): "res.country",
    ("crm.lead", "company_currency"): "res.currency",
    ("crm.lead", "source_id"): "utm.source",
    ("crm.lead", "medium_id"): "utm.medium",
    ("crm.lead", "campaign_id"): "utm.campaign",
    ("res.partner", "country_id"): "res.country",
    ("res.partner", "industry_id"): "res.partner.industry",
    ("res.users", "sale_team_id"): "crm.team",
    ("res.users", "company_id"): "res.company",
    ("res.company", "currency_id"): "res.currency",
    ("utm.campaign", "stage_id"): "utm.stage",
    ("sale.order", "partner_id"): "res.partner",
    ("sale.order", "currency_id"): "res.currency",
    ("sale.order.line", "product_id"): "product.product",
    ("sale.order.line", "currency_id"): "res.currency",
    ("mail.activity", "activity_type_id"): "mail.activity.type",
    ("mail.tracking.value", "mail_message_id"): "mail.message",
    ("mail.tracking.value", "field_id"): "ir.model.fields",
    ("link.tracker.click", "mailing_trace_id"): "mailing.trace",
    ("link.tracker.click", "link_id"): "link.tracker",
}
_ADMINISTRATORS = ("mail.tracking.value", "ir.model.fields")
_OPERATORS: Mapping[str, Callable[[Any, Any], object]] = {
    "=": eq,
    "!=": ne,
    ">": gt,
    ">=": ge,
    "in": lambda found, wanted: found in wanted,
    "=like": lambda found, pattern: found.startswith(pattern.replace("\\", "").rstrip("%")),
}
_DEFAULTS: Mapping[str, object] = {
    "active": True,
    "company_currency": 1,
    "stage_id": 1,
    "type": "lead",
    "won_status": "pending",
}
_EMPTY: Mapping[str, object] = {"float": 0.0, "boolean": False}


class OdooError(Exception):
    """A refusal: status, name of the error, message."""


class SmallOdoo:
    """Serves one database from the moment it is entered until it is left."""

    def __init__(self, tables: Mapping[str, list[Row]]) -> None:
        self.tables = {model: {row["id"]: row for row in rows} for model, rows in tables.items()}
        self._lock = Lock()
        self._server = FaultServer(self._serve)

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return self._server.base_url

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(None, None, None)

    def _serve(self, request: Received) -> Reply:
        if request.headers.get("x-odoo-database", DATABASE) != DATABASE:
            return answer(
                b"<!DOCTYPE html>\n<title>404 Not Found</title>", status=404, kind="text/html"
            )
        *_, model, method = request.path.split("/")
        try:
            with self._lock:
                kept = deepcopy(self.tables)
                try:
                    return answer(self._call(request, model, method))
                except OdooError:
                    self.tables = kept  # a call is one transaction
                    raise
        except OdooError as error:
            status, name, message = error.args
            trace = f"Traceback … {request.headers.get('authorization')}"
            return answer({"name": name, "message": message, "debug": trace}, status=status)

    def _call(self, request: Received, model: str, method: str) -> object:
        key = request.headers.get("authorization", "").partition(" ")[2]
        if key not in (KEY, LIMITED_KEY):
            raise OdooError(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey")
        if model not in self.tables:
            message = f"the model {model!r} does not exist"
            raise OdooError(404, "werkzeug.exceptions.NotFound", message)
        arguments = json.loads(request.body)
        arguments.pop("context", None)
        if method == "has_access":
            return key == KEY or model not in _ADMINISTRATORS
        if method == "has_group":
            return key == KEY
        if key != KEY and model in _ADMINISTRATORS:
            message = f"You are not allowed to access {model} records"
            raise OdooError(403, "odoo.exceptions.AccessError", message)
        handler = getattr(self, f"do_{method}", None)
        if handler is None:
            message = f"The method '{model}.{method}' does not exist"
            raise OdooError(404, "werkzeug.exceptions.NotFound", message)
        try:
            return handler(model, **arguments)
        except TypeError as error:
            raise OdooError(500, "builtins.TypeError", str(error)) from None

    def do_context_get(self, model: str) -> Row:
        """Who asks."""
        del model
        return {"lang": "en_US", "tz": False, "uid": 2}

    def do_fields_get(self, model: str, attributes: list[str]) -> Row:
        """The fields of a model."""
        names = {name for row in self.tables[model].values() for name in row}
        return {name: dict.fromkeys(attributes, "char") for name in names}

    def do_web_search_read(  # noqa: PLR0913, PLR0917 - Odoo's own arguments
        self,
        model: str,
        domain: list[Any],
        specification: Row,
        order: str,
        limit: int | None,
        count_limit: int,
    ) -> Row:
        """The records that fit, with what is asked of them and of those they link to."""
        assert (order, count_limit) == ("id", 1)
        rows = self._found(model, domain)[:limit]
        records = [self._told(model, row, specification) for row in rows]
        return {"length": len(records), "records": records}

    def do_formatted_read_group(
        self, model: str, domain: list[Any], groupby: list[str], aggregates: list[str]
    ) -> list[Row]:
        """How many there are, and what the largest and the sum of their ids is."""
        assert not groupby
        ids = [row["id"] for row in self._found(model, domain)]
        told = {"__count": len(ids), "id:max": max(ids, default=False), "id:sum": sum(ids) or False}
        return [{name: told[name] for name in aggregates}]

    def do_create(self, model: str, vals_list: list[Row]) -> list[int]:
        """Make records; those of ir.model.fields make a field of their model."""
        rows = self.tables[model]
        example = next(iter(rows.values())) if rows else ()
        made: list[int] = []
        for values in vals_list:
            number = max(rows, default=0) + 1
            defaults = {name: _DEFAULTS.get(name, False) for name in example}
            rows[number] = {**defaults, **values, **_times(), "id": number}
            rows[number]["create_date"] = rows[number]["write_date"]
            if model == "ir.model.fields":
                self._make_field(rows[number])
            made.append(number)
        return made

    def do_write(self, model: str, ids: list[int], vals: Row) -> bool:
        """The same values for several records."""
        for number in ids:
            self._row(model, number).update({**vals, **_times()})
        return True

    def do_web_save_multi(
        self, model: str, ids: list[int], vals_list: list[Row], specification: Row
    ) -> list[Row]:
        """Other values for each record."""
        for number, values in zip(ids, vals_list, strict=True):
            self.do_write(model, [number], values)
        return [self._told(model, self._row(model, number), specification) for number in ids]

    def do_unlink(self, model: str, ids: list[int]) -> bool:
        """Delete records; those of ir.model.fields with their field."""
        for number in ids:
            gone = self._row(model, number)
            del self.tables[model][number]
            if model == "ir.model.fields":
                for row in self.tables[gone["model"]].values():
                    row.pop(gone["name"], None)
        return True

    def _make_field(self, field: Row) -> None:
        field["model"] = self.tables["ir.model"][field["model_id"]]["model"]
        if any(field["name"] in row for row in self.tables[field["model"]].values()):
            message = "Field names must be unique per model."
            raise OdooError(422, "odoo.exceptions.ValidationError", message)
        for row in self.tables[field["model"]].values():
            row[field["name"]] = _EMPTY.get(field["ttype"], False)

    def _row(self, model: str, number: int) -> Row:
        if number not in self.tables[model]:
            message = f"Record does not exist or has been deleted. ({model}({number},))"
            raise OdooError(404, "odoo.exceptions.MissingError", message)
        return self.tables[model][number]

    def _found(self, model: str, domain: list[Any]) -> list[Row]:
        rows = sorted(self.tables[model].values(), key=lambda row: row["id"])
        return [row for row in rows if all(self._fits(model, row, each) for each in domain)]

    def _fits(self, model: str, row: Row, condition: list[Any]) -> bool:
        path, operator, wanted = condition
        found: Any = row
        for name in path.split("."):
            if not found:
                return False
            self._expect_field(model, found, name)
            found, linked = found[name], MANY2ONE.get((model, name))
            if linked and name != path.split(".")[-1]:
                model, found = linked, self.tables[linked].get(found)
        return bool(_OPERATORS[operator](found, wanted))

    def _told(self, model: str, row: Row, specification: Row) -> Row:
        told = {"id": row["id"]}
        for name, inner in specification.items():
            self._expect_field(model, row, name)
            told[name] = row[name]
            if "fields" in inner and row[name]:
                linked = MANY2ONE[model, name]
                told[name] = self._told(linked, self._row(linked, row[name]), inner["fields"])
        return told

    def _expect_field(self, model: str, row: Row, name: str) -> None:
        if name not in row:
            raise OdooError(500, "builtins.ValueError", f"Invalid field {name!r} on {model!r}")


def _times() -> Row:
    return {"write_date": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"}
