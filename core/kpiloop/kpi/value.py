"""What computing a KPI gives: values by period and dimensions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from kpiloop.kpi.calendar import Period

Number = Decimal | float


class Completeness(StrEnum):
    """Whether a value is of its whole period, and can no more change by time alone."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    """The period goes on after the as-of time, or a source tells of only a part of it."""
    IMMATURE = "immature"
    """The period is over, but its cohort still has time to convert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiValue:
    """One number of one KPI, for a period and a cut."""

    kpi: str
    period: Period
    dimensions: Mapping[str, str | None] = field(
        default_factory=lambda: MappingProxyType[str, str | None]({})
    )
    """The cut: None as a value means unknown; a dimension that is not named is the total."""
    value: Number | None
    numerator: Number | None = None
    """Set, with the denominator, where the formula is a quotient."""
    denominator: Number | None = None
    sample_size: int | None = None
    """Rows that the value rests on."""
    completeness: Completeness = Completeness.COMPLETE
    reason: str | None = None
    """Why there is no value."""
    version: str
    """Of the definition that was used."""
    as_of: datetime
