"""`[project]`: where the project lives, and by which clock, money and year it counts."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field, StrictInt

from kpiloop.kpi.calendar import Calendar
from kpiloop.kpi.fiscal import FiscalYears
from kpiloop.project.section import Currency, Name, Section

_LAST_MONTH = 12
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKS: Mapping[str, tuple[int, int, int] | None] = {
    "months": None,
    "4-4-5": (4, 4, 5),
    "4-5-4": (4, 5, 4),
    "5-4-4": (5, 4, 4),
}


def _timezone(value: object) -> ZoneInfo:
    if not isinstance(value, str):
        raise ValueError('must be the name of a time zone in quotes, such as "Europe/Berlin"')  # noqa: TRY004 - pydantic's protocol
    if value not in _zones():
        raise ValueError(
            f"{value!r} is no time zone{_did_you_mean(value)} (legal: names of the IANA list)"
        )
    return ZoneInfo(value)


def _zones() -> set[str]:
    """The IANA list; what a machine calls its own zone is another one on the next machine."""
    return available_timezones() - {"localtime"}


def _did_you_mean(value: str) -> str:
    near = get_close_matches(value, _zones(), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


class General(Section):
    """What holds for the whole project."""

    home: Path = Path(".kpiloop")
    """The folder of the databases; `~` is the user's home, and a relative path starts at the
    folder of kpiloop.toml."""
    timezone: Annotated[ZoneInfo, BeforeValidator(_timezone)]
    """The reporting time zone: when a day begins."""
    currency: Currency
    """The home currency."""
    rates_from: Name | None = None
    """The source whose exchange rates hold where `[rates]` says nothing."""
    fiscal_year_starts: StrictInt = Field(default=1, ge=1, le=_LAST_MONTH)
    """The month in which a fiscal year starts, 1 to 12."""
    fiscal_year_named: Literal["start", "end"] = "end"
    """Which of its two calendar years names a fiscal year."""
    fiscal_calendar: Literal["months", "4-4-5", "4-5-4", "5-4-4"] = "months"
    """What the months of a fiscal year are: those of the calendar, or so many weeks each."""
    week_starts: Literal[
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
    ] = "monday"

    @property
    def calendar(self) -> Calendar:
        """How the company cuts time into weeks and fiscal years."""
        return Calendar(
            week_starts=_WEEKDAYS.index(self.week_starts),
            fiscal=FiscalYears(
                starts=self.fiscal_year_starts,
                weeks=_WEEKS[self.fiscal_calendar],
                is_named_by_start=self.fiscal_year_named == "start",
            ),
        )
