"""Which fields of wire models the rows of an account have: one that none has may be misspelled."""

from collections.abc import Iterator, Mapping
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.connector.reading import Stream
from kpiloop.engine.pull.rows import rows_of
from kpiloop.engine.pull.spelling import Spelling, spelling_of
from kpiloop.engine.pull.validation import Validator
from kpiloop.schema.record import columns_of
from kpiloop.testing.pages_read import everything, reads_of


def fields_not_met(connector: Connector[Any], stream: Stream) -> list[str]:
    """The fields that a stream's models declare and no row of the account has, null or not.

    Left out are models without a row, those that make several records of one, and those of vendors
    that leave out what has no value: there an absent field means nothing.
    """
    met: dict[type[Any], set[str]] = {}
    for model, values in _rows_read(connector, stream):
        met.setdefault(model, set()).update(values)
    return [
        f"{model.__name__}.{name}"
        for model, names in met.items()
        for name in _declared(spelling_of(model, {}))
        if name not in names
    ]


def _rows_read(
    connector: Connector[Any], stream: Stream
) -> Iterator[tuple[type[Any], Mapping[str, object]]]:
    for read in reads_of(connector, stream, everything(connector)):
        for page in connector.read_stream(stream, read):
            model: type[Any] = page.of or stream.models[0]
            rows = rows_of(page, source=connector.source.name, stream=stream.name)[page.skip :]
            for each in Validator(spelling_of(model, {})).check(rows).sightings:
                yield model, each.values


def _declared(spelling: Spelling) -> list[str]:
    if not spelling.entity or not spelling.is_itself or spelling.model.omits_nulls:
        return []
    return [name for name in spelling.paths if name in columns_of(spelling.entity)]
