"""KPIs from DuckDB into custom fields of Odoo: only what changed, each row judged.

    ODOO_URL=… ODOO_KEY=… ODOO_DATABASE=… python reverse_etl.py company.duckdb [--apply | --retire]

Reads `publish.fields` (field, entity, kind, title) and `publish.wishes` (field, entity, id, value),
and keeps in `publish.journal` what Odoo confirmed. Without `--apply` it only says what it would do.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

import duckdb
import requests
from urllib3.util import Retry

BATCH = 200
LEAD = "lead-"
KNOWN = "_known"
MODELS: Mapping[str, Sequence[str]] = {
    "contacts": ("res.partner", "crm.lead"),
    "companies": ("res.partner",),
    "deals": ("crm.lead",),
    "campaigns": ("utm.campaign",),
}
TYPES = {"number": "float", "text": "char", "flag": "boolean", "day": "date", "instant": "datetime"}
NEVER_EMPTY = ("float", "boolean")
JOURNAL = """
CREATE SCHEMA IF NOT EXISTS publish;
CREATE TABLE IF NOT EXISTS publish.fields (
    field VARCHAR, entity VARCHAR, kind VARCHAR, title VARCHAR, description VARCHAR
);
CREATE TABLE IF NOT EXISTS publish.wishes (
    field VARCHAR, entity VARCHAR, id VARCHAR, value VARCHAR
);
CREATE TABLE IF NOT EXISTS publish.journal (
    field VARCHAR, entity VARCHAR, id VARCHAR, old VARCHAR, value VARCHAR, outcome VARCHAR,
    reason VARCHAR, moment TIMESTAMPTZ
);
CREATE OR REPLACE VIEW publish.confirmed AS
SELECT field, entity, id, arg_max(value, moment) AS value
FROM publish.journal WHERE outcome = 'confirmed' GROUP BY ALL;
"""
CHANGES = """
SELECT coalesce(w.entity, c.entity) AS entity, coalesce(w.id, c.id) AS id,
    coalesce(w.field, c.field) AS field, c.value AS old, w.value AS new
FROM publish.wishes AS w
FULL JOIN publish.confirmed AS c USING (field, entity, id)
WHERE w.value IS DISTINCT FROM c.value
    AND coalesce(w.field, c.field) IN (SELECT field FROM publish.fields)
ORDER BY entity, id
"""


class RefusedError(Exception):
    """Odoo says no, and will say it again."""


class LostError(Exception):
    """Nobody knows whether it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New values for one record: field → (old, new)."""

    entity: str
    id: str
    values: Mapping[str, tuple[str | None, str | None]]

    @property
    def model(self) -> str:
        """Where the record is."""
        is_lead = self.entity == "contacts" and self.id.startswith(LEAD)
        return "crm.lead" if is_lead else MODELS[self.entity][0]

    @property
    def number(self) -> int:
        """Its number in Odoo."""
        return int(self.id.removeprefix(LEAD))


class Odoo:
    """One database; what may pass is tried again, for a write leaves the same values behind."""

    def __init__(self, url: str, key: str, database: str | None) -> None:
        self._url = url
        self._session = requests.Session()
        retry = Retry(
            total=4, backoff_factor=0.5, status_forcelist=[429, 502, 503, 504], allowed_methods=None
        )
        self._session.mount("http", requests.adapters.HTTPAdapter(max_retries=retry))
        self._session.headers["Authorization"] = f"bearer {key}"
        if database:
            self._session.headers["X-Odoo-Database"] = database

    def call(self, model: str, method: str, **arguments: object) -> Any:
        """What a method answers."""
        body = {**arguments, "context": {"active_test": False, "tracking_disable": True}}
        try:
            answer = self._session.post(
                f"{self._url}/json/2/{model}/{method}", json=body, timeout=60
            )
        except requests.RequestException as error:
            raise LostError(type(error).__name__) from None
        if answer.status_code == requests.codes.unauthorized:
            sys.exit("Odoo does not accept the key: make a new one")
        if answer.ok:
            return answer.json()
        try:
            told = answer.json()
        except ValueError:
            raise LostError(f"status {answer.status_code}") from None
        if answer.status_code >= 500 and not str(told.get("name")).startswith("builtins."):
            raise LostError(f"status {answer.status_code}")
        raise RefusedError(" ".join(str(told.get("message")).split())[:300])

    def rows(self, model: str, where: Sequence[Any], names: Sequence[str]) -> list[dict[str, Any]]:
        """Records that fit."""
        asked = dict.fromkeys(names, {})
        return self.call(model, "web_search_read", domain=where, specification=asked)["records"]


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a model, with a check box where it cannot be empty."""

    name: str
    type: str

    @classmethod
    def of(cls, field: str, kind: str) -> "Column":
        """The column of a field."""
        return cls(f"x_{field}", TYPES[kind])

    @property
    def names(self) -> Sequence[str]:
        """The field, and its check box."""
        return (self.name, self.name + KNOWN) if self.type in NEVER_EMPTY else (self.name,)

    def spelled(self, value: str | None) -> dict[str, object]:
        """What is written."""
        plain: object = value or False
        if self.type == "float":
            plain = float(value or 0)
        elif self.type == "boolean":
            plain = value == "true"
        return dict(zip(self.names, (plain, value is not None), strict=False))

    def read(self, row: Mapping[str, Any]) -> str | None:
        """What a row holds, spelled as the journal does."""
        if not any(row[name] for name in self.names):
            return None
        value = row[self.name]
        if self.type == "boolean":
            return "true" if value else "false"
        if self.type != "float":
            return str(value)
        return format(Decimal(str(value)).normalize(), "f")


