"""Times as Salesforce writes them: whole seconds, always with `.000+0000`; dates as ISO."""

import re
from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.\d{1,3})?(Z|[+-]\d\d:?\d\d)", re.IGNORECASE
)


def seconds_of(moment: datetime) -> int:
    """Whole seconds since 1970 of an aware time."""
    return int((moment - _EPOCH) // timedelta(seconds=1))


def moment_of(seconds: int) -> datetime:
    """The time in UTC."""
    return _EPOCH + timedelta(seconds=seconds)


def spelled(seconds: int) -> str:
    """`2026-05-06T11:48:03.000+0000`."""
    return moment_of(seconds).isoformat(timespec="milliseconds")[:23] + "+0000"


def spelled_in_csv(seconds: int) -> str:
    """`2026-05-06T11:48:03.000Z`: the Bulk API's way."""
    return moment_of(seconds).isoformat(timespec="milliseconds")[:23] + "Z"


def parse_time(text: str) -> int | None:
    """Seconds since 1970 of a time with its zone, or None where it is none."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    try:
        return seconds_of(datetime.fromisoformat(match[1] + match[2].upper()))
    except (ValueError, OverflowError):
        return None


def parse_day(text: str) -> str | None:
    """The day in ISO, or None where the text is none."""
    try:
        return date.fromisoformat(text).isoformat() if len(text) == len("2026-05-06") else None
    except ValueError:
        return None
