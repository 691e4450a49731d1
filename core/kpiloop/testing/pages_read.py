"""Pages as a connector gives them, without a warehouse: what its streams are asked and answer."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.connector.reading import Read, Stream, Window
from kpiloop.engine.pull.listed import IdReader
from kpiloop.engine.pull.reading import read_of, read_of_ids
from kpiloop.engine.pull.rows import rows_of
from kpiloop.engine.pull.spelling import spelling_of
from kpiloop.engine.pull.validation import Validator
from kpiloop.web_api.page import Checkpoint, Page

_TOMORROW = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsOfPage:
    """The rows of a page, each as text, what reads them, and where a read goes on after it."""

    rows: tuple[str, ...]
    read_by: str
    """The wire model that reads them, where the page names one."""
    checkpoint: Checkpoint


def independent_streams(connector: Connector[Any], names: Sequence[str] = ()) -> list[Stream]:
    """The streams that need no other stream's ids, of these names where some are given."""
    return [
        each
        for each in connector.all_streams().values()
        if not (each.follows or each.each) and (not names or each.name in names)
    ]


def everything(connector: Connector[Any]) -> Window:
    """The window of a full read, with all that the vendor has changed up to now."""
    return Window(start=None, end=max(connector.source.clock.now(), datetime.now(UTC)) + _TOMORROW)


def reads_of(connector: Connector[Any], stream: Stream, window: Window) -> Iterator[Read]:
    """One read for each slice of a stream."""
    spellings = [spelling_of(model, {}) for model in stream.models]
    read = read_of(window, spellings)
    for each in stream.slices(connector, read) if stream.slices else [""]:
        yield replace(read, slice=each)


def pages_of(connector: Connector[Any], stream: Stream, read: Read) -> list[RowsOfPage]:
    """The pages of one slice, from the read's checkpoint on."""
    return [
        RowsOfPage(
            rows=_texts_of(page),
            read_by=page.of.__name__ if page.of else "",
            checkpoint=page.checkpoint,
        )
        for page in connector.read_stream(stream, read)
    ]


def ids_in(connector: Connector[Any], stream: Stream, window: Window) -> set[str]:
    """Entity and id of every record that a stream gives in a window; broken rows are left out."""
    first = stream.models[0]
    return {
        record
        for read in reads_of(connector, stream, window)
        for page in connector.read_stream(stream, read)
        for row in _rows_of(page)
        for record in records_of(row, page.of or first)
    }


def ids_listed(connector: Connector[Any], stream: Stream) -> list[str | None]:
    """The ids that a stream lists with `ids`; no value for each that cannot be read."""
    if stream.ids is None:
        return []
    [model] = stream.models
    spelling = spelling_of(model, {})
    read = read_of_ids(everything(connector), [spelling])
    pages = stream.ids(connector, read)
    return [each for page in pages for each in IdReader(spelling).ids(_rows_of(page))]


def records_of(row: object, model: type[Any]) -> list[str]:
    """Entity and id of each record in a vendor's row; none where the row cannot be read."""
    found = Validator(spelling_of(model, {})).check([row])
    return [f"{each.entity.entity} {each.values['id']}" for each in found.sightings]


def _rows_of(page: Page) -> Sequence[object]:
    return rows_of(page, source="", stream="")[page.skip :]


def _texts_of(page: Page) -> tuple[str, ...]:
    return tuple(json.dumps(row, sort_keys=True, default=str) for row in _rows_of(page))
