"""How Salesforce spells values that are not yet what the common schema means."""

from datetime import UTC, date, datetime, time
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator

from kpiloop import Instant, Text

_NOON = time(12)


def noon_of(value: object) -> object:
    """A day as the noon of it in UTC: the same day in nearly every time zone of the world."""
    if isinstance(value, str) and len(value) == len("2026-05-06"):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        return datetime.combine(day, _NOON, UTC)
    return value


def host_of(value: object) -> object:
    """The domain of an address such as `https://www.acme.example/en`."""
    if not isinstance(value, str) or not value.strip():
        return value
    text = value.strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname
    except ValueError:
        return value
    return host.removeprefix("www.") if host else value


DayAsInstant = Annotated[Instant, BeforeValidator(noon_of)]
"""A field that holds a day where the common schema has a time."""

Domain = Annotated[Text, BeforeValidator(host_of)]
"""A field that holds the address of a website."""
