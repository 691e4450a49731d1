"""Times as Mailchimp writes them: ISO 8601 in UTC, to the second."""

from datetime import UTC, datetime


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970 of an aware time."""
    return int(moment.timestamp())


def iso(moment: int | None) -> str:
    """`2015-10-21T15:41:36+00:00`; a time that never came is empty."""
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()


def parse(text: str) -> int | None:
    """Whole seconds since 1970 of a time in ISO 8601, or None where it is none.

    A time without a zone is read as UTC, a date as its midnight.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return seconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
