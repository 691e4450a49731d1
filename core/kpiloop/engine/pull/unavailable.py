"""Streams that an account does not have: left out with a reason, never taken for empty."""

from kpiloop.connector.base import Source
from kpiloop.engine.pull.reading import clear
from kpiloop.engine.pull.values import stored
from kpiloop.errors import KpiloopError, NotFoundError, RefusedError, ScopeError
from kpiloop.warehouse.store import Warehouse

_FORBIDDEN = 403
_GONE = 410


def says_unavailable(error: KpiloopError) -> bool:
    """Whether the vendor says that there is no such thing here, or not for this key."""
    if isinstance(error, ScopeError | NotFoundError):
        return True
    return isinstance(error, RefusedError) and error.status in (_FORBIDDEN, _GONE)


def leave_out(warehouse: Warehouse, source: Source, stream: str) -> None:
    """Move the end of what is known to now: what the account does not have holds nothing back.

    Where the stream was read to before is kept: if it comes back, reading goes on from there, and
    not with what is left of the reading that was refused.
    """
    key = {"source": source.name, "stream": stream}
    with warehouse.transaction() as writer:
        clear(writer, key, warehouse.entities)
        row = writer.execute(
            "DELETE FROM state.bookmarks WHERE source = $source AND stream = $stream"
            " RETURNING read_to",
            key,
        ).fetchone()
        now = stored(source.clock.now())
        writer.execute(
            "INSERT INTO state.bookmarks BY NAME SELECT $source AS source, $stream AS stream,"
            " $read_to AS read_to, $now AS window_end, $now AS merged_at",
            {**key, "read_to": row[0] if row else None, "now": now},
        )
