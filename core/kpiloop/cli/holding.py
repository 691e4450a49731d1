"""Which entities a system may hold, as far as its streams tell before anything is read."""

from collections.abc import Mapping

from kpiloop.connector.reading import Stream
from kpiloop.schema.record import Record


def may_hold(streams: Mapping[str, Stream], entity: type[Record]) -> bool:
    """Whether a stream fills the entity."""
    return any(issubclass(model, entity) for each in streams.values() for model in each.models)
