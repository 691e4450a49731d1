"""One record as the store holds it, with the history of its values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from kpiloop_sandbox.hubspot.kinds import Kind
from kpiloop_sandbox.hubspot.objects import StoredObject
from kpiloop_sandbox.hubspot.times import iso, to_ms

# One encoder for all: `json.dumps` would make one for every record of a million.
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
MERGED_IDS = "hs_merged_object_ids"


class Version(NamedTuple):
    """A value that a property has or had, and since when (epoch milliseconds)."""

    since: int
    value: str
    source: str = "CRM_UI"


class Row(NamedTuple):
    """A record as SQLite returns it."""

    kind: str
    id: int
    created: int
    updated: int
    archived: int | None
    properties: str
    history: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One contact, company or deal; times in epoch milliseconds, no empty values."""

    kind: str
    id: int
    created: int
    updated: int
    archived: int | None = None
    properties: Mapping[str, str]
    history: Mapping[str, Sequence[Version]] = field(default_factory=dict[str, Sequence[Version]])

    def versions(self, name: str) -> Sequence[Version]:
        """The values of a property, oldest first; none where it never had one."""
        known = self.history.get(name)
        if known is not None:
            return known
        value = self.properties.get(name)
        return () if value is None else (Version(self.created, value),)

    def row(self) -> Row:
        """The record for SQLite."""
        return Row(
            self.kind,
            self.id,
            self.created,
            self.updated,
            self.archived,
            _ENCODE(self.properties),
            _ENCODE(self.history) if self.history else "",
        )


def record_of(row: tuple[object, ...], *, with_history: bool = False) -> Record:
    """The record of a row; its history is read only on request, because it is long."""
    kind, key, created, updated, archived, properties, history = Row(*cast("Row", row))
    return Record(
        kind=kind,
        id=key,
        created=created,
        updated=updated,
        archived=archived,
        properties=json.loads(properties),
        history=_history(history) if with_history and history else {},
    )


def _history(text: str) -> dict[str, list[Version]]:
    entries: dict[str, list[list[object]]] = json.loads(text)
    return {
        name: [Version(*cast("Version", entry)) for entry in versions]
        for name, versions in entries.items()
    }


def from_seed(kind: Kind, stored: StoredObject) -> Record:
    """A seeded object with the properties that HubSpot itself keeps."""
    created, updated = to_ms(stored.created_at), to_ms(stored.updated_at)
    properties = {name: value for name, value in stored.properties.items() if value}
    properties.setdefault(kind.created, iso(created))
    properties["hs_object_id"] = stored.id
    properties[kind.modified] = iso(updated)
    if stored.merged_ids:
        properties[MERGED_IDS] = ";".join(stored.merged_ids)
    return Record(
        kind=kind.name,
        id=int(stored.id),
        created=created,
        updated=updated,
        archived=to_ms(stored.archived_at) if stored.archived_at else None,
        properties=properties,
        history={
            name: [Version(to_ms(when), value) for when, value in versions]
            for name, versions in stored.history.items()
        },
    )
