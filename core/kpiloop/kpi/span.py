"""The words in which a user says which days are meant: `2026-03`, `12 months`, `last month`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kpiloop.errors import ConfigError
from kpiloop.kpi.calendar import Grain, period_of, shift_months

LEGAL = (
    "2026, 2026-Q1, 2026-03, 2026-W10, 2026-03-02, today, yesterday, this month, last quarter, "
    "12 months"
)
_DAY = timedelta(days=1)
_GRAINS = "day|week|month|quarter|year"
_MONTHS_IN = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from first to last, both of them meant."""

    first_day: date
    last_day: date


def parse_span(text: str, today: date, where: str = "") -> Span:
    """The days that a word means, seen from today; ConfigError where it means none.

    A period means all its days. `12 months` means the running month and the 12 before it, up to
    today; so for days, weeks, quarters and years. Use `first_day` for since, `last_day` for until.
    """
    word = " ".join(text.split()).lower()
    for pattern, read in _READERS.items():
        found = pattern.fullmatch(word)
        if found:
            try:
                return read(found, today)
            except (ValueError, OverflowError):
                break
    raise ConfigError(f"{text!r} names no days", where=where, legal=LEGAL)


def _period(grain: Grain, day: date) -> Span:
    period = period_of(grain, day)
    return Span(period.first_day, period.last_day)


def _a_year(found: re.Match[str], _today: date) -> Span:
    return _period(Grain.YEAR, date(int(found[1]), 1, 1))


def _a_quarter(found: re.Match[str], _today: date) -> Span:
    return _period(Grain.QUARTER, date(int(found[1]), int(found[2]) * 3, 1))


def _a_month(found: re.Match[str], _today: date) -> Span:
    return _period(Grain.MONTH, date(int(found[1]), int(found[2]), 1))


def _a_week(found: re.Match[str], _today: date) -> Span:
    return _period(Grain.WEEK, date.fromisocalendar(int(found[1]), int(found[2]), 1))


def _a_day(found: re.Match[str], _today: date) -> Span:
    return _period(Grain.DAY, date.fromisoformat(found[0]))


def _near_day(found: re.Match[str], today: date) -> Span:
    return _period(Grain.DAY, today if found[0] == "today" else today - _DAY)


def _near_period(found: re.Match[str], today: date) -> Span:
    grain = Grain(found[2])
    running = _period(grain, today)
    return running if found[1] == "this" else _period(grain, running.first_day - _DAY)


def _several(found: re.Match[str], today: date) -> Span:
    grain, count = Grain(found[2]), int(found[1])
    running = period_of(grain, today).first_day
    if grain in _MONTHS_IN:
        return Span(shift_months(running, -count * _MONTHS_IN[grain]), today)
    return Span(running - count * (7 * _DAY if grain is Grain.WEEK else _DAY), today)


_READERS: Mapping[re.Pattern[str], Callable[[re.Match[str], date], Span]] = {
    re.compile(r"(\d{4})"): _a_year,
    re.compile(r"(\d{4})-q([1-4])"): _a_quarter,
    re.compile(r"(\d{4})-(\d{2})"): _a_month,
    re.compile(r"(\d{4})-w(\d{2})"): _a_week,
    re.compile(r"\d{4}-\d{2}-\d{2}"): _a_day,
    re.compile(r"today|yesterday"): _near_day,
    re.compile(rf"(this|last) ({_GRAINS})"): _near_period,
    re.compile(rf"(\d{{1,4}}) ({_GRAINS})s?"): _several,
}
