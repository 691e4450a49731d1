"""What this machine proposes for a new project: its time zone, and a currency to go with it."""

import os
from pathlib import Path
from zoneinfo import available_timezones

_CURRENCIES = {
    "America": "USD",
    "Australia": "AUD",
    "Europe": "EUR",
    "Europe/Copenhagen": "DKK",
    "Europe/London": "GBP",
    "Europe/Oslo": "NOK",
    "Europe/Prague": "CZK",
    "Europe/Stockholm": "SEK",
    "Europe/Warsaw": "PLN",
    "Europe/Zurich": "CHF",
    "Asia/Tokyo": "JPY",
}
_ELSEWHERE = "USD"
_UTC = "UTC"


def timezone_here(link: Path = Path("/etc/localtime")) -> str:
    """The name of the machine's time zone; UTC where it keeps none that has a name."""
    file = link.resolve().as_posix()
    names = (os.environ.get("TZ", ""), file.partition("/zoneinfo/")[2])
    known = next((name for name in names if name in available_timezones()), _UTC)
    return known.removeprefix("Etc/")


def currency_of(timezone: str) -> str:
    """A currency that is likely in a time zone."""
    continent = timezone.partition("/")[0]
    return _CURRENCIES.get(timezone) or _CURRENCIES.get(continent) or _ELSEWHERE
