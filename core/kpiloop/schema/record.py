"""What every entity of the common schema is, and the marks that a connector's wire models use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from kpiloop.schema.fields import Column, Id, Kind
from kpiloop.schema.terms import Spread, Term


@dataclass(frozen=True, slots=True)
class Modified:
    """Marks the field that tells when the vendor last changed the record.

    Of two readings of a record the later one counts. `of="row"` is for a stream that adds facts to
    records of another one: the time is that of its own row, by which the stream is read, and says
    nothing of how old the record is.
    """

    of: Literal["record", "row"] = "record"


@dataclass(frozen=True, slots=True)
class Deleted:
    """Marks the field that tells when the vendor deleted the record; no value: it lives."""


class Wire(BaseModel):
    """A record as a vendor spells it; `records` says which records of the common schema it holds.

    Subclass an entity (`class AcmeContact(Contact)`) where one vendor record is one record, which
    is also the fastest; subclass `Wire` where it is several. Only fields that the wire model itself
    declares are read: an inherited field that is not declared again is left alone, whatever keys
    the vendor sends.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    omits_nulls: ClassVar[bool] = False
    """Whether the vendor leaves out what has no value: then an absent field takes its default, and
    is cleared unless you give another. Elsewhere it is left alone, whatever its default."""

    false_is_null: ClassVar[bool] = False
    """Whether the vendor writes `false` where there is no value: then a field of which it is said
    takes its default, and is cleared unless you give another. In a `Flag`, false is a value."""

    made_keys: ClassVar[Mapping[str, Term]] = MappingProxyType({})
    """Keys that a row gets before it is read, each made out of what the vendor gave."""

    spread: ClassVar[Spread | None] = None
    """What `records` does, said for the database where millions of rows come this way."""

    def records(self) -> Iterable["Record"]:
        """The records of the common schema in this one; a field that is not set is left alone."""
        raise NotImplementedError(f"{type(self).__name__} must say which records it holds")


class Record(Wire):
    """One record of the common schema, known by its source and the id that its vendor gave it."""

    entity: ClassVar[str]
    """The entity's name: its table, in the plural."""

    singular: ClassVar[str]
    """The name of one: `<singular>_id` in another entity refers to this one."""

    child_of: ClassVar[str] = ""
    """The entity whose record `parent_id` names, where that is always the same one."""

    id: Id

    def records(self) -> Iterable["Record"]:
        """Itself: one vendor record is one record. A wire model may add others to it."""
        return (self,)


def kind_of(field: FieldInfo) -> Kind:
    """The kind of a schema field; TypeError where a field has none."""
    for mark in field.metadata:
        if isinstance(mark, Column):
            return mark.kind
    raise TypeError("a field of the common schema uses the types of kpiloop.schema.fields")


def columns_of(model: type[BaseModel]) -> Mapping[str, Kind]:
    """Column names and kinds of an entity, in the order of its fields."""
    return {name: kind_of(field) for name, field in model.model_fields.items()}


def entity_of(model: type[Record]) -> type[Record]:
    """The entity that a wire model spells: the nearest class that names itself an entity."""
    for parent in model.__mro__:
        if issubclass(parent, Record) and "entity" in vars(parent):
            return parent
    raise TypeError(f"{model.__name__} is no entity of the common schema")
