"""How far a KPI has come to what it should reach: its status, and where today's rate leads."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from kpiloop.kpi.aim import Aim
from kpiloop.kpi.calendar import Period
from kpiloop.kpi.kpi import Better
from kpiloop.kpi.value import Completeness, KpiValue, Number


class Status(StrEnum):
    """How a value stands to its target."""

    REACHED = "reached"
    """It is there; a value that should be low has stayed so to the end of the period."""
    MISSED = "missed"
    """The period is over, or what should stay low no longer is."""
    ON_TRACK = "on track"
    """The period goes on, and at today's rate the target is reached."""
    BEHIND = "behind"
    """The period goes on, and at today's rate the target is missed."""
    NO_VALUE = "no value"
    """There is nothing to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A value beside its target."""

    aim: Aim
    status: Status
    gone: float
    """The share of the period that is over, from 0 to 1."""
    pace: float | None = None
    """Where today's rate leads by the end of the period; None where nothing adds up, or is left."""


def progress_of(
    value: KpiValue, aim: Aim, *, better: Better | None, adds_up: bool, zone: ZoneInfo
) -> Progress:
    """How a value stands to its target.

    Where the KPI does not say which way is better, more is. `adds_up` tells whether the value grows
    day by day, so that today's rate leads somewhere: `kpiloop.kpi.aim.adds_up`.
    """
    gone = _gone(value.period, value.as_of, zone)
    if value.value is None:
        return Progress(aim=aim, status=Status.NO_VALUE, gone=gone)
    is_open = value.completeness is not Completeness.COMPLETE and (gone < 1 or _ripens(value))
    pace = float(value.value) / gone if is_open and adds_up and 0 < gone < 1 else None
    low = better == "lower"
    met = _meets(value.value, aim, low=low)
    if not is_open:
        status = Status.REACHED if met else Status.MISSED
    elif adds_up and met != low:  # what adds up only grows: it has arrived, or gone too far
        status = Status.MISSED if low else Status.REACHED
    else:
        expected = value.value if pace is None else pace
        status = Status.ON_TRACK if _meets(expected, aim, low=low) else Status.BEHIND
    return Progress(aim=aim, status=status, gone=gone, pace=pace)


def _ripens(value: KpiValue) -> bool:
    return value.completeness is Completeness.IMMATURE


def _meets(value: Number, aim: Aim, *, low: bool) -> bool:
    limit = float(aim.value) if isinstance(value, float) else aim.value
    return value <= limit if low else value >= limit


def _gone(period: Period, as_of: datetime, zone: ZoneInfo) -> float:
    """The share of a period's time that lies before the as-of time; clocks that change count."""
    start, end = (
        datetime.combine(day, time(), zone).astimezone(UTC)
        for day in (period.first_day, period.next_day)
    )
    share = (as_of.astimezone(UTC) - start) / (end - start)
    return min(max(share, 0.0), 1.0)
