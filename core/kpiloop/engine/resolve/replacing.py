"""From staged tables to resolved ones: all rows anew, or those of a part in the old ones' place."""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from duckdb import DuckDBPyConnection

from kpiloop.engine.resolve.steps import STAGED
from kpiloop.schema.fields import Kind
from kpiloop.schema.record import columns_of
from kpiloop.schema.registry import RESOLVED, day_of
from kpiloop.schema.resolved import Resolved
from kpiloop.warehouse.sql import TYPES, table
from kpiloop.warehouse.sql import name as quoted

BESIDE = (
    "record_ids",
    "joins",
    "person_contacts",
    "origins",
    "meanings",
    "stage_tellers",
    "cost_basis",
)
"""Tables beside those that measures stand on: of who is who and why, and what records read."""


def _is_of(entity: str, column: str = "id") -> str:
    return f"{column} IN (SELECT key FROM part_keys WHERE entity = '{entity}')"


_OF_PART: Mapping[str, str] = MappingProxyType(
    {
        "deliveries": "id IN (SELECT delivery_id FROM resolved.email_events"
        f" WHERE {_is_of('email_events')})",
        "people": _is_of("contacts"),
        **{
            entity: _is_of(entity)
            for entity in (
                *("activities", "campaign_members", "companies", "deals", "email_events"),
                *("form_submissions", "order_lines", "orders", "page_views", "segment_members"),
                *("survey_responses", "traffic_periods"),
            )
        },
        "stage_intervals": f"{_is_of('contacts', 'person_id')} OR {_is_of('deals', 'deal_id')}",
        "customer_intervals": "customer_id IN (SELECT customer_id FROM part_customers"
        " WHERE customer_id IS NOT NULL)",
        "stage_tellers": _is_of("contacts", "person_id"),
        "touches": _is_of("contacts", "person_id"),
        "costs": "NOT EXISTS (FROM staged_cost_basis INTERSECT FROM other_cost_basis)",
        "record_ids": "entity = 'campaigns' OR (entity, whole_id) IN (FROM part_keys)",
        "joins": "entity = 'campaigns' OR (entity, whole_id) IN (FROM part_keys)",
        "person_contacts": _is_of("contacts", "person_id"),
        "origins": _is_of("contacts", "contact_key"),
    }
)
"""Resolved table → which of its rows the part made; the others are small, and made anew."""


def replace_all(connection: DuckDBPyConnection) -> None:
    """Make every resolved table of what is staged."""
    for name, selected in _staged():
        _make(connection, name, selected)


def replace_part(connection: DuckDBPyConnection) -> None:
    """Put what is staged in the place of what the part had made."""
    staged = dict(_staged())
    for name, condition in _OF_PART.items():
        connection.execute(f"DELETE FROM {table('resolved', name)} WHERE {condition}")
    for name in _OF_PART:
        connection.execute(
            f"INSERT INTO {table('resolved', name)}"
            f" SELECT {staged[name]} FROM {quoted(STAGED + name)}"
        )
    for name in staged.keys() - _OF_PART.keys():
        _make(connection, name, staged[name])


def _staged() -> Iterator[tuple[str, str]]:
    """Each table with the columns that it is given."""
    yield from ((model.entity, columns(model)) for model in RESOLVED)
    yield from ((name, "*") for name in BESIDE)


def columns(model: type[Resolved], without: Collection[str] = ()) -> str:
    """The columns, kinds and days of a resolved table, made of a staged one."""
    parts: list[str] = []
    for name, kind in columns_of(model).items():
        if name in without:
            continue
        column = quoted(name)
        parts.append(f"{column}::{TYPES[kind]} AS {column}")
        if kind is Kind.INSTANT:
            parts.append(f"local_day({column}) AS {quoted(day_of(name))}")
    return ", ".join(parts)


def _make(connection: DuckDBPyConnection, name: str, selected: str) -> None:
    staged = quoted(STAGED + name)
    connection.execute(
        f"CREATE OR REPLACE TABLE {table('resolved', name)} AS SELECT {selected} FROM {staged}"
    )
    connection.execute(f"DROP TABLE {staged}")
