"""The writing half of the connector contract: definitions, changes and what became of each.

The core decides what to write and never sends what did not change; a writer knows how its vendor
wants it. An HTTP status is never the answer for a row: a writer reports an outcome for each change.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from kpiloop.schema.fields import Kind

Value = str | bool | Decimal | date | datetime | None
"""A value as it is written and read back; None is no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A custom field that holds a KPI's value in the vendor's records."""

    entity: str
    """contacts, companies, deals or campaigns."""
    field: str
    """The vendor's name of the field; kpiloop's own begin with `kpiloop_`."""
    title: str
    kind: Kind
    description: str = ""
    choices: tuple[str, ...] = ()
    """For a band: the values that are possible, best first; the kind is then TEXT."""
    decimals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Whether and how much may be defined and written for one entity."""

    may_define: bool
    may_write: bool
    free_fields: int | None
    """How many custom fields can still be added; None: the vendor tells no limit."""
    fields: tuple[str, ...] = ()
    """kpiloop's fields that are there already."""
    reason: str = ""
    """Why something may not be done, and what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New values for one record of a vendor that exists already."""

    entity: str
    id: str
    """The vendor's own locator of the record: what the connector reads as the record's id."""
    values: Mapping[str, Value]
    """Field → new value; None clears the field."""


class Status(StrEnum):
    """What became of one change or definition."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    """The answer was lost: the core reads the record back before it decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one change, in the vendor's own words where it says no."""

    entity: str
    id: str
    """The change's record; for a definition its field."""
    status: Status
    reason: str = ""
    is_final: bool = True
    """Whether the same change would be rejected again (a wrong value) or may pass (a lock)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """What the vendor holds now for one record."""

    id: str
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    """Values of the fields asked for; one that does not fit its definition comes as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batching:
    """How many records one call takes, for planning."""

    write: int
    read: int
    calls_per_second: float | None = None
    """What the vendor's limits leave to kpiloop; None: not known, and no time is told."""


class Writer(ABC):
    """Writes values into custom fields of one vendor's records."""

    @abstractmethod
    def batching(self, entity: str) -> Batching:
        """Records per call; one plan row costs 1/write + 1/read calls."""

    @abstractmethod
    def capacity(self, entity: str) -> Capacity:
        """What may be defined and written; asked before anything is sent."""

    @abstractmethod
    def define(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Make the custom fields that are not there yet; one that is there is confirmed.

        A request to make a field may reach the vendor twice: `Api` repeats one whose answer was
        lost. Where the vendor refuses because there is such a field, look again before you reject.
        """

    @abstractmethod
    def current(
        self, entity: str, ids: Sequence[str], definitions: Sequence[Definition]
    ) -> Iterator[Current]:
        """What the records hold now, straight from the source of truth, never from an index.

        A record that does not exist (any more) is left out.
        """

    @abstractmethod
    def write(
        self, changes: Iterable[Change], definitions: Sequence[Definition]
    ) -> Iterator[Outcome]:
        """Send changes in batches; one outcome for each change, in any order.

        Never creates a record. A row that the vendor rejects does not cost the others theirs. What
        stops all writing (a key withdrawn, a quota used up) is raised, and judges no row.
        """

    @abstractmethod
    def retire(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Remove custom fields that kpiloop made."""
