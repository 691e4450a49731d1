"""Moments as whole milliseconds since 1970: quick to reckon with, exact to store."""

from datetime import UTC, datetime, timedelta

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday, and Monday is 0
_SATURDAY = 5
_WORK_STARTS = 7 * HOUR
_WORK_SHARE = 10 / 24


def as_moment(milliseconds: int) -> datetime:
    """The moment in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def as_milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


def at_work(milliseconds: int) -> int:
    """Moves a moment into office hours of the same day, or of the Monday after a weekend.

    Two moments of one day keep their order; the caller keeps the order over a weekend.
    """
    day, time_of_day = divmod(milliseconds, DAY)
    weekday = (day + _EPOCH_WEEKDAY) % 7
    if weekday >= _SATURDAY:
        day += 7 - weekday
    return day * DAY + _WORK_STARTS + int(time_of_day * _WORK_SHARE)


def later(share: float, moment: int, end: int) -> int:
    """The moment at this share, 0 to 1, of the time that is left: after `moment`, before `end`."""
    return min(moment + 1 + int(share * (end - moment - 1)), end - 1)
