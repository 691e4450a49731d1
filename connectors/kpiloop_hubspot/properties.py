"""Custom properties that hold KPIs: found, made, extended and removed.

All of them lie in one property group of each object type. A property outside of it is somebody
else's, whatever its name: it is never changed, written or removed.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from kpiloop import (
    Definition,
    Kind,
    NotFoundError,
    Outcome,
    RefusedError,
    Status,
)
from kpiloop.web_api import Api
from kpiloop_hubspot.paths import PROPERTIES

GROUP = "kpiloop"
GROUP_LABEL = "KPIs by kpiloop"

_CONFLICT = 409
_ENUMERATION = ("enumeration", "select")
_TYPES: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        Kind.TEXT: ("string", "text"),
        Kind.WHOLE: ("number", "number"),
        Kind.NUMBER: ("number", "number"),
        Kind.MONEY: ("number", "number"),
        Kind.FLAG: ("bool", "booleancheckbox"),
        Kind.INSTANT: ("datetime", "date"),
        Kind.DAY: ("date", "date"),
    }
)
_FLAG_OPTIONS = ("true", "false")


class Option(BaseModel):
    """One value that an enumeration may have."""

    model_config = ConfigDict(frozen=True, extra="allow")

    value: str


class Property(BaseModel):
    """What HubSpot knows of a property, as far as it matters here."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    group: str = Field(default="", validation_alias="groupName")
    options: tuple[Option, ...] = ()

    @property
    def is_ours(self) -> bool:
        """Whether kpiloop made it."""
        return self.group == GROUP


class Listing(BaseModel):
    """All properties of an object type."""

    model_config = ConfigDict(frozen=True)

    results: tuple[Property, ...]


_LISTING = TypeAdapter(Listing)
_PROPERTY = TypeAdapter(Property)


class Properties:
    """The custom properties of one object type."""

    def __init__(self, api: Api, entity: str) -> None:
        self._api = api
        self._entity = entity

    def known(self) -> Mapping[str, Property]:
        """All properties that there are, by name."""
        listing = self._api.get(PROPERTIES.at(self._entity)).parse(_LISTING)
        return {each.name: each for each in listing.results}

    def define(self, definitions: Sequence[Definition]) -> Iterator[Outcome]:
        """Make what is missing; one outcome for each definition."""
        known = self.known()
        has_group = any(each.is_ours for each in known.values())
        if not has_group and any(each.field not in known for each in definitions):
            self._make_group()
        for definition in definitions:
            try:
                found = known.get(definition.field) or self._made(definition)
                yield self._settled(definition, found)
            except RefusedError as error:
                yield _rejected(definition, error.what)

    def retire(self, definitions: Sequence[Definition]) -> Iterator[Outcome]:
        """Remove what kpiloop made; what is gone already is confirmed."""
        known = self.known()
        for definition in definitions:
            found = known.get(definition.field)
            if found is None:
                yield _confirmed(definition)
            elif not found.is_ours:
                yield _rejected(definition, _not_ours(definition.field))
            else:
                yield self._removed(definition)

    def _make_group(self) -> None:
        """The group, where none of our properties shows that there is one.

        It may be there from before, or from a lost answer that was repeated: HubSpot says so.
        """
        group = {"name": GROUP, "label": GROUP_LABEL}
        try:
            self._api.post(PROPERTIES.at(self._entity, "groups"), group)
        except RefusedError as error:
            if error.status != _CONFLICT:
                raise

    def _made(self, definition: Definition) -> Property:
        """A new property; HubSpot brings an archived one with its name back to life.

        Where a lost answer was repeated, HubSpot says that the property exists: it is ours.
        """
        try:
            answer = self._api.post(PROPERTIES.at(self._entity), _draft(definition))
        except RefusedError as error:
            if error.status != _CONFLICT:
                raise
            answer = self._api.get(PROPERTIES.at(self._entity, definition.field))
        return answer.parse(_PROPERTY)

    def _settled(self, definition: Definition, found: Property) -> Outcome:
        """Whether a property that is there can hold the values; its missing options are added."""
        kind, _ = _type(definition)
        if not found.is_ours:
            return _rejected(definition, _not_ours(definition.field))
        if found.type != kind:
            return _rejected(
                definition,
                f"the property {definition.field} is of type {found.type}, its values are of "
                f"type {kind}: give the KPI another field, or retire this one first",
            )
        held = {option.value for option in found.options}
        missing = [choice for choice in definition.choices if choice not in held]
        if missing:
            # A PATCH replaces all options, and a value whose option is gone is lost.
            kept = [option.model_dump() for option in found.options]
            options = [*kept, *_options(missing, after=len(kept))]
            path = PROPERTIES.at(self._entity, definition.field)
            self._api.request("PATCH", path, json={"options": options})
        return _confirmed(definition)

    def _removed(self, definition: Definition) -> Outcome:
        try:
            self._api.request("DELETE", PROPERTIES.at(self._entity, definition.field))
        except NotFoundError:
            return _confirmed(definition)
        except RefusedError as error:
            return _rejected(definition, error.what)
        return _confirmed(definition)


def _type(definition: Definition) -> tuple[str, str]:
    return _ENUMERATION if definition.choices else _TYPES[definition.kind]


def _draft(definition: Definition) -> dict[str, JsonValue]:
    kind, field = _type(definition)
    flags = _FLAG_OPTIONS if definition.kind is Kind.FLAG else ()
    return {
        "name": definition.field,
        "label": definition.title,
        "type": kind,
        "fieldType": field,
        "groupName": GROUP,
        "description": definition.description,
        "formField": False,
        "options": [*_options(definition.choices or flags)],
    }


def _options(values: Sequence[str], *, after: int = 0) -> Iterator[dict[str, JsonValue]]:
    for place, value in enumerate(values, start=after):
        label = value.capitalize() if value in _FLAG_OPTIONS else value
        yield {"label": label, "value": value, "displayOrder": place, "hidden": False}


def _not_ours(field: str) -> str:
    return (
        f"the account has a property {field} outside of the group {GROUP!r}, which kpiloop did "
        "not make: give the KPI another field, or move the property into that group"
    )


def _confirmed(definition: Definition) -> Outcome:
    return Outcome(entity=definition.entity, id=definition.field, status=Status.CONFIRMED)


def _rejected(definition: Definition, reason: str) -> Outcome:
    return Outcome(
        entity=definition.entity, id=definition.field, status=Status.REJECTED, reason=reason
    )
