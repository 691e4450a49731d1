"""Targets: what a KPI should reach per period, as the user's configuration says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from kpiloop.errors import ConfigError
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.names import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The value that a KPI should reach in every period of a grain."""

    kpi: str
    grain: Grain
    value: Decimal


def read_targets(tables: Mapping[str, object], catalog: Catalog, origin: str) -> tuple[Target, ...]:
    """The targets of `[targets.<kpi>]`; ConfigError where a name, grain or number is not legal."""
    return tuple(
        target
        for name, values in tables.items()
        for target in _read(name, values, catalog, f"{origin} [targets.{name}]")
    )


def _read(name: str, values: object, catalog: Catalog, where: str) -> Iterator[Target]:
    if name not in catalog.kpis:
        raise ConfigError(
            f"there is no KPI {name!r}{did_you_mean(name, catalog.kpis)}",
            where=where,
            todo="kpiloop explain lists all KPIs",
        )
    if not isinstance(values, Mapping):
        raise ConfigError("it is no table", where=where, legal="month = 400")
    for grain, value in cast("Mapping[str, object]", values).items():
        yield Target(kpi=name, grain=_grain(grain, where), value=_number(value, f"{where}.{grain}"))


def _grain(word: str, where: str) -> Grain:
    try:
        return Grain(word)
    except ValueError:
        raise ConfigError(
            f"{word!r} is no grain{did_you_mean(word, Grain)}", where=where, legal=", ".join(Grain)
        ) from None


def _number(value: object, where: str) -> Decimal:
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    number = Decimal(str(value)) if is_number else Decimal("NaN")
    if not number.is_finite():
        raise ConfigError(f"{value!r} is no number", where=where, legal="month = 400")
    return number
