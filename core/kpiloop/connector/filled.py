"""Which entities streams fill."""

from collections.abc import Iterable, Mapping

from kpiloop.connector.reading import Stream
from kpiloop.schema.record import Record, entity_of


def entities_filled(streams: Iterable[Stream]) -> Mapping[str, type[Record]]:
    """The entities that the wire models of streams spell, by name.

    What a wire model of several records gives is not told by its type, and left out.
    """
    return {
        entity_of(model).entity: entity_of(model)
        for stream in streams
        for model in stream.models
        if issubclass(model, Record)
    }
