"""Rows that are wrong: set aside with their reason, shown to people, and tried again later."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.sighting import Broken
from kpiloop.engine.pull.values import stored
from kpiloop.warehouse import sql

_SET_ASIDE = (
    "CREATE OR REPLACE TEMP TABLE aside AS"
    " SELECT row.*, coalesce(before.first_seen_at, $now) AS first_seen_at,"
    " coalesce(before.times, 0) + 1 AS times"
    " FROM (SELECT unnest(from_json(body, $shape)) AS row FROM (SELECT unnest([$rows]) AS body))"
    " LEFT JOIN state.quarantine AS before"
    " ON before.source = $source AND before.stream = $stream AND before.model = $model"
    " AND coalesce('id ' || before.record_id, before.raw)"
    " = coalesce('id ' || row.record_id, row.raw)"
)
_FORGET_OLDER = (
    "DELETE FROM state.quarantine AS before USING aside"
    " WHERE before.source = $source AND before.stream = $stream AND before.model = $model"
    " AND coalesce('id ' || before.record_id, before.raw)"
    " = coalesce('id ' || aside.record_id, aside.raw)"
)
_KEEP = (
    "INSERT INTO state.quarantine BY NAME SELECT *, $source AS source, $stream AS stream,"
    " $model AS model, $entity AS entity, $now AS last_seen_at FROM aside"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A row in quarantine that is to be tried again."""

    model: str
    raw: str
    row: object


class Quarantine:
    """What one stream has set aside."""

    def __init__(self, cursor: DuckDBPyConnection, source: str, stream: str) -> None:
        self._key: Mapping[str, object] = {"source": source, "stream": stream}
        rows = cursor.execute(
            "SELECT DISTINCT model, record_id FROM state.quarantine"
            " WHERE source = $source AND stream = $stream AND record_id IS NOT NULL",
            self._key,
        ).fetchall()
        self._held: set[tuple[str, str]] = {(model, record_id) for model, record_id in rows}

    def set_aside(
        self,
        writer: DuckDBPyConnection,
        model: str,
        entity: str,
        broken: Iterable[Broken],
        now: datetime,
    ) -> None:
        """Keep rows with what is wrong with them; a row that is here already is counted on."""
        rows = {each.record_id or _raw(each.row): each for each in broken}
        if not rows:
            return
        told = [
            {"record_id": each.record_id, "raw": _raw(each.row), "reason": _safe(each.reason)}
            for each in rows.values()
        ]
        shape = {"record_id": "VARCHAR", "raw": "VARCHAR", "reason": "VARCHAR"}
        about = {**self._key, "model": model}
        moment = stored(now)
        writer.execute(
            _SET_ASIDE,
            {**about, "rows": json.dumps(told), "shape": json.dumps([shape]), "now": moment},
        )
        writer.execute(_FORGET_OLDER, about)
        writer.execute(_KEEP, {**about, "entity": entity, "now": moment})
        self._held |= {(model, each.record_id) for each in rows.values() if each.record_id}

    def holds(self, model: str) -> bool:
        """Whether rows of this wire model are here whose ids are known."""
        return any(held == model for held, _ in self._held)

    def release(self, writer: DuckDBPyConnection, model: str, ids: Iterable[str]) -> None:
        """Let go of rows that were seen again and are sound now."""
        for record_id in [each for each in ids if (model, each) in self._held]:
            writer.execute(
                "DELETE FROM state.quarantine WHERE source = $source AND stream = $stream"
                " AND model = $model AND record_id = $record_id",
                {**self._key, "model": model, "record_id": record_id},
            )
            self._held.discard((model, record_id))

    def release_stored(
        self, writer: DuckDBPyConnection, model: str, entity: str, first: int
    ) -> None:
        """Let go of rows whose sound sightings have just come into the inbox."""
        if not self.holds(model):
            return
        inbox = sql.table("inbox", entity)
        ids = writer.execute(
            "SELECT record_id FROM state.quarantine AS q WHERE source = $source"
            " AND stream = $stream AND model = $model AND EXISTS"
            f" (FROM {inbox} AS i WHERE i.source = q.source AND i.stream = q.stream"
            " AND i.id = q.record_id AND i.sighting >= $first)",
            {**self._key, "model": model, "first": first},
        ).fetchall()
        self.release(writer, model, [record_id for (record_id,) in ids])

    def waiting(self, writer: DuckDBPyConnection, before: datetime) -> Sequence[Waiting]:
        """The rows that this reading has not seen again."""
        rows = writer.execute(
            "SELECT model, raw FROM state.quarantine WHERE source = $source AND stream = $stream"
            " AND last_seen_at < $before",
            {**self._key, "before": stored(before)},
        ).fetchall()
        return [Waiting(model=model, raw=raw, row=json.loads(raw)) for model, raw in rows]

    def forget(self, writer: DuckDBPyConnection, before: datetime) -> None:
        """Let go of the rows that this reading has not seen again."""
        writer.execute(
            "DELETE FROM state.quarantine WHERE source = $source AND stream = $stream"
            " AND last_seen_at < $before",
            {**self._key, "before": stored(before)},
        )

    def release_tried(self, writer: DuckDBPyConnection, tried: Iterable[Waiting]) -> None:
        """Let go of rows that are sound under today's model."""
        for each in tried:
            writer.execute(
                "DELETE FROM state.quarantine WHERE source = $source AND stream = $stream"
                " AND model = $model AND raw = $raw",
                {**self._key, "model": each.model, "raw": each.raw},
            )


def _safe(reason: str) -> str:
    """A reason that can be stored, even where it quotes half a surrogate pair."""
    return reason.encode(errors="backslashreplace").decode()


def _raw(row: object) -> str:
    return json.dumps(row, default=str)
