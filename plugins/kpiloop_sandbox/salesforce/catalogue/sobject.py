"""An object: its name, the prefix of its ids, and its fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kpiloop_sandbox.salesforce.catalogue.fields import Field, Kind, parent, system

_CREATED = (
    system("CreatedDate", Kind.DATETIME),
    parent("CreatedById", "User", writable=False),
)
_CHANGED = (
    system("LastModifiedDate", Kind.DATETIME),
    parent("LastModifiedById", "User", writable=False),
    system("SystemModstamp", Kind.DATETIME),
)
_IDENTITY = Field(name="Id", kind=Kind.ID, length=18, writable=False)
_DELETED = system("IsDeleted", Kind.BOOLEAN)


@dataclass(frozen=True, kw_only=True)
class SObject:
    """One object."""

    name: str
    prefix: str
    label: str
    fields: tuple[Field, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Fields by their names in lower case: Salesforce ignores case in names."""
        return {field.name.lower(): field for field in self.fields}

    def has(self, name: str) -> bool:
        """Whether there is such a field."""
        return name.lower() in self.by_name

    @property
    def stored(self) -> tuple[Field, ...]:
        """The fields that keep values of their own."""
        return tuple(field for field in self.fields if not field.formula)

    @property
    def cursor(self) -> str:
        """The time by which its records are read: history is never modified."""
        return "SystemModstamp" if self.has("SystemModstamp") else "CreatedDate"


def record(name: str, prefix: str, *parts: Iterable[Field] | Field, label: str = "") -> SObject:
    """An object whose records are made, changed and deleted."""
    fields = (_IDENTITY, _DELETED, *_flat(parts), *_CREATED, *_CHANGED)
    return SObject(name=name, prefix=prefix, label=label or name, fields=fields)


def setup(name: str, prefix: str, *parts: Iterable[Field] | Field, label: str = "") -> SObject:
    """An object of the org's setup, whose records are never deleted."""
    fields = (_IDENTITY, *_flat(parts), *_CREATED, *_CHANGED)
    return SObject(name=name, prefix=prefix, label=label or name, fields=fields)


def history(name: str, prefix: str, *parts: Iterable[Field] | Field, label: str) -> SObject:
    """An object whose records say what happened, and are never changed."""
    fields = (_IDENTITY, _DELETED, *_flat(parts), *_CREATED)
    return SObject(name=name, prefix=prefix, label=label, fields=fields)


def _flat(parts: tuple[Iterable[Field] | Field, ...]) -> tuple[Field, ...]:
    return tuple(
        field for part in parts for field in ((part,) if isinstance(part, Field) else part)
    )
