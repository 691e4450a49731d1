"""Pages on their way from the reading threads into the inbox, batch by batch.

A batch is stored when it has 2,000 rows and is a third of a second old, or is two seconds old, with
all that has come by then; what was not stored is read again after a crash. What waits would be lost
as well, and large batches are much cheaper: each transaction has its price, and what has 122,880
records goes into the database's file at once, and not by way of its log.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.engine.pull.inbox import Inbox
from kpiloop.engine.pull.readers import PageRead, SliceDone, SliceFailed, SliceReaders
from kpiloop.engine.pull.reading import Reading, Slice
from kpiloop.engine.pull.report import Listener, Progress
from kpiloop.engine.pull.rows import weight_of
from kpiloop.engine.pull.spelling import Spelling
from kpiloop.errors import KpiloopError
from kpiloop.web_api.page import Page

BATCH_SECONDS = 2.0
LEAST_SECONDS = 0.3
"""How long a batch waits for more, even where it has enough rows."""

BATCH_BYTES = 12 << 20
"""How much is stored together at most, lest it take too much memory."""


@dataclass(slots=True)
class Batch:
    """What is to be stored together."""

    pages: list[PageRead] = field(default_factory=list[PageRead])
    done: list[Slice] = field(default_factory=list[Slice])
    error: KpiloopError | None = None


class _RowCounter:
    """Tells roughly how many rows a page of JSON or CSV has, without taking it apart."""

    def __init__(self, unknown: int) -> None:
        self._unknown = unknown
        self._bytes = 0
        self._rows = 0

    def learn(self, pages: Sequence[PageRead], rows: int) -> None:
        self._bytes += sum(len(each.page.body or b"") for each in pages)
        self._rows += rows

    def count(self, page: Page) -> int:
        if page.body is None:
            return len(page.items or ())
        if not self._rows:
            return self._unknown
        return len(page.body) * self._rows // max(self._bytes, 1)


def take_in(  # noqa: PLR0913 - what is read, where it goes and who is told
    connector: Connector[Any],
    reading: Reading,
    spellings: Sequence[Spelling],
    inbox: Inbox,
    *,
    batch_rows: int,
    listener: Listener,
) -> None:
    """Read what is left of a reading's slices into the inbox.

    Raises what stopped a slice, after all that was read before is stored.
    """
    counter = _RowCounter(unknown=batch_rows)  # the first page is stored alone
    done = sum(each.is_done for each in reading.slices)
    read = 0
    if done == len(reading.slices):
        return
    with SliceReaders(connector, reading, spellings) as readers:
        while readers.unfinished:
            batch = _next_batch(readers, counter, batch_rows)
            stored = inbox.store(batch.pages, batch.done)
            counter.learn(batch.pages, stored.read)
            done += len(batch.done)
            read += stored.read
            listener(
                Progress(
                    source=reading.source,
                    stream=reading.stream.name,
                    read=read,
                    slices_done=done,
                    slices=len(reading.slices),
                )
            )
            if batch.error:
                raise batch.error


def _next_batch(readers: SliceReaders, counter: _RowCounter, enough: int) -> Batch:
    """Enough rows or what comes in time, and what waits then."""
    batch = Batch()
    rows = size = 0
    begun = time.monotonic()
    while readers.unfinished and size < BATCH_BYTES:
        patience = LEAST_SECONDS if rows >= enough else BATCH_SECONDS
        left = max(begun + patience - time.monotonic(), 0.0)
        match readers.next(left):
            case PageRead() as read:
                batch.pages.append(read)
                rows += counter.count(read.page)
                size += weight_of(read.page)
            case SliceDone(slice=each):
                batch.done.append(each)
            case SliceFailed(error=error):
                batch.error = error
                return batch
            case None if left <= 0:
                return batch
            case None:
                pass
    return batch
