"""How HubSpot spells values: those that are written, and what comes back."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from kpiloop import Instant, Kind, Value

_INSTANT: TypeAdapter[datetime | None] = TypeAdapter(Instant)
_FLAGS = MappingProxyType({"true": True, "false": False})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    """A moment as HubSpot counts it, in milliseconds since 1970; smaller parts are cut off."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment(value: datetime) -> str:
    """A moment in ISO 8601, to the millisecond, as HubSpot's filters take it."""
    naive = value.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='milliseconds')}Z"


def instant_of(value: object) -> datetime | None:
    """A moment in any spelling that the schema knows; none where it is no moment."""
    try:
        return _INSTANT.validate_python(value)
    except ValidationError:
        return None


def spelled(value: Value) -> str:
    """The text that HubSpot takes for a value; an empty one clears the property.

    Times are cut to the millisecond, which is all that HubSpot keeps.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case str():
            return value


def path_of(address: str | None) -> str | None:
    """The path of a page's address, without host and query; none where it is no address."""
    try:
        return urlsplit(address or "").path or None
    except ValueError:
        return None


def read_back(text: str | None, kind: Kind) -> Value:
    """The value that HubSpot holds as this text; one that is not of the kind stays text."""
    if not text:
        return None
    try:
        value = _READERS[kind](text)
    except (InvalidOperation, ValidationError, ValueError, KeyError):
        return text
    return text if value is None else value


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError("a number must be finite")
    return number


def _instant(text: str) -> datetime | None:
    return _INSTANT.validate_python(text)


def _day(text: str) -> date | None:
    """A day as HubSpot shows it, or the midnight in UTC as which it keeps it."""
    instant = _instant(text)
    return instant.date() if instant else None


_READERS: Mapping[Kind, Callable[[str], Value]] = MappingProxyType(
    {
        Kind.TEXT: str,
        Kind.WHOLE: _number,
        Kind.NUMBER: _number,
        Kind.MONEY: _number,
        Kind.FLAG: _FLAGS.__getitem__,
        Kind.INSTANT: _instant,
        Kind.DAY: _day,
    }
)
