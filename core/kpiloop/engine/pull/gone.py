"""Records that a reading should have given and did not: they stay, marked as deleted."""

from datetime import datetime

from duckdb import DuckDBPyConnection

from kpiloop.connector.filled import entities_filled
from kpiloop.engine.pull.listed import hides_an_id
from kpiloop.engine.pull.reading import Reading
from kpiloop.engine.pull.values import stored
from kpiloop.errors import UntrustedAnswerError
from kpiloop.schema.record import Record
from kpiloop.warehouse import sql

_FEW = 100
_SUSPICIOUS_SHARE = 0.5

# The stream answers for the row, did not give it, and has not set it aside as broken either.
_GONE = (
    "p.source = $source AND p.stream = $stream AND p.deleted_at IS NULL"
    " AND NOT EXISTS (FROM {inbox} AS i WHERE i.source = $source AND i.stream = $stream"
    " AND i.sighting > 0 AND i.id = p.id)"
    " AND NOT EXISTS (FROM state.quarantine AS q WHERE q.source = $source AND q.stream = $stream"
    " AND q.last_seen_at >= $started AND q.record_id = p.id)"
)
_UNLISTED = (
    " AND NOT EXISTS (FROM state.listed AS n WHERE n.source = $source AND n.stream = $stream"
    " AND n.id = p.id)"
)
_REPLACED = (
    " AND p.parent_id IN (SELECT parent_id FROM state.replaced"
    " WHERE source = $source AND stream = $stream)"
)


def mark(
    writer: DuckDBPyConnection,
    entity: type[Record],
    reading: Reading,
    *,
    now: datetime,
    accept: bool,
) -> int:
    """Mark what is gone; how many records.

    Raises UntrustedAnswerError where a full read, or the ids, gave so little that it is not to be
    believed; nothing is marked then.
    """
    judged = _judged(writer, entity, reading)
    if judged is None:
        return 0
    condition = _GONE.format(inbox=sql.table("inbox", entity.entity)) + judged
    pulled = sql.table("pulled", entity.entity)
    known = {**reading.key, "started": stored(reading.started_at)}
    count = f"SELECT count(*) FROM {pulled} AS p WHERE {condition}"
    number = _count(writer, count, known)
    if number and judged != _REPLACED and not accept:
        _refuse_a_landslide(writer, entity, reading, number)
    if number:
        writer.execute(
            f"UPDATE {pulled} AS p SET deleted_at = $now WHERE {condition}",
            {**known, "now": stored(now)},
        )
    return number


def is_certain(writer: DuckDBPyConnection, reading: Reading) -> bool:
    """Whether nothing is hidden that would have told a stored record to be alive."""
    if reading.lists_ids:
        return not hides_an_id(writer, reading)
    return not (reading.gives_all and _hides_a_record(writer, reading))


def _judged(writer: DuckDBPyConnection, entity: type[Record], reading: Reading) -> str | None:
    """Which of the records that were not given are gone, as a condition; None: nobody knows."""
    certain = is_certain(writer, reading)
    if reading.gives_all and certain:
        return ""
    is_listed = reading.lists_ids and entity.entity in entities_filled([reading.stream])
    if is_listed and certain:
        return _UNLISTED
    return _REPLACED if "parent_id" in entity.model_fields else None


def _hides_a_record(writer: DuckDBPyConnection, reading: Reading) -> bool:
    """Whether a row was set aside whose id could not be read: it may be any of the missing."""
    query = (
        "SELECT count(*) FROM state.quarantine WHERE source = $source AND stream = $stream"
        " AND last_seen_at >= $started AND record_id IS NULL"
    )
    known = {**reading.key, "started": stored(reading.started_at)}
    return _count(writer, query, known) > 0


def _refuse_a_landslide(
    writer: DuckDBPyConnection, entity: type[Record], reading: Reading, number: int
) -> None:
    living = _count(
        writer,
        f"SELECT count(*) FROM {sql.table('pulled', entity.entity)}"
        " WHERE source = $source AND stream = $stream AND deleted_at IS NULL",
        dict(reading.key),
    )
    if living <= _FEW or number <= living * _SUSPICIOUS_SHARE:
        return
    what = "a full read" if reading.gives_all else "the ids"
    raise UntrustedAnswerError(
        f"{what} of {reading.stream.name} did not give {number:,} of {living:,} stored"
        f" {entity.entity}: too many to believe that they were all deleted",
        system=reading.source,
        legal=f"{what}, with at least half of what is stored",
        todo="check that the key may still see all records; if they are really gone,"
        " pull with --accept-deletes",
    )


def _count(writer: DuckDBPyConnection, query: str, known: dict[str, object]) -> int:
    row = writer.execute(query, known).fetchone()
    return row[0] if row else 0
