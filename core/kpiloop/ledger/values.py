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
    "kpi, grain, period, first_day, last_day, dimensions, cut, value, numerator, denominator, "
    "sample_size, completeness, reason, version, as_of"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A computed set and how it differs from what was said before."""

    set_id: int
    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedSet:
    """One time that KPIs were computed."""

    id: int
    as_of: datetime
    definitions: str
    """The hash of the definitions and settings that they were computed under."""


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
            self._take(values)
            return self._settle(set_id)

    def _take(self, values: Iterable[KpiValue]) -> None:
        self._ledger.write("DROP TABLE IF EXISTS temp.fresh")
        self._ledger.write(f"CREATE TEMP TABLE fresh AS SELECT {_COLUMNS} FROM kpi_values LIMIT 0")
        self._ledger.write_many(
            f"INSERT INTO fresh VALUES ({', '.join('?' * len(_COLUMNS.split(',')))})",
            (_as_row(value) for value in values),
        )
        self._ledger.write(
            "CREATE INDEX temp.fresh_keys ON fresh (kpi, grain, period, cut, dimensions)"
        )

    def _settle(self, set_id: int) -> Published:
        """Keep what stands, replace what changed, and end what the set does not say any more."""
        gone = self._ledger.write(
            f"UPDATE kpi_values SET replaced_by = ? WHERE {_STANDS} "
            f"AND (EXISTS ({_SAME_CUT}) OR last_day < ({_BEGINNING})) "
            f"AND NOT EXISTS ({_SAME_KEY})",
            (set_id,),
        )
        unchanged = self._ledger.write(
            "UPDATE kpi_values SET as_of = f.as_of, first_day = f.first_day, "
            f"last_day = f.last_day FROM fresh AS f WHERE {_STANDS} AND {_MATCHES} AND {_EQUALS}"
        )
        self._ledger.write(
            f"DELETE FROM fresh AS f WHERE EXISTS (SELECT 1 FROM kpi_values WHERE {_STANDS} "
            f"AND {_MATCHES} AND {_EQUALS})"
        )
        changed = self._ledger.write(
            f"UPDATE kpi_values SET replaced_by = ? WHERE {_STANDS} AND EXISTS ({_SAME_KEY})",
            (set_id,),
        )
        added = self._ledger.write(
            f"INSERT INTO kpi_values (set_id, {_COLUMNS}) SELECT ?, {_COLUMNS} FROM fresh",
            (set_id,),
        )
        return Published(
            set_id=set_id, new=added - changed, changed=changed + gone, unchanged=unchanged
        )

    def latest_set(self) -> ComputedSet | None:
        """The newest computed set."""
        row = self._ledger.row(
            "SELECT id, as_of, definitions FROM computed_sets ORDER BY id DESC LIMIT 1"
        )
        if row is None:
            return None
        return ComputedSet(id=int(str(row[0])), as_of=to_moment(row[1]), definitions=str(row[2]))

    def current(self, kpi: str, grain: Grain, by: Sequence[str] = ()) -> Iterator[KpiValue]:
        """What is said now about a KPI at a grain, for exactly these dimensions, by period."""
        rows = self._ledger.rows(
            f"SELECT {_COLUMNS} FROM kpi_values WHERE kpi = ? AND grain = ? AND cut = ? "
            f"AND {_STANDS} ORDER BY first_day, dimensions",
            (kpi, grain.value, _cut(by)),
        )
        return map(_as_value, rows)

    def history(self, kpi: str, grain: Grain, period: str) -> Iterator[tuple[KpiValue, bool]]:
        """Everything that was ever said of one KPI and period, oldest first; True: it stands."""
        rows = self._ledger.rows(
            f"SELECT {_COLUMNS}, replaced_by FROM kpi_values "
            "WHERE kpi = ? AND grain = ? AND period = ? ORDER BY set_id, dimensions",
            (kpi, grain.value, period),
        )
        return ((_as_value(row[:-1]), row[-1] is None) for row in rows)


_STANDS = "kpi_values.replaced_by IS NULL"
_OF_CUT = (
    "f.kpi = kpi_values.kpi AND f.grain = kpi_values.grain AND f.period = kpi_values.period "
    "AND f.cut = kpi_values.cut"
)
_MATCHES = f"{_OF_CUT} AND f.dimensions = kpi_values.dimensions"
_SAME_CUT = f"SELECT 1 FROM fresh AS f WHERE {_OF_CUT}"
_SAME_KEY = f"SELECT 1 FROM fresh AS f WHERE {_MATCHES}"
_BEGINNING = f"SELECT min(first_day) FROM fresh WHERE grain = '{Grain.EVER.value}'"
"""The first day that the records tell of: what was said of earlier ones rests on nothing now."""
_EQUALS = " AND ".join(
    f"f.{column} IS kpi_values.{column}"
    for column in (
        "value",
        "numerator",
        "denominator",
        "sample_size",
        "completeness",
        "reason",
        "version",
    )
)


def _cut(dimensions: Iterable[str]) -> str:
    return ",".join(sorted(dimensions))


def _as_row(value: KpiValue) -> tuple[object, ...]:
    return (
        value.kpi,
        value.period.grain.value,
        value.period.key,
        value.period.first_day.isoformat(),
        value.period.last_day.isoformat(),
        to_json(dict(value.dimensions)) if value.dimensions else "{}",
        _cut(value.dimensions),
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
        value=text_to_number(row[7]),
        numerator=text_to_number(row[8]),
        denominator=text_to_number(row[9]),
        sample_size=None if row[10] is None else int(str(row[10])),
        completeness=Completeness(str(row[11])),
        reason=None if row[12] is None else str(row[12]),
        version=str(row[13]),
        as_of=to_moment(row[14]),
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
