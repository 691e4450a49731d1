"""Which tables a source tells of, and from which day on: where none does, nothing is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from kpiloop.kpi.calendar import Grain, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the sources tell of; by itself: of everything, and always did."""

    first_day: date = date.min
    """The first day on which anything is known."""
    untold: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Resolved table → what no source tells, though the table is made of it."""
    underived: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Derived table → why it holds nothing."""
    since: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    """Resolved table → the first day of what is told of it; what went before is not kept."""
    by_all_since: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    """Resolved table → the first day on which every source that tells of it does."""

    def gap(self, table: str, period: Period) -> str | None:
        """Why nothing is known of a table in a period; None where no row means that nothing was."""
        if table in self.underived:
            return f"{table} could not be derived: {self.underived[table]}"
        if table in self.untold:
            return f"no source tells {self.untold[table]}"
        since = self.since.get(table)
        if since is not None and period.last_day < since:
            return f"no source tells {table} before {since.isoformat()}"
        return None

    def is_partial(self, table: str, period: Period) -> bool:
        """Whether a source begins to tell of a table after a period has begun; never of `ever`."""
        begins = max(self.first_day, self.by_all_since.get(table, date.min))
        return period.grain is not Grain.EVER and period.first_day < begins


ALL = Coverage()
