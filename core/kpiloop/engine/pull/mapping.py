"""Fields that the settings point at the vendor's own: `[sources.<name>.fields.<what>]`.

What stands there is an entity, for all streams that fill it, or one stream, which goes before. A
name that is both means the entity.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from kpiloop.connector.base import Connector
from kpiloop.connector.filled import entities_filled
from kpiloop.connector.reading import Stream
from kpiloop.errors import ConfigError

MappedFields: TypeAlias = Mapping[str, Mapping[str, str]]
"""Entity or stream → field → the vendor's path."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


def mapped_in(connector: Connector[Any], stream: Stream, mapped: MappedFields) -> MappedFields:
    """What is mapped in one stream: entity → field → the vendor's path."""
    is_entity = stream.name in entities_filled(connector.all_streams().values())
    own = _NOTHING if is_entity else mapped.get(stream.name, _NOTHING)
    return {
        name: {
            **mapped.get(name, _NOTHING),
            **{field: path for field, path in own.items() if field in entity.model_fields},
        }
        for name, entity in entities_filled([stream]).items()
    }


def check_mapped(
    connector: Connector[Any], source: str, mapped: MappedFields, known: Collection[str]
) -> None:
    """Raise ConfigError where the settings map what the schema or the connector does not have.

    `known` are the names of all entities.
    """
    streams = connector.all_streams()
    entities = entities_filled(streams.values())
    by_stream = {name: entities_filled([stream]) for name, stream in streams.items()}
    places = {name: filled for name, filled in by_stream.items() if filled}
    places |= {name: {name: entity} for name, entity in entities.items()}
    for name, fields in mapped.items():
        where = f"[sources.{source}.fields.{name}]"
        if name not in places:
            legal = f"entities: {', '.join(sorted(entities.keys() & known))}"
            others = ", ".join(place for place in places if place not in entities)
            raise ConfigError(
                f"{connector.name} fills no {name}, and has no stream of this name with fields",
                where=where,
                legal=f"{legal}; streams: {others}" if others else legal,
                todo="correct it",
            )
        columns = dict.fromkeys(
            column for entity in places[name].values() for column in entity.model_fields
        )
        for field in fields:
            if field not in columns or field == "id":
                legal = ", ".join(column for column in columns if column != "id")
                raise ConfigError(
                    f"{name} have no field {field}", where=where, legal=legal, todo="correct it"
                )


def meant_for_several(
    connector: Connector[Any], mapped: MappedFields
) -> Mapping[str, tuple[str, ...]]:
    """The mapped names that are an entity and a stream → all streams that fill the entity."""
    streams = connector.all_streams()
    found = {
        name: tuple(each for each, stream in streams.items() if name in entities_filled([stream]))
        for name in mapped
        if name in streams
    }
    return {name: filling for name, filling in found.items() if filling and filling != (name,)}
