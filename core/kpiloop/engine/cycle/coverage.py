"""What the sources tell of: by the streams that were merged, and by what they brought."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from duckdb import DuckDBPyConnection

from kpiloop.connector.reading import Stream
from kpiloop.derivation import Derivation
from kpiloop.engine.compute.coverage import Coverage
from kpiloop.schema.record import Record, entity_of
from kpiloop.schema.registry import entities
from kpiloop.warehouse.sql import name, table

_MADE_OF: Mapping[str, tuple[str, ...]] = {
    "customer_intervals": ("contacts", "deals", "orders"),
    "deliveries": ("email_events",),
    "people": ("contacts",),
    "stage_intervals": ("contacts", "deals"),
    **{
        each: (each,)
        for each in (
            *("activities", "deals", "email_events", "form_submissions", "orders", "order_lines"),
            *("email_totals", "page_views", "social_posts", "survey_responses", "traffic_periods"),
        )
    },
}
"""Resolved table → the entities of which any fills it. Costs tell by themselves what they cover."""

_TRACES = {"page_views": "viewed_day", "traffic_periods": "traffic_day"}
"""Tables of which systems throw the old away, with the day of a row: what lies before the first
row is not known. Of people, deals or mailings the first is the first there was."""

_OF_SITES = {"traffic_periods": "breakdown IS DISTINCT FROM 'page'"}
"""Table → the rows by which a system tells of a site: one that only sums up the pages that it
serves itself says nothing of when the others began."""


def coverage_of(
    connection: DuckDBPyConnection,
    streams: Mapping[tuple[str, str], Stream],
    first_day: date,
    derivations: Sequence[Derivation] = (),
) -> Coverage:
    """What is told in the tables that were just resolved; streams are those of the project.

    An entity is told of where it has rows, deleted ones included, or where a stream of it was read
    to its end: then there are none. A stream that the account lacks was never merged. A derived
    table is told of where any is that it is made of; each comes after those that it needs.
    """
    merged = set(connection.execute("SELECT DISTINCT source, stream FROM state.merges").fetchall())
    told = {
        entity for key, stream in streams.items() if key in merged for entity in _filled_by(stream)
    }
    told |= {each for each in entities() if each not in told and _has_rows(connection, each)}
    begun = {
        each: days for each, day in _TRACES.items() if (days := _first_days(connection, each, day))
    }
    return Coverage(
        first_day=first_day,
        untold={
            each: " or ".join(made_of)
            for each, made_of in _made_of(derivations).items()
            if told.isdisjoint(made_of)
        },
        since={each: min(days) for each, days in begun.items()},
        by_all_since={each: max(days) for each, days in begun.items()},
    )


def _made_of(derivations: Iterable[Derivation]) -> Mapping[str, tuple[str, ...]]:
    """`_MADE_OF`, with the derived tables: they are made of all that their tables are made of."""
    known = dict(_MADE_OF)
    for derivation in derivations:
        found = (entity for table in derivation.made_of for entity in known.get(table, (table,)))
        known[derivation.name] = tuple(dict.fromkeys(found))
    return known


def _filled_by(stream: Stream) -> Iterable[str]:
    """The entities that a stream certainly fills; of what holds several records, the rows tell."""
    return (entity_of(each).entity for each in stream.models if issubclass(each, Record))


def _has_rows(connection: DuckDBPyConnection, entity: str) -> bool:
    statement = f"SELECT 1 FROM {table('pulled', entity)} LIMIT 1"
    return connection.execute(statement).fetchone() is not None


def _first_days(connection: DuckDBPyConnection, entity: str, day: str) -> Sequence[date]:
    """The day of each source's first row; where any tells of sites, of those that do."""
    of_sites = _OF_SITES.get(entity, "TRUE")
    return next(filter(None, (_days(connection, entity, day, of) for of in (of_sites, "TRUE"))), ())


def _days(connection: DuckDBPyConnection, entity: str, day: str, where: str) -> Sequence[date]:
    rows = f"SELECT min({name(day)}) FROM {table('resolved', entity)} WHERE {where}"
    found = connection.execute(f"{rows} GROUP BY source").fetchall()
    return [first for (first,) in found if first]
