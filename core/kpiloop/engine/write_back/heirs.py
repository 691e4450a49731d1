"""Records that came out of a merge: the values that kpiloop wrote before it came along."""

from collections.abc import Iterator, Sequence

from duckdb import DuckDBPyConnection

from kpiloop.engine.write_back.fields import PublishedField
from kpiloop.ledger.plan import Heir
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse import sql

_MERGEABLE = {each.entity for each in PULLED if "merged_ids" in each.model_fields}


def heirs(connection: DuckDBPyConnection, fields: Sequence[PublishedField]) -> Iterator[Heir]:
    """Each living record of the targets that was made of others, with each of those."""
    places = {(each.target, each.definition.entity) for each in fields}
    for target, entity in sorted(places):
        if entity in _MERGEABLE:
            found = connection.cursor().execute(
                "SELECT DISTINCT id, trim(unnest(string_split(merged_ids, ';')))"
                f" FROM {sql.table('pulled', entity)}"
                " WHERE source = $target AND deleted_at IS NULL AND merged_ids IS NOT NULL",
                {"target": target},
            )
            for record_id, former_id in found.fetchall():
                yield target, entity, record_id, former_id
