"""What a stream gives, read as a pull reads it, without a warehouse: for tests of wire models."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.connector.reading import Read, Stream, Window
from kpiloop.engine.pull.mapping import MappedFields, check_mapped, mapped_in
from kpiloop.engine.pull.reading import read_of
from kpiloop.engine.pull.rows import rows_of
from kpiloop.engine.pull.spelling import Spelling, spelling_of
from kpiloop.engine.pull.validation import Validator
from kpiloop.schema.record import Record
from kpiloop.schema.registry import PULLED
from kpiloop.testing.explaining import expect
from kpiloop.testing.pages_read import everything

_NOTHING: MappedFields = MappingProxyType({})


def read_records(
    connector: Connector[Any],
    stream: str,
    *,
    since: datetime | None = None,
    ids: Sequence[str] = (),
    mapped: MappedFields = _NOTHING,
) -> list[Record]:
    """The records that a stream gives, each with what the wire model read of it.

    `since` is where the window begins, `ids` what a stream that follows another is asked for, and
    `mapped` what the settings map: `{"contacts": {"product": "line.name"}}`. A row that cannot be
    read fails the test.
    """
    check_mapped(connector, connector.source.name, mapped, [each.entity for each in PULLED])
    declared = connector.all_streams()[stream]
    own = mapped_in(connector, declared, mapped)
    spellings = [spelling_of(model, own) for model in declared.models]
    window = Window(start=since, end=everything(connector).end)
    read = replace(read_of(window, spellings), ids=tuple(ids))
    return [
        record
        for each in _slices(connector, declared, read)
        for record in _records(connector, declared, each, spellings)
    ]


def _slices(connector: Connector[Any], stream: Stream, read: Read) -> Iterator[Read]:
    for name in stream.slices(connector, read) if stream.slices else ("",):
        yield replace(read, slice=name)


def _records(
    connector: Connector[Any], stream: Stream, read: Read, spellings: Sequence[Spelling]
) -> Iterator[Record]:
    validators: Mapping[Any, Validator] = {each.model: Validator(each) for each in spellings}
    for page in connector.read_stream(stream, read):
        rows = rows_of(page, source=connector.source.name, stream=stream.name)[page.skip :]
        found = validators[page.of or stream.models[0]].check(rows)
        reasons = "; ".join(each.reason for each in found.broken)
        expect(not found.broken, f"a row cannot be read: {reasons}", where=f"stream {stream.name}")
        for each in found.sightings:
            construct: Any = each.entity.model_construct
            yield construct(**each.values)
