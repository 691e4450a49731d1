"""What reading a row gives: sightings of records, or a reason why there are none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from kpiloop.schema.record import Record

GIVES_LIFE = "deleted_at"
"""In a shape, beside the names of fields: the sighting says whether the record is deleted."""

TIME_OF_ROW = "modified_of_row"
"""In a shape: the time of the sighting is that of the vendor's row alone, and not the record's."""

Shape: TypeAlias = frozenset[str]
"""The fields that a sighting gives; all others keep what is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One record as it was seen once."""

    entity: type[Record]
    values: Mapping[str, object]
    """Field → value, of the fields that the vendor gave; `id` among them."""
    modified_at: datetime | None = None
    deleted_at: datetime | None = None
    place: int = 0
    """Which of the rows that were checked it comes from."""
    of_row: bool = False
    """Whether `modified_at` says nothing of the record."""
    says_deleted: bool = False
    """Whether `deleted_at` was asked for, so that no value means alive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A row, or items nested in it, that cannot be used as it is."""

    row: object
    reason: str
    record_id: str | None
    items: int = 0
    """How many nested items are wrong; 0: it is the row itself."""

    @property
    def count(self) -> int:
        """How many records it stands for."""
        return self.items or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What the rows of one page hold."""

    sightings: tuple[Sighting, ...] = ()
    broken: tuple[Broken, ...] = ()
    sound_ids: frozenset[str] = field(default_factory=frozenset[str])
    """The ids of the rows that are sound, as the vendor's rows name them."""

    @property
    def read(self) -> int:
        """How many records were read: sound ones and others."""
        return len(self.sightings) + self.quarantined

    @property
    def quarantined(self) -> int:
        """How many cannot be used."""
        return sum(each.count for each in self.broken)
