"""The kinds of value in the common schema, and how vendors' spellings reach them.

Every kind accepts what real systems send: an empty string is no value, numbers come as text,
times come as ISO 8601 (without a zone: UTC) or as an epoch in seconds or milliseconds.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_EPOCH = re.compile(r"-?\d{9,13}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SCHEME = re.compile(r"([a-z]+:)?//", re.IGNORECASE)
_WWW = re.compile(r"^(www\.)+")
_DOMAIN = re.compile(r"[^\s.:@\[\]]+(\.[^\s.:@\[\]]+)+")
_NOON = time(12)
_SMALLEST_MILLISECONDS = 10**11


class Kind(StrEnum):
    """What a column holds; the warehouse maps each kind to a type of its own."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    RATE = "rate"
    FLAG = "flag"
    INSTANT = "instant"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """Marks the kind of a field, for tables, docs and the KPI contract."""

    kind: Kind


def empty_is_none(value: object) -> object:
    """No value, where a vendor writes one as an empty string."""
    return None if isinstance(value, str) and not value.strip() else value


def _text(value: object) -> object:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return empty_is_none(value.replace("\x00", "") if isinstance(value, str) else value)


def _number(value: object) -> object:
    value = empty_is_none(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number must be finite")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite():
        raise ValueError("a number must be finite")
    return number


def _money(value: object) -> object:
    return _within(_number(value), "an amount", digits=14, places=4)


def _quantity(value: object) -> object:
    return _within(_number(value), "a number", digits=14, places=6)


def _rate(value: object) -> object:
    return _within(_number(value), "a rate", digits=12, places=12)


def _within(number: object, name: str, *, digits: int, places: int) -> object:
    """A number with at most so many digits before the point, rounded to the places behind it."""
    if not isinstance(number, Decimal):
        return number
    if abs(number) >= Decimal(10) ** digits:
        raise ValueError(f"{name} must be smaller than 10^{digits}")
    return number.quantize(Decimal(1).scaleb(-places))


def _whole(value: object) -> object:
    number = _number(value)
    if isinstance(number, Decimal):
        if number != number.to_integral_value():
            raise ValueError("not a whole number")
        if abs(number) >= 2**63:
            raise ValueError("a whole number must fit in 64 bits")
        return int(number)
    return number


def _from_epoch(number: float) -> datetime:
    seconds = number / 1000 if abs(number) >= _SMALLEST_MILLISECONDS else number
    if not EARLIEST.timestamp() <= seconds < LATEST.timestamp():
        raise ValueError(f"a time must lie between {EARLIEST.year} and {LATEST.year}")
    return datetime.fromtimestamp(seconds, UTC)


def _instant(value: object) -> object:
    value = empty_is_none(value)
    if isinstance(value, str) and _EPOCH.fullmatch(value.strip()):
        return _from_epoch(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_epoch(value)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(
                "not a time in ISO 8601, nor an epoch in seconds or milliseconds"
            ) from None
    if isinstance(value, datetime):
        return _in_range(value)
    return value


def _in_range(value: datetime) -> datetime:
    instant = value.replace(tzinfo=UTC) if value.tzinfo is None else value
    if not EARLIEST <= instant < LATEST:
        raise ValueError(f"a time must lie between {EARLIEST.year} and {LATEST.year}")
    return instant.astimezone(UTC)  # of a time out of range it might raise OverflowError


def _day(value: object) -> object:
    value = empty_is_none(value)
    if isinstance(value, str) and _EPOCH.fullmatch(value.strip()):
        value = _from_epoch(int(value)).date()
    elif isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip()[:10])
        except ValueError:
            raise ValueError("not a day as YYYY-MM-DD") from None
    elif isinstance(value, int | float) and not isinstance(value, bool):
        value = _from_epoch(value).date()
    if isinstance(value, date) and not EARLIEST.year <= value.year < LATEST.year:
        raise ValueError(f"a day must lie between {EARLIEST.year} and {LATEST.year}")
    return value


def _noon_of(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        value = _day(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, _NOON, UTC)
    return value


def _domain_of(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        host = urlsplit(text if _SCHEME.match(text) else f"//{text}").hostname or ""
    except ValueError:
        return value
    domain = _WWW.sub("", host).removesuffix(".")
    return domain if _DOMAIN.fullmatch(domain) else value


Id = Annotated[str, Column(Kind.TEXT), BeforeValidator(_text)]
"""A text that must be there; a number becomes one."""
Text = Annotated[str | None, Column(Kind.TEXT), BeforeValidator(_text)]
"""Any text; an empty one is no value, and a number becomes one."""
Whole = Annotated[int | None, Column(Kind.WHOLE), BeforeValidator(_whole)]
"""A whole number of 64 bits, also as text."""
Number = Annotated[Decimal | None, Column(Kind.NUMBER), BeforeValidator(_quantity)]
"""A number with up to six places, also as text."""
Rate = Annotated[Decimal | None, Column(Kind.RATE), BeforeValidator(_rate)]
"""A number with up to twelve places, also as text."""
Money = Annotated[Decimal | None, Column(Kind.MONEY), BeforeValidator(_money)]
"""An amount with four places, also as text; its currency is a field of its own."""
Flag = Annotated[bool | None, Column(Kind.FLAG), BeforeValidator(empty_is_none)]
"""True or false; `yes`, `no`, `on`, `off`, 1 and 0 are understood."""
Instant = Annotated[datetime | None, Column(Kind.INSTANT), BeforeValidator(_instant)]
"""A moment: ISO 8601 (in UTC where it names no zone), or an epoch in seconds or milliseconds."""
Day = Annotated[date | None, Column(Kind.DAY), BeforeValidator(_day)]
"""A day: `YYYY-MM-DD`, of a moment its day as written, or an epoch."""
DayAsInstant = Annotated[Instant, BeforeValidator(_noon_of)]
"""A day where the schema has a time: its noon in UTC, which is that day nearly everywhere."""
Domain = Annotated[Text, BeforeValidator(_domain_of)]
"""The domain of a website's address (`https://www.acme.example/en`); else the text as it stands."""
