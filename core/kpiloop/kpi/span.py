"""The words in which a user says which days are meant: `2026-03`, `12 months`, `last month`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kpiloop.errors import ConfigError
from kpiloop.kpi.calendar import CIVIL, Calendar, Grain, Period

LEGAL = (
    "2026, 2026-Q1, 2026-03, 2026-W10, 2026-03-02, FY2026, FY2026-Q1, FY2026-M01, today, "
    "yesterday, this month, last quarter, last fiscal year, 12 months"
)
_DAY = timedelta(days=1)
_GRAINS = "(?:fiscal )?(?:month|quarter|year)|day|week"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from first to last, both of them meant."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads words, seen from a day."""

    today: date
    calendar: Calendar

    def period(self, grain: Grain, key: str, year: int) -> Span:
        """The period of a name, which tells a year; ValueError where there is none of that name."""
        # A fiscal year, or a week, may lie outside of the year that names it.
        first, last = date(year - 1, 1, 1), date(year + 1, 12, 31)
        for period in self.calendar.periods(grain, first, last):
            if period.key == key:
                return _all_of(period)
        raise ValueError(key)

    def running(self, grain: Grain) -> Period:
        """The period that today lies in."""
        return self.calendar.period_of(grain, self.today)

    def before(self, period: Period) -> Period:
        """The one before."""
        return self.calendar.period_of(period.grain, period.first_day - _DAY)


def parse_span(text: str, today: date, where: str = "", calendar: Calendar = CIVIL) -> Span:
    """The days that a word means, seen from today; ConfigError where it means none.

    A period means all its days. `12 months` means the running month and the 12 before it, up to
    today; so for the other grains. Use `first_day` for since, `last_day` for until.
    """
    word = " ".join(text.split()).lower()
    for pattern, read in _READERS.items():
        found = pattern.fullmatch(word)
        if found:
            try:
                return read(found, _Reader(today, calendar))
            except (ValueError, OverflowError):
                break
    raise ConfigError(f"{text!r} names no days", where=where, legal=LEGAL)


def _all_of(period: Period) -> Span:
    return Span(period.first_day, period.last_day)


def _named(grain: Grain) -> "_Read":
    """A period by its name."""

    def read(found: re.Match[str], reader: _Reader) -> Span:
        return reader.period(grain, found[0].upper(), int(found["year"]))

    return read


def _a_day(found: re.Match[str], _reader: _Reader) -> Span:
    day = date.fromisoformat(found[0])
    return Span(day, day)


def _near_day(found: re.Match[str], reader: _Reader) -> Span:
    day = reader.today if found[0] == "today" else reader.today - _DAY
    return Span(day, day)


def _near_period(found: re.Match[str], reader: _Reader) -> Span:
    running = reader.running(_grain(found[2]))
    return _all_of(running if found[1] == "this" else reader.before(running))


def _several(found: re.Match[str], reader: _Reader) -> Span:
    period = reader.running(_grain(found[2]))
    for _ in range(int(found[1])):
        period = reader.before(period)
    return Span(period.first_day, reader.today)


def _grain(words: str) -> Grain:
    return Grain(words.replace(" ", "_"))


_Read = Callable[[re.Match[str], _Reader], Span]
_READERS: Mapping[re.Pattern[str], _Read] = {
    re.compile(r"(?P<year>\d{4})"): _named(Grain.YEAR),
    re.compile(r"(?P<year>\d{4})-q[1-4]"): _named(Grain.QUARTER),
    re.compile(r"(?P<year>\d{4})-\d{2}"): _named(Grain.MONTH),
    re.compile(r"(?P<year>\d{4})-w\d{2}"): _named(Grain.WEEK),
    re.compile(r"fy(?P<year>\d{4})"): _named(Grain.FISCAL_YEAR),
    re.compile(r"fy(?P<year>\d{4})-q[1-4]"): _named(Grain.FISCAL_QUARTER),
    re.compile(r"fy(?P<year>\d{4})-m\d{2}"): _named(Grain.FISCAL_MONTH),
    re.compile(r"\d{4}-\d{2}-\d{2}"): _a_day,
    re.compile(r"today|yesterday"): _near_day,
    re.compile(rf"(this|last) ({_GRAINS})"): _near_period,
    re.compile(rf"(\d{{1,4}}) ({_GRAINS})s?"): _several,
}
