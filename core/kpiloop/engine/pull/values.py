"""Values on their way into the warehouse and back: instants are stored naive, in UTC."""

from datetime import UTC, date, datetime
from decimal import Decimal


def stored(moment: datetime) -> datetime:
    """As the warehouse holds it."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.replace(tzinfo=None)


def aware(moment: datetime | None) -> datetime | None:
    """As Python computes with it."""
    return None if moment is None else moment.replace(tzinfo=UTC)


def as_text(value: object) -> str | None:
    """A value as a text that the warehouse casts back without loss; None stays."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime():
            return stored(value).isoformat(sep=" ")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)
