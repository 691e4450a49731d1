"""How far the records reach: from the first day that anything happened to the as-of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.question import Moment
from kpiloop.errors import NotYetError
from kpiloop.kpi.calendar import CIVIL, Grain


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """The days about which the records tell something."""

    first_day: date
    moment: Moment

    @property
    def last_day(self) -> date:
        """The local day that holds the as-of time."""
        return self.moment.today

    @property
    def end_of_month(self) -> date:
        """The last day of the running month: costs of the month are known in advance."""
        return CIVIL.period_of(Grain.MONTH, self.last_day).last_day


def as_of(connection: DuckDBPyConnection, streams: Sequence[tuple[str, str]]) -> datetime:
    """The earliest end of what these streams (source and name) have read, never the clock.

    Up to it every source is complete; a stream that failed holds it back. Raises NotYetError where
    a stream was never read to its end: nobody knows what it would have told.
    """
    rows = connection.execute("SELECT source, stream, window_end FROM state.bookmarks").fetchall()
    ends: dict[tuple[str, str], datetime] = {(row[0], row[1]): row[2] for row in rows}
    missing = [
        f"{stream} of {source}" for source, stream in streams if (source, stream) not in ends
    ]
    if missing or not streams:
        raise NotYetError(
            f"nothing can be computed yet: {_unread(missing)}",
            todo="run `kpiloop pull`; it says what stops a stream",
        )
    return min(ends[stream] for stream in streams).replace(tzinfo=UTC)


def _unread(missing: Sequence[str]) -> str:
    if not missing:
        return "the project has no source"
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    return f"{missing[0]}{more} never came to an end"


def horizon_of(connection: DuckDBPyConnection, moment: Moment) -> Horizon:
    """The days that the records which were pulled tell of, up to the as-of time."""
    first = connection.execute(_FIRST).fetchone()
    first_at = first[0] if first else None
    start = moment.today if first_at is None else _local(first_at, moment.zone)
    return Horizon(first_day=min(start, moment.today), moment=moment)


_FIRST = """
SELECT min(moment) FROM (
    SELECT min(created_at) AS moment FROM pulled.contacts WHERE deleted_at IS NULL
    UNION ALL SELECT min(created_at) FROM pulled.deals WHERE deleted_at IS NULL
    UNION ALL SELECT min(entered_at) FROM pulled.stage_changes WHERE deleted_at IS NULL
    UNION ALL SELECT min(first_day) FROM pulled.costs WHERE deleted_at IS NULL
)
"""


def _local(moment: datetime, zone: ZoneInfo) -> date:
    return moment.replace(tzinfo=UTC).astimezone(zone).date()
