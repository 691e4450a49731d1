"""How far the records reach: from the first day that anything happened to the as-of time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.question import Moment
from kpiloop.errors import KpiloopError
from kpiloop.kpi.calendar import Grain, period_of


class NothingPulledError(KpiloopError):
    """There are no records to compute anything from."""


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
        return period_of(Grain.MONTH, self.last_day).last_day


def horizon_of(connection: DuckDBPyConnection, zone: ZoneInfo) -> Horizon:
    """The horizon of what was pulled.

    The as-of time is the earliest end of what any stream has read, never the clock: up to it, every
    source is complete. Raises NothingPulledError where no stream was ever read to its end.
    """
    row = connection.execute("SELECT min(window_end) FROM state.bookmarks").fetchone()
    as_of = row[0] if row else None
    if as_of is None:
        raise NothingPulledError(
            "nothing was pulled yet, so there is nothing to compute", todo="run `kpiloop pull`"
        )
    moment = Moment(as_of.replace(tzinfo=UTC), zone)
    first = connection.execute(_FIRST).fetchone()
    first_at = first[0] if first else None
    start = moment.today if first_at is None else _local(first_at, zone)
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
