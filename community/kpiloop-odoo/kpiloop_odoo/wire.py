"""What all records of Odoo have in common.

Odoo writes `false` where there is no value, and times in UTC without saying so. A path such as
`country_id.code` names a field of a linked record.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, TypeGuard
from urllib.parse import urlsplit

from kpiloop import Id, Instant, Record, Text, Wire, entities
from pydantic import AliasPath, BeforeValidator, Field, create_model, model_validator

LEAD = "lead-"
"""What the ids of contacts begin with that are leads: contacts' own numbers are others."""


def lead_of(number: object) -> str:
    """The id of the contact that a lead is."""
    return f"{LEAD}{number}"


def number_of(key: str) -> int:
    """The number that a record has in Odoo, whatever the connector calls it."""
    return int(key.removeprefix(LEAD))


LeadId = Annotated[Id, BeforeValidator(lead_of)]


_DAY = len("2026-05-06")


def _noon_of(day: object) -> object:
    return f"{day} 12:00:00" if isinstance(day, str) and len(day) == _DAY else day


def _host_of(address: object) -> object:
    text = str(address or "").strip()
    return (urlsplit(text if "//" in text else f"//{text}").hostname or "").removeprefix("www.")


DayAsInstant = Annotated[Instant, BeforeValidator(_noon_of)]
"""A day as the noon of it in UTC: the same day in nearly every time zone of the world."""

Domain = Annotated[Text, BeforeValidator(_host_of)]
"""The domain of a website's address."""


def at(path: str) -> Any:
    """A field of the record, or of one that it links to."""
    return Field(default=None, validation_alias=AliasPath(*path.split(".")))


class OdooRow(Wire):
    """A record of Odoo."""

    omits_nulls: ClassVar[bool] = True

    @model_validator(mode="before")
    @classmethod
    def _leave_out_false(cls, row: Any) -> Any:
        return _without_false(row, keep=_flags_of(cls))


def paths_of(model: type[Wire]) -> Mapping[str, str]:
    """Each field of a wire model, with the path that it reads of itself."""
    places = {name: field.validation_alias for name, field in model.model_fields.items()}
    return {
        name: ".".join(map(str, place.path)) if isinstance(place, AliasPath) else name
        for name, place in places.items()
    }


def key_of(model: type[Wire]) -> type[Record]:
    """A wire model of the same entity that reads the id alone."""
    entity = next(each for each in entities().values() if issubclass(model, each))
    key: Any = (model.model_fields["id"].rebuild_annotation(), ...)
    return create_model(f"{model.__name__}Key", __base__=entity, id=key)


def names_in(name: str | None) -> tuple[str | None, str | None]:
    """First and last name, of a name that Odoo keeps in one piece."""
    first, _, last = (name or "").strip().rpartition(" ")
    return (first or last or None, last if first else None)


@cache
def _flags_of(model: type[Wire]) -> frozenset[str]:
    """The keys under which false is a value."""
    fields = model.model_fields
    paths = paths_of(model).items()
    return frozenset(path for name, path in paths if fields[name].annotation == bool | None)


def _is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _without_false(value: object, keep: frozenset[str] = frozenset()) -> object:
    if not _is_mapping(value):
        return value
    return {
        key: _without_false(each) for key, each in value.items() if each is not False or key in keep
    }
