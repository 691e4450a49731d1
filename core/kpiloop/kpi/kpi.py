"""What a KPI is: a formula of measures and other KPIs, with what a reader must know about it."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpiloop.kpi.formula import Formula
from kpiloop.kpi.measure import Basis
from kpiloop.kpi.units import Unit

Better = Literal["higher", "lower"]
Comparison = Literal[">=", ">", "<=", "<", "else"]

_HOLDS: Mapping[Comparison, Callable[[Decimal | float, Decimal | float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "else": lambda _value, _limit: True,
}


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of values, such as A, B or C."""

    name: str
    comparison: Comparison
    limit: Decimal = Decimal(0)

    def __str__(self) -> str:
        """As one reads it: `A >= 0.5`."""
        if self.comparison == "else":
            return f"{self.name} otherwise"
        return f"{self.name} {self.comparison} {self.limit}"

    def holds(self, value: Decimal | float) -> bool:
        """Whether a value lies in it."""
        limit = float(self.limit) if isinstance(value, float) else self.limit
        return _HOLDS[self.comparison](value, limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A checked KPI; a measure with a title is one whose formula is the measure's name."""

    name: str
    title: str
    meaning: str
    formula: Formula
    unit: Unit
    better: Better | None = None
    basis: Basis
    """Cohort where any of its measures is one, stock where all are stocks, else flow."""
    within_days: int | None = None
    """After so many days its youngest cohort is mature; no value where it has none."""
    source: str = ""
    """Which definition is used."""
    contested: str = ""
    """What others define differently."""
    owner: str = ""
    """Who usually answers for it."""
    bands: tuple[Band, ...] = ()
    """The first that holds is the value's band."""
    signal: str | None = None
    """The KPI whose band says how this one is to be read."""
    derived_from: str | None = None
    """The KPI or measure in a pack that this one follows from."""
    origin: str
    """The pack or file that defines it."""
    version: str
    """Changes if, and only if, the meaning does: its own or that of anything it depends on."""

    def band(self, value: Decimal | float | None) -> str | None:
        """The name of the band that a value lies in."""
        if value is None:
            return None
        return next((band.name for band in self.bands if band.holds(value)), None)
