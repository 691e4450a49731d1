"""How a wire model is read: which of its fields, from where in a vendor's row, with which marks."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeAlias

from pydantic import AliasChoices, AliasPath, Field, create_model
from pydantic.fields import FieldInfo

from kpiloop.engine.pull.mapping import MappedFields
from kpiloop.errors import PluginError
from kpiloop.schema.record import Deleted, Modified, Record, Wire, entity_of
from kpiloop.schema.terms import Term, keys_of

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a row: keys, and places in lists."""

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NOWHERE = AliasPath("\x00", "not declared")
"""A path that no vendor's row has: what keeps a field from being read."""


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """One wire model, ready to be read."""

    model: type[Wire]
    """As the connector declares it."""
    reader: type[Wire]
    """The same, reading declared and mapped fields only."""
    entity: type[Record] | None
    """None: the model is none of the common schema, and says itself which records it holds."""
    places: Mapping[str, tuple[Path, ...]]
    """The fields that are read, and where they may stand, the first place first."""
    mapped: Mapping[str, str]
    """The fields that the settings point elsewhere, and where: dotted paths."""
    modified: str
    """The field that tells when the record was changed; empty: none does."""
    of_row: bool
    """Whether that time is the row's own, and says nothing of the record."""
    deleted: str

    @cached_property
    def paths(self) -> Mapping[str, Path]:
        """The fields that are read and the first place of each."""
        return MappingProxyType({name: places[0] for name, places in self.places.items()})

    @property
    def has_choices(self) -> bool:
        """Whether some field may stand in several places."""
        return any(len(places) > 1 for places in self.places.values())

    @property
    def is_itself(self) -> bool:
        """Whether one row is one record of the entity."""
        return self.entity is not None and self.model.records is Record.records

    @property
    def needs(self) -> tuple[str, ...]:
        """The vendor's paths that are read, dotted."""
        needed = (path for name in self.paths for path in self.sources(name))
        return tuple(dict.fromkeys(".".join(map(str, path)) for path in needed))

    def made(self, name: str) -> Term | None:
        """What a field is made of, where it does not stand in the vendor's row itself."""
        path = self.paths[name]
        return self.model.made_keys.get(str(path[0])) if len(path) == 1 else None

    def sources(self, name: str) -> tuple[Path, ...]:
        """Where in the vendor's row a field comes from."""
        term = self.made(name)
        return tuple((key,) for key in keys_of(term)) if term else (self.paths[name],)


def spelling_of(model: type[Wire], mapped: MappedFields) -> Spelling:
    """Prepare a wire model; `mapped` is what is mapped in its stream.

    Raises PluginError where it marks two fields alike.
    """
    entity = entity_of(model) if issubclass(model, Record) else None
    own = mapped.get(entity.entity if entity else "", _NOTHING)
    read: set[str] = _declared(model, entity) | set(own) | ({"id"} if entity else set())
    places: dict[str, Any] = {name: _place(path) for name, path in own.items()}
    if entity:
        places |= {name: _NOWHERE for name in model.model_fields if name not in read}
    modified = _marked(model, Modified)
    fields = {name: _moved(model.model_fields[name], place) for name, place in places.items()}
    reader: type[Wire] = create_model(model.__name__, __base__=model, **fields)
    read_fields = {name: each for name, each in reader.model_fields.items() if name in read}
    return Spelling(
        model=model,
        reader=reader,
        entity=entity,
        places=MappingProxyType({name: _places(name, each) for name, each in read_fields.items()}),
        mapped=MappingProxyType({**own}),
        modified=modified,
        of_row=Modified(of="row") in model.model_fields[modified].metadata if modified else False,
        deleted=_marked(model, Deleted),
    )


def _declared(model: type[Wire], entity: type[Record] | None) -> set[str]:
    """The fields that the model or a parent below its entity declares."""
    stop = entity or Wire
    below = model.__mro__[: model.__mro__.index(stop)]
    declared = {name for each in below for name in inspect.get_annotations(each)}
    return declared & model.model_fields.keys()


def _moved(field: FieldInfo, place: AliasPath) -> Any:
    if field.is_required():
        return (field.rebuild_annotation(), Field(validation_alias=place))
    return (field.rebuild_annotation(), Field(default=None, validation_alias=place))


def _place(path: str) -> AliasPath:
    first, *others = path.split(".")
    return AliasPath(first, *(int(part) if part.isdigit() else part for part in others))


def _places(name: str, field: FieldInfo) -> tuple[Path, ...]:
    place = field.validation_alias or field.alias or name
    choices = place.choices if isinstance(place, AliasChoices) else [place]
    return tuple(tuple(each.path) if isinstance(each, AliasPath) else (each,) for each in choices)


def _marked(model: type[Wire], mark: type[Modified | Deleted]) -> str:
    found = [
        name
        for name, field in model.model_fields.items()
        if any(isinstance(each, mark) for each in field.metadata)
    ]
    if len(found) > 1:
        raise PluginError(
            f"{model.__name__} marks {' and '.join(found)} as {mark.__name__}()",
            legal="at most one field of a wire model has the mark",
            todo="tell the author of the connector",
        )
    return found[0] if found else ""
