"""Cells as people write them: numbers with a decimal comma, days and times in a format of choice.

What does not fit the format that the settings name is refused, never guessed: `1.500` is a
thousand and a half to one reader and one and a half to another.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kpiloop import Kind
from kpiloop_files.settings import Table

Reader = Callable[[object], object]

_GROUPS = {",": r"[.' \u2019\u00a0\u202f]", ".": r"[,' \u2019\u00a0\u202f]"}
_NUMBERS = {
    decimal: re.compile(
        rf"(?P<whole>\d{{1,3}}(?:{groups}\d{{3}})+|\d*)"
        rf"(?:{re.escape(decimal)}(?P<part>\d*))?(?P<power>[eE][+-]?\d{{1,3}})?"
    )
    for decimal, groups in _GROUPS.items()
}
_AROUND = " \t\u00a0\u202f€$£"
_NUMBER_KINDS = frozenset({Kind.MONEY, Kind.NUMBER, Kind.WHOLE})


def reader_of(field: str, kind: Kind, table: Table) -> Reader | None:
    """What reads the cells of a field before its own type does; None: nothing needs to."""
    if kind in _NUMBER_KINDS:
        return number_reader(table.decimal)
    if kind is Kind.DAY:
        return day_reader(table.day, is_last=field.startswith("last_"))
    if kind is Kind.INSTANT:
        return time_reader(table.time, ZoneInfo(table.timezone))
    return None


def number_reader(decimal: str) -> Reader:
    """Reads `1.234,50 €` or `1,234.50`, by the decimal sign; other spellings are refused."""
    form = _NUMBERS[decimal]
    name = "comma" if decimal == "," else "point"

    def read(value: object) -> object:
        if not isinstance(value, str) or not value.strip():
            return value
        text = value.strip(_AROUND)
        sign, text = _sign(text)
        found = form.fullmatch(text.strip(_AROUND))
        digits = re.sub(r"\D", "", found["whole"]) if found else ""
        if not found or not (digits or found["part"]):
            raise ValueError(f"not a number with a decimal {name}")
        return f"{sign}{digits or '0'}.{found['part'] or '0'}{found['power'] or ''}"

    return read


def _sign(text: str) -> tuple[str, str]:
    """The sign, which accounting programs write at the end, and the rest."""
    if text[:1] in {"-", "+", "\u2212"}:
        return "" if text[0] == "+" else "-", text[1:]
    return ("-", text[:-1]) if text.endswith("-") else ("", text)


def day_reader(form: str, *, is_last: bool) -> Reader:
    """Reads days in a format; one without a day means a month or year: its first or last day."""
    last = _last_day_for(form) if is_last else None

    def read(value: object) -> object:
        day = value.date() if isinstance(value, datetime) else value
        if isinstance(value, str) and form and value.strip():
            day = _parsed(value, form).date()
        return last(day) if last and isinstance(day, date) else day

    return read


def time_reader(form: str, zone: ZoneInfo) -> Reader:
    """Reads times in a format; one that names no zone was read from a clock of `zone`."""

    def read(value: object) -> object:
        moment = value
        if isinstance(value, str) and value.strip():
            moment = _parsed(value, form) if form else _iso(value)
        elif isinstance(value, date) and not isinstance(value, datetime):
            moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - its zone follows
        if isinstance(moment, datetime) and moment.tzinfo is None:
            return moment.replace(tzinfo=zone)
        return moment

    return read


def _parsed(value: str, form: str) -> datetime:
    try:
        return datetime.strptime(value.strip(), form)  # noqa: DTZ007 - a day has no zone, a time gets one
    except ValueError:
        raise ValueError(f"not of the form {form}") from None


def _iso(value: str) -> object:
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        return value  # an epoch, perhaps: the schema's own type decides


def _last_day_for(form: str) -> Callable[[date], date] | None:
    """What leads to the end of the span that a format names; None where it names a day."""
    if not form or re.search(r"%[dejxcDFuwaA]", form):
        return None
    return _end_of_month if re.search(r"%[mbB]", form) else _end_of_year


def _end_of_year(day: date) -> date:
    return day.replace(month=12, day=31)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
