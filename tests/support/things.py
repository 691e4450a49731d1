"""An entity with a field of each kind, and how vendors spell it."""

from typing import Annotated, Any, ClassVar

from pydantic import AliasPath, Field

from kpiloop.schema.fields import Day, Flag, Id, Instant, Money, Number, Text, Whole
from kpiloop.schema.record import Deleted, Modified, Record


class Thing(Record):
    """An entity with a field of each kind."""

    entity: ClassVar[str] = "things"
    singular: ClassVar[str] = "thing"

    name: Text = None
    size: Whole = None
    rate: Number = None
    price: Money = None
    is_new: Flag = None
    made_at: Instant = None
    made_on: Day = None


def in_properties(name: str) -> Any:
    """A field below `properties`."""
    return Field(default=None, validation_alias=AliasPath("properties", name))


class WireThing(Thing):
    """A thing as a vendor spells it."""

    id: Id
    name: Text = in_properties("name")
    size: Whole = in_properties("size")
    rate: Number = in_properties("rate")
    price: Money = in_properties("price")
    is_new: Flag = in_properties("new")
    made_at: Instant = in_properties("at")
    made_on: Day = in_properties("on")
    changed: Annotated[Instant, Modified()] = Field(None, validation_alias="changedAt")
    gone: Annotated[Instant, Deleted()] = Field(None, validation_alias="goneAt")


class FalseThing(WireThing):
    """A thing of a vendor that writes false where there is no value."""

    false_is_null: ClassVar[bool] = True
