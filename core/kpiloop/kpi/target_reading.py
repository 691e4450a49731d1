"""Reads targets: tables of kpiloop.toml, and rows of a file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import cast

from kpiloop.errors import ConfigError
from kpiloop.kpi.aim import adds_up
from kpiloop.kpi.calendar import CIVIL, Calendar, Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.span import parse_span
from kpiloop.kpi.target import YEARS, Rule, Split, Target, Targets

SPLIT = "split"
COLUMNS = ("kpi", "period", "value", SPLIT)
"""The columns of a file that are no dimensions; `split` may be absent."""
_LEGAL = 'a grain (month = 400), a period ("2026-03" = 450), a dimension, or split'
_LEGAL_SPLIT = f'"{Rule.DAYS}", "{Rule.LAST_YEAR}", or a list of twelve numbers'
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file with targets, by column; `where` is how messages name it."""

    values: Mapping[str, str]
    where: str


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the targets of one KPI."""

    catalog: Catalog
    calendar: Calendar
    kpi: str

    def table(self, values: object, where: str, dimensions: Mapping[str, str]) -> Iterator[Target]:
        """The targets of a table, and of the parts that tables in it name."""
        if not isinstance(values, Mapping):
            raise ConfigError("it is no table", where=where, legal="month = 400")
        table = cast("Mapping[str, object]", values)
        split = self.split(table[SPLIT], f"{where}.{SPLIT}") if SPLIT in table else None
        found = False
        for key, value in table.items():
            if key == SPLIT:
                continue
            if isinstance(value, Mapping):
                yield from self._parts(key, cast("Mapping[str, object]", value), where, dimensions)
                continue
            target = replace(
                self.target(key, value, f"{where}.{key}"),
                dimensions=MappingProxyType(dict(dimensions)),
            )
            found = found or target.grain in YEARS
            yield replace(target, split=split if target.grain in YEARS else None)
        if split is not None and not found:
            raise ConfigError(
                "there is no year's target to split", where=f"{where}.{SPLIT}", legal="year = 4800"
            )

    def target(self, key: str, value: object, where: str) -> Target:
        """The target of a grain or a period."""
        grain, period = self._meant(key, where)
        return Target(kpi=self.kpi, grain=grain, period=period, value=_number(value, where))

    def split(self, rule: object, where: str) -> Split:
        """The rule by which a year's target is split."""
        if not adds_up(self.catalog, self.kpi):
            raise ConfigError(
                f"{self.kpi} does not add up over time, so that no part of a year has a part of it",
                where=where,
                todo="give the shorter periods targets of their own: month = …",
            )
        if rule in (Rule.DAYS, Rule.LAST_YEAR):  # a set would ask a list for its hash
            return Split(rule=Rule(str(rule)))
        if isinstance(rule, list) and len(cast("list[object]", rule)) == _MONTHS:
            weights = tuple(_number(each, where) for each in cast("list[object]", rule))
            if min(weights) >= 0 and any(weights):
                return Split(rule=Rule.WEIGHTS, weights=weights)
        raise ConfigError(f"{rule!r} is no way to split a year", where=where, legal=_LEGAL_SPLIT)

    def _parts(
        self,
        dimension: str,
        parts: Mapping[str, object],
        where: str,
        dimensions: Mapping[str, str],
    ) -> Iterator[Target]:
        self.check_dimension(dimension, where)
        for part, values in parts.items():
            place = f"{where}.{dimension}.{part}"
            yield from self.table(values, place, {**dimensions, dimension: part})

    def check_dimension(self, dimension: str, where: str) -> None:
        """ConfigError where the KPI does not have a dimension."""
        legal = self.catalog.dimensions_of(self.kpi)
        if dimension not in legal:
            raise ConfigError(
                f"{dimension!r} is no dimension of {self.kpi}{did_you_mean(dimension, legal)}",
                where=where,
                legal=", ".join(legal) or "it has none",
            )

    def _meant(self, key: str, where: str) -> tuple[Grain, str | None]:
        if key in {grain.value for grain in Grain}:
            return Grain(key), None
        word = key.strip().upper()
        for grain in self._grains_of(word):
            return grain, word
        raise ConfigError(
            f"{key!r} is no grain, period or dimension of {self.kpi}"
            f"{did_you_mean(key, [*Grain, *self.catalog.dimensions_of(self.kpi), SPLIT])}",
            where=where,
            legal=_LEGAL,
        )

    def _grains_of(self, key: str) -> Iterator[Grain]:
        """The grain of a period's key, such as 2026-03; none where it is no such key."""
        if not key[:1].isdigit() and not key.startswith("FY"):
            return
        try:
            day = parse_span(key, date.min, calendar=self.calendar).first_day
        except ConfigError:
            return
        for grain in Grain:
            if grain is not Grain.EVER and self.calendar.period_of(grain, day).key == key:
                yield grain


def read_targets(
    tables: Mapping[str, object],
    catalog: Catalog,
    origin: str,
    *,
    calendar: Calendar = CIVIL,
    rows: Iterable[Row] = (),
) -> Targets:
    """The targets of `[targets.<kpi>]` and of the rows of a file.

    Raises ConfigError where a name, period, number or rule is not legal, or where two targets are
    for the same.
    """
    found: list[Target] = []
    for name, values in tables.items():
        where = f"{origin} [targets.{name}]"
        found += _reader(name, catalog, calendar, where).table(values, where, {})
    found += [_of_row(row, catalog, calendar) for row in rows]
    _check_twice(found, origin)
    return Targets(tuple(found))


def _reader(kpi: str, catalog: Catalog, calendar: Calendar, where: str) -> _Reader:
    if kpi not in catalog.kpis:
        raise ConfigError(
            f"there is no KPI {kpi!r}{did_you_mean(kpi, catalog.kpis)}",
            where=where,
            todo="kpiloop explain lists all KPIs",
        )
    return _Reader(catalog, calendar, kpi)


def _of_row(row: Row, catalog: Catalog, calendar: Calendar) -> Target:
    reader = _reader(row.values["kpi"].strip(), catalog, calendar, row.where)
    parts = {name: value.strip() for name, value in row.values.items() if name not in COLUMNS}
    dimensions = {name: value for name, value in parts.items() if value}
    for dimension in dimensions:
        reader.check_dimension(dimension, row.where)
    try:
        value: object = Decimal(row.values["value"].strip())
    except InvalidOperation:
        value = row.values["value"]
    target = reader.target(row.values["period"].strip(), value, row.where)
    rule = row.values.get(SPLIT, "").strip()
    if rule and target.grain not in YEARS:
        raise ConfigError("only a year's target can be split", where=row.where)
    return replace(
        target,
        dimensions=MappingProxyType(dimensions),
        split=reader.split(rule, row.where) if rule else None,
    )


def _check_twice(targets: Iterable[Target], origin: str) -> None:
    seen: set[tuple[object, ...]] = set()
    for each in targets:
        key = (each.kpi, each.grain, each.period, *sorted(each.dimensions.items()))
        if key in seen:
            part = "".join(f" of {name} {value}" for name, value in each.dimensions.items())
            raise ConfigError(
                f"{each.kpi} has two targets for {each.period or f'every {each.grain}'}{part}",
                where=origin,
                todo="take one of them away",
            )
        seen.add(key)


def _number(value: object, where: str) -> Decimal:
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    number = Decimal(str(value)) if is_number else Decimal("NaN")
    if not number.is_finite():
        raise ConfigError(f"{value!r} is no number", where=where, legal="month = 400")
    return number