class Publisher:
    """Brings the wishes of a DuckDB file into Odoo."""

    def __init__(self, odoo: Odoo, database: duckdb.DuckDBPyConnection) -> None:
        self._odoo = odoo
        self._database = database
        database.execute(JOURNAL)
        rows = database.execute(
            "SELECT field, entity, kind, title, description FROM publish.fields"
        )
        self._fields = {(field, entity): rest for field, entity, *rest in rows.fetchall()}

    def changes(self) -> list[Change]:
        """What differs from what was confirmed last."""
        rows = self._database.execute(CHANGES).fetchall()
        return [
            Change(
                entity=key[0],
                id=key[1],
                values={field: (old, new) for *_, field, old, new in group},
            )
            for key, group in groupby(rows, key=lambda row: row[:2])
        ]

    def define(self) -> None:
        """Make the fields that are missing."""
        for (field, entity), (kind, title, description) in self._fields.items():
            for model in MODELS[entity]:
                column = Column.of(field, kind)
                where = [["model", "=", model], ["name", "in", list(column.names)]]
                there = {row["name"] for row in self._odoo.rows("ir.model.fields", where, ["name"])}
                [of] = self._odoo.rows("ir.model", [["model", "=", model]], [])
                titles = (title, f"{title}: known")
                missing = [
                    {
                        "name": name,
                        "field_description": label,
                        "help": description,
                        "ttype": type_,
                        "model_id": of["id"],
                    }
                    for name, label, type_ in zip(
                        column.names, titles, (column.type, "boolean"), strict=False
                    )
                    if name not in there
                ]
                if missing:
                    self._odoo.call("ir.model.fields", "create", vals_list=missing)

    def refuse_what_may_not_be(self, changes: Sequence[Change]) -> None:
        """Stop before anything is sent where the key's user may not do it."""
        if not self._odoo.call("ir.model.fields", "has_access", operation="create"):
            sys.exit("the key's user may not make custom fields: give the right in Odoo")
        for model in sorted({change.model for change in changes}):
            if not self._odoo.call(model, "has_access", operation="write"):
                sys.exit(f"the key's user may not change {model}: give the right in Odoo")

    def retire(self) -> None:
        """Remove all fields."""
        for (field, entity), (kind, *_) in self._fields.items():
            for model in MODELS[entity]:
                names = list(Column.of(field, kind).names)
                where = [["model", "=", model], ["name", "in", names]]
                ids = [row["id"] for row in self._odoo.rows("ir.model.fields", where, [])]
                if ids:
                    self._odoo.call("ir.model.fields", "unlink", ids=ids)

    def apply(self, changes: Sequence[Change]) -> Mapping[str, int]:
        """Write; how many values had which outcome."""
        counts: dict[str, int] = {}
        by_place = groupby(sorted(changes, key=_place), key=_place)
        for _, group in by_place:
            own = list(group)
            for start in range(0, len(own), BATCH):
                for outcome in self._settled(own[start : start + BATCH]):
                    counts[outcome] = counts.get(outcome, 0) + 1
        return counts

    def _settled(self, batch: Sequence[Change]) -> Iterator[str]:
        """Look, decide, send; where the answer is lost, look and send once more."""
        to_send = list(self._judged(batch))
        for attempt in (1, 2):
            lost: list[Change] = []
            for change, outcome, reason in self._sent(to_send):
                if outcome == "unknown" and attempt == 1:
                    lost.append(change)
                else:
                    self._book(change, outcome, reason)
            to_send = list(self._judged(lost)) if lost else []
        yield from self._outcomes(batch)

    def _judged(self, batch: Sequence[Change]) -> Iterator[Change]:
        """The changes that are to be sent; the others are booked."""
        if not batch:
            return
        columns = self._columns(batch)
        names = [name for column in columns.values() for name in column.names]
        where = [["id", "in", [change.number for change in batch]]]
        held = {row["id"]: row for row in self._odoo.rows(batch[0].model, where, names)}
        for change in batch:
            row = held.get(change.number)
            if row is None:
                self._book(change, "rejected", "the record is not there any more")
                continue
            open_values = {}
            for field, (old, new) in change.values.items():
                found = columns[field].read(row)
                one = Change(entity=change.entity, id=change.id, values={field: (old, new)})
                if found == new:
                    self._book(one, "confirmed", "")
                elif found == old:
                    open_values[field] = (old, new)
                else:
                    self._book(one, "conflict", f"somebody wrote {found}")
            if open_values:
                yield Change(entity=change.entity, id=change.id, values=open_values)

    def _sent(self, batch: Sequence[Change]) -> Iterator[tuple[Change, str, str]]:
        """The fate of each; one that is refused is looked for by halving."""
        if not batch:
            return
        columns = self._columns(batch)
        names = [name for column in columns.values() for name in column.names]
        try:
            rows = self._odoo.call(
                batch[0].model,
                "web_save_multi",
                ids=[change.number for change in batch],
                vals_list=[self._values(change, columns) for change in batch],
                specification=dict.fromkeys(names, {}),
            )
        except RefusedError as error:
            if len(batch) == 1:
                yield batch[0], "rejected", str(error)
                return
            yield from self._sent(batch[: len(batch) // 2])
            yield from self._sent(batch[len(batch) // 2 :])
        except LostError as error:
            yield from ((change, "unknown", str(error)) for change in batch)
        else:
            for change, row in zip(batch, rows, strict=True):
                is_written = all(
                    columns[field].read(row) == new for field, (_, new) in change.values.items()
                )
                yield change, "confirmed" if is_written else "unknown", ""

    def _values(self, change: Change, columns: Mapping[str, Column]) -> dict[str, object]:
        found: dict[str, object] = {}
        for field, (_, new) in change.values.items():
            found |= columns[field].spelled(new)
        return found

    def _columns(self, batch: Sequence[Change]) -> Mapping[str, Column]:
        entity, model = batch[0].entity, batch[0].model
        fields = dict.fromkeys(field for change in batch for field in change.values)
        return {
            field: Column.of(field, self._fields[field, entity][0])
            for field in fields
        }

    def _book(self, change: Change, outcome: str, reason: str) -> None:
        now = datetime.now(UTC)
        self._database.executemany(
            "INSERT INTO publish.journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [field, change.entity, change.id, old, new, outcome, reason, now]
                for field, (old, new) in change.values.items()
            ],
        )

    def _outcomes(self, batch: Sequence[Change]) -> Iterator[str]:
        ids = [change.id for change in batch]
        rows = self._database.execute(
            "SELECT arg_max(outcome, moment) FROM publish.journal"
            " WHERE entity = ? AND list_contains(?, id) GROUP BY field, id",
            [batch[0].entity, ids],
        )
        yield from (outcome for (outcome,) in rows.fetchall())


def _place(change: Change) -> tuple[str, str]:
    return change.entity, change.model


def main(path: str, mode: str) -> None:
    """Plan, and apply where it is asked for."""
    odoo = Odoo(os.environ["ODOO_URL"], os.environ["ODOO_KEY"], os.environ.get("ODOO_DATABASE"))
    with duckdb.connect(path) as database:
        publisher = Publisher(odoo, database)
        if mode == "--retire":
            publisher.retire()
            return
        changes = publisher.changes()
        print(json.dumps({"records": len(changes)}))  # noqa: T201 - the program's answer
        if mode == "--apply":
            publisher.refuse_what_may_not_be(changes)
            publisher.define()
            print(json.dumps(publisher.apply(changes)))  # noqa: T201 - likewise


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")  # noqa: PLR2004 - plain
