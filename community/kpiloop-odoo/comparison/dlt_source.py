"""The same Odoo read by dlt: the tables into DuckDB, then the common schema by SQL.

    ODOO_URL=… ODOO_KEY=… ODOO_DATABASE=… python dlt_source.py company.duckdb

Run again, it reads what changed; ids are read whole each time, which is how deletes are found.
"""

import os
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dlt
import duckdb
from dlt.sources.helpers import requests

from dlt_tables import MAPPABLE, TABLES, Table

PAGE = 1_000
HISTORY_BATCH = 500
LAG = 300.0
"""Seconds: a row's write_date is the moment at which its transaction began."""
FIRST = "1990-01-01 00:00:00"


class NoSuchModelError(Exception):
    """An application is not installed, or the key's user may not read it."""


class Odoo:
    """One database."""

    def __init__(self, url: str, key: str, database: str | None) -> None:
        self._url = url
        self._headers = {"Authorization": f"bearer {key}"}
        if database:
            self._headers["X-Odoo-Database"] = database

    def call(self, model: str, method: str, **arguments: object) -> Any:
        """What a method answers; dlt's client tries again what may pass."""
        try:
            answer = requests.post(
                f"{self._url}/json/2/{model}/{method}",
                json={**arguments, "context": {"active_test": False}},
                headers=self._headers,
            )
        except requests.HTTPError as error:
            if error.response is not None and error.response.status_code in (403, 404):
                raise NoSuchModelError(model) from None
            raise
        return answer.json()

    def rows(
        self, model: str, where: Sequence[Any], paths: Iterable[str], limit: int | None = None
    ) -> list[dict[str, Any]]:
        """Records in the order of their ids."""
        found = self.call(
            model,
            "web_search_read",
            domain=list(where),
            specification=specification(paths),
            order="id",
            limit=limit,
            count_limit=1,
        )
        return found["records"]

    def pages(
        self, table: Table, paths: Sequence[str], since: str, size: int
    ) -> Iterator[list[dict[str, Any]]]:
        """All pages of what changed, by id: write_date is told to the second only."""
        last = 0
        while True:
            where = [["id", ">", last], *table.where]
            if since:
                where.append(["write_date", ">=", since])
            rows = self.rows(table.model, where, paths, size)
            if rows:
                yield rows
            if len(rows) < size:
                return
            last = rows[-1]["id"]


def specification(paths: Iterable[str]) -> dict[str, Any]:
    """Paths as the tree that Odoo wants."""
    tree: dict[str, Any] = {}
    for path in paths:
        here = tree
        *links, last = path.split(".")
        for link in links:
            here = here.setdefault(link, {}).setdefault("fields", {})
        here.setdefault(last, {})
    return tree


def column_of(path: str) -> str:
    """The column that a path becomes."""
    return path.replace(".", "__")


