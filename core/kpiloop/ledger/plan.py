"""What a plan is: the values to write, and how each of them stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RowOutcome(StrEnum):
    """How one value of a plan stands."""

    PLANNED = "planned"
    SENDING = "sending"
    """Sent, or about to be: after a crash the record is read before anything is sent again."""
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    """Somebody else changed the value: it is left alone."""


SETTLED = (RowOutcome.CONFIRMED, RowOutcome.REJECTED, RowOutcome.CONFLICT)


class PlanStatus(StrEnum):
    """How far a plan is."""

    PLANNED = "planned"
    APPLYING = "applying"
    APPLIED = "applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanField:
    """One field that a plan writes into records of one entity of one target."""

    target: str
    """The source, as kpiloop.toml names it, whose records are written."""
    entity: str
    field: str
    kpi: str
    definition: Mapping[str, object]
    is_automatic: bool = False
    """Whether a scheduled run may apply it."""
    max_changes: int | None = None
    clears: bool = False
    """Whether a record that has no value any more loses the one it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One value to write; values are spelled as the ledger keeps them."""

    target: str
    entity: str
    record_id: str
    field: str
    old_value: str | None
    new_value: str | None
    found_value: str | None = None
    outcome: RowOutcome = RowOutcome.PLANNED
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A saved plan."""

    id: str
    created_at: datetime
    set_id: int
    definitions: str
    status: PlanStatus
    applied_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCount:
    """How many rows of one field stand how."""

    target: str
    entity: str
    field: str
    kpi: str
    counts: Mapping[RowOutcome, int]

    @property
    def total(self) -> int:
        """All rows of the field."""
        return sum(self.counts.values())


Wish = tuple[str, str, str, str, str | None]
"""Target, entity, record id, field and the value that it should hold."""

Heir = tuple[str, str, str, str]
"""Target, entity, record id and the id of a record that became part of it."""
