"""Times as HubSpot writes them: ISO 8601 with milliseconds and `Z`, or epoch milliseconds."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Epoch milliseconds of an aware time."""
    return (moment - _EPOCH) // _MILLISECOND


def iso(milliseconds: int) -> str:
    """`2026-05-06T11:48:03.785Z`."""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


def parse_ms(text: str | None) -> int | None:
    """Epoch milliseconds of a time in either spelling, or None where it is neither.

    A time without a zone is read as UTC, a date as its midnight.
    """
    if not text:
        return None
    if text.lstrip("-").isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