def flat(row: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """A row as columns: links followed, false where it is no flag is no value, times in UTC."""
    found: dict[str, Any] = {"id": row["id"]}
    for path, kind in fields.items():
        value: Any = row
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if value is False and kind != "bool":
            value = None
        if kind == "timestamp" and value:
            value = datetime.fromisoformat(value).replace(tzinfo=UTC)
        found[column_of(path)] = value
    return found


def columns_of(fields: Mapping[str, str]) -> dict[str, Any]:
    """Hints for dlt, which would else take a column's type from its first value."""
    return {column_of(path): {"data_type": kind} for path, kind in fields.items()}


@dlt.source
def odoo(client: Odoo, tables: Sequence[Table]) -> Iterator[Any]:
    """All tables, their ids, and the changes of stages."""
    for table in tables:
        known = installed_fields(client, table)
        if known:
            yield resource_of(client, table, known)
            if table.needs_ids and not table.is_small:
                yield ids_of(client, table)
    if client.call("mail.tracking.value", "has_access", operation="read"):
        yield stage_changes(client)


def installed_fields(client: Odoo, table: Table) -> dict[str, str]:
    """The fields of a table that this Odoo has; none where the application is not installed."""
    try:
        names = client.call(table.model, "fields_get", attributes=["type"])
    except NoSuchModelError:
        return {}
    return {path: kind for path, kind in table.fields.items() if path.split(".")[0] in names}


def resource_of(client: Odoo, table: Table, known: Mapping[str, str]) -> Any:
    """A table: replaced where it is small, else merged by what changed."""
    if table.is_small:

        def whole() -> Iterator[Any]:
            for rows in client.pages(table, list(known), "", PAGE):
                yield [flat(row, known) for row in rows]

        return dlt.resource(
            whole,
            name=table.name,
            primary_key="id",
            write_disposition="replace",
            columns=columns_of(table.fields),
        )

    def changed(
        updated: Any = dlt.sources.incremental(
            "write_date", initial_value=datetime.fromisoformat(FIRST).replace(tzinfo=UTC), lag=LAG
        ),
    ) -> Iterator[Any]:
        since = f"{updated.last_value:%Y-%m-%d %H:%M:%S}"
        for rows in client.pages(table, list(known), since, PAGE):
            yield [flat(row, known) for row in rows]

    return dlt.resource(
        changed,
        name=table.name,
        primary_key="id",
        write_disposition="merge",
        columns=columns_of(table.fields),
    )


def ids_of(client: Odoo, table: Table) -> Any:
    """The ids that there are: what the views leave out is gone."""

    def ids() -> Iterator[Any]:
        yield from client.pages(table, (), "", 20 * PAGE)

    return dlt.resource(
        ids,
        name=f"{table.name}_ids",
        write_disposition="replace",
        columns={"id": {"data_type": "bigint"}},
    )


def stage_changes(client: Odoo) -> Any:
    """Changes of stages; they are only ever added, and move when opportunities are merged."""

    def changes(
        updated: Any = dlt.sources.incremental("id", initial_value=0),
    ) -> Iterator[Any]:
        fields = {
            "old_value_integer": "bigint",
            "new_value_integer": "bigint",
            "mail_message_id.date": "timestamp",
            "mail_message_id.res_id": "bigint",
        }
        where = [
            ["field_id.model", "=", "crm.lead"],
            ["field_id.name", "=", "stage_id"],
            ["id", ">", updated.last_value],
        ]
        table = Table("stage_changes", "mail.tracking.value", fields, where)
        for rows in client.pages(table, list(fields), "", PAGE):
            yield [flat(row, fields) for row in rows]

    return dlt.resource(changes, name="stage_changes", primary_key="id", write_disposition="merge")


def with_mapped(table: Table, mapped: Mapping[str, Mapping[str, str]]) -> Table:
    """The table with the fields that the settings name: entity → column → path."""
    paths = {
        path: "text"
        for entity, fields in mapped.items()
        if MAPPABLE[entity] == table.name
        for path in fields.values()
    }
    return replace(table, fields={**table.fields, **paths})


def refuse_unknown(client: Odoo, mapped: Mapping[str, Mapping[str, str]]) -> None:
    """Stop where the settings name a field that Odoo does not have."""
    models = {table.name: table.model for table in TABLES}
    for entity, fields in mapped.items():
        model = models[MAPPABLE[entity]]
        known = client.call(model, "fields_get", attributes=["type"])
        for path in fields.values():
            if path.split(".")[0] not in known:
                sys.exit(f"{model} has no field {path}; legal: {', '.join(sorted(known))}")


def map_views(database: duckdb.DuckDBPyConnection, mapped: Mapping[str, Mapping[str, str]]) -> None:
    """Views beside those of the common schema, in which the mapped columns are as well."""
    for entity, fields in mapped.items():
        names = ", ".join(f'source."{column_of(path)}" AS {name}' for name, path in fields.items())
        prefix = "lead-" if entity == "contacts" else ""
        database.execute(
            f"CREATE OR REPLACE VIEW common.{entity}_mapped AS"
            f" SELECT {entity}.*, {names} FROM common.{entity}"
            f" LEFT JOIN odoo.{MAPPABLE[entity]} AS source ON {entity}.id = '{prefix}' || source.id"
        )


def main(path: str) -> None:
    """Load, then make the views of the common schema."""
    settings = Path("odoo.toml")
    mapped = tomllib.loads(settings.read_text(encoding="utf-8")) if settings.exists() else {}
    pipeline = dlt.pipeline(
        "odoo",
        destination=dlt.destinations.duckdb(path),
        dataset_name="odoo",
        pipelines_dir=f"{path}.state",
    )
    client = Odoo(os.environ["ODOO_URL"], os.environ["ODOO_KEY"], os.environ.get("ODOO_DATABASE"))
    refuse_unknown(client, mapped)
    tables = [with_mapped(table, mapped) for table in TABLES]
    source = odoo(client, tables)
    print(pipeline.run(source))  # noqa: T201 - the program's answer
    with duckdb.connect(path) as database:
        make_tables(database, tables)
        database.execute((Path(__file__).parent / "common_schema.sql").read_text(encoding="utf-8"))
        map_views(database, mapped)
        for entity in ("contacts", "companies", "deals", "stage_changes", "email_events"):
            [(count,)] = database.execute(f"SELECT count(*) FROM common.{entity}").fetchall()
            print(entity, count)  # noqa: T201 - likewise


def make_tables(database: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> None:
    """Make empty what was never loaded, so that the views stand: dlt makes no empty table."""
    types = {"text": "VARCHAR", "bool": "BOOLEAN", "timestamp": "TIMESTAMPTZ", "date": "DATE"}
    changes = {f"{name}_value_integer": "bigint" for name in ("old", "new")}
    changes |= {"mail_message_id.date": "timestamp", "mail_message_id.res_id": "bigint"}
    for table in (*tables, Table("stage_changes", "", changes)):
        wanted = {"id": "bigint", **table.fields}
        columns = ", ".join(
            f'"{column_of(path)}" {types.get(kind, kind)}' for path, kind in wanted.items()
        )
        database.execute(f"CREATE TABLE IF NOT EXISTS odoo.{table.name} ({columns})")
        for path, kind in wanted.items():
            database.execute(
                f"ALTER TABLE odoo.{table.name} ADD COLUMN IF NOT EXISTS"
                f' "{column_of(path)}" {types.get(kind, kind)}'
            )
        if table.needs_ids and not table.is_small:
            database.execute(f"CREATE TABLE IF NOT EXISTS odoo.{table.name}_ids (id BIGINT)")


if __name__ == "__main__":
    main(sys.argv[1])
