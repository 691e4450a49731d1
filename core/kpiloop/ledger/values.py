"""Published values: what was said about each KPI, when, under which definition, and what before."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from kpiloop.clock import Clock
from kpiloop.kpi.calendar import Grain, Period
from kpiloop.kpi.value import Completeness, KpiValue, Number
from kpiloop.ledger.store import Ledger, Row, to_json, to_moment, to_text

_COLUMNS = (
    "kpi, grain, period, first_day, last_day, dimensions, value, numerator, denominator, "
    "sample_size, completeness, reason, version, as_of"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A computed set and how it differs from what was said before."""

    set_id: int
    new: int
    changed: int
    unchanged: int


class Values:
    """The published values of a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def publish(
        self, run_id: str, values: Iterable[KpiValue], *, as_of: datetime, definitions: str
    ) -> Published:
        """Book a computed set: a value that is as before adds no row, so history stays short."""
        with self._ledger.transaction():
            set_id = self._ledger.insert(
                "INSERT INTO computed_sets (run_id, computed_at, as_of, definitions) "
                "VALUES (?, ?, ?, ?)",
                (run_id, to_text(self._clock.now()), to_text(as_of), definitions),
            )
            self._ledger.write(
                "CREATE TEMP TABLE IF NOT EXISTS fresh AS "
                f"SELECT {_COLUMNS} FROM kpi_values LIMIT 0"
            )
            self._ledger.write("DELETE FROM fresh")
            self._ledger.write_many(
                f"INSERT INTO fresh VALUES ({', '.join('?' * 14)})",
                (_as_row(value) for value in values),
            )
            return self._settle(set_id)

    def _settle(self, set_id: int) -> Published:
        unchanged = self._ledger.write(f"DELETE FROM fresh WHERE EXISTS ({_SAME})")
        changed = self._ledger.write(
            f"UPDATE kpi_values SET replaced_by = ? WHERE replaced_by IS NULL AND EXISTS ({_KEY})",
            (set_id,),
        )
        added = self._ledger.write(
            f"INSERT INTO kpi_values (set_id, {_COLUMNS}) SELECT ?, {_COLUMNS} FROM fresh",
            (set_id,),
        )
        return Published(set_id=set_id, new=added - changed, changed=changed, unchanged=unchanged)

    def latest_set(self) -> tuple[int, str] | None:
        """The newest computed set: its number and the hash of its definitions."""
        row = self._ledger.row("SELECT id, definitions FROM computed_sets ORDER BY id DESC LIMIT 1")
        return (int(str(row[0])), str(row[1])) if row else None

    def current(self, kpi: str, grain: Grain, by: Sequence[str] = ()) -> Iterator[KpiValue]:
        """What is said now about a KPI at a grain, for exactly these dimensions, by period."""
        rows = self._ledger.rows(
            f"SELECT {_COLUMNS} FROM kpi_values WHERE kpi = ? AND grain = ? "
            "AND replaced_by IS NULL ORDER BY first_day, dimensions",
            (kpi, grain.value),
        )
        wanted = set(by)
        return (value for value in map(_as_value, rows) if set(value.dimensions) == wanted)

    def history(self, kpi: str, grain: Grain, period: str) -> Iterator[tuple[KpiValue, bool]]:
        """Everything that was ever said of one KPI and period, oldest first; True: it stands."""
        rows = self._ledger.rows(
            f"SELECT {_COLUMNS}, replaced_by FROM kpi_values "
            "WHERE kpi = ? AND grain = ? AND period = ? ORDER BY set_id, dimensions",
            (kpi, grain.value, period),
        )
        return ((_as_value(row[:-1]), row[-1] is None) for row in rows)


_KEY = (
    "SELECT 1 FROM fresh AS f WHERE f.kpi = kpi_values.kpi AND f.grain = kpi_values.grain "
    "AND f.dimensions = kpi_values.dimensions AND f.period = kpi_values.period"
)
_SAME = (
    "SELECT 1 FROM kpi_values AS v WHERE v.replaced_by IS NULL AND v.kpi = fresh.kpi "
    "AND v.grain = fresh.grain AND v.dimensions = fresh.dimensions AND v.period = fresh.period "
    "AND v.value IS fresh.value AND v.numerator IS fresh.numerator "
    "AND v.denominator IS fresh.denominator AND v.sample_size IS fresh.sample_size "
    "AND v.completeness = fresh.completeness AND v.reason IS fresh.reason "
    "AND v.version = fresh.version AND v.first_day = fresh.first_day"
    " AND v.last_day = fresh.last_day"
)


def _as_row(value: KpiValue) -> tuple[object, ...]:
    return (
        value.kpi,
        value.period.grain.value,
        value.period.key,
        value.period.first_day.isoformat(),
        value.period.last_day.isoformat(),
        to_json(dict(value.dimensions)) if value.dimensions else "{}",
        number_to_text(value.value),
        number_to_text(value.numerator),
        number_to_text(value.denominator),
        value.sample_size,
        value.completeness.value,
        value.reason,
        value.version,
        _moment_text(value.as_of),
    )


_moment_text = lru_cache(maxsize=8)(to_text)
"""All values of a set are as of the same moment."""


def _as_value(row: Row) -> KpiValue:
    dimensions: Mapping[str, str | None] = json.loads(str(row[5]))
    return KpiValue(
        kpi=str(row[0]),
        period=Period(
            Grain(str(row[1])),
            str(row[2]),
            date.fromisoformat(str(row[3])),
            date.fromisoformat(str(row[4])),
        ),
        dimensions=dimensions,
        value=text_to_number(row[6]),
        numerator=text_to_number(row[7]),
        denominator=text_to_number(row[8]),
        sample_size=None if row[9] is None else int(str(row[9])),
        completeness=Completeness(str(row[10])),
        reason=None if row[11] is None else str(row[11]),
        version=str(row[12]),
        as_of=to_moment(row[13]),
    )


def number_to_text(number: Number | None) -> str | None:
    """A number to the last bit: a float carries the mark `~`, a decimal its digits."""
    if number is None:
        return None
    return f"~{number!r}" if isinstance(number, float) else format(number, "f")


def text_to_number(text: object) -> Number | None:
    """The number that a text of the ledger means, to the last bit."""
    if text is None:
        return None
    spelled = str(text)
    return float(spelled[1:]) if spelled.startswith("~") else Decimal(spelled)
