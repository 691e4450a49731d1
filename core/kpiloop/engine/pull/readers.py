"""Slices read side by side: threads that ask the connector, one queue that the writer empties."""

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from queue import Empty, Full, Queue
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self, TypeAlias

from kpiloop.connector.base import Connector
from kpiloop.engine.pull.reading import Reading, Slice, read_of, read_of_ids
from kpiloop.engine.pull.spelling import Spelling
from kpiloop.engine.pull.strangers import explain
from kpiloop.errors import KpiloopError, RefusedError
from kpiloop.web_api.page import Page

_PAGES_PER_THREAD = 2
_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """A page of one slice."""

    slice: Slice
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceDone:
    """A slice gave its last page."""

    slice: Slice


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceFailed:
    """A slice cannot go on."""

    slice: Slice
    error: KpiloopError


Happening: TypeAlias = PageRead | SliceDone | SliceFailed


class SliceReaders:
    """Reads what is left of a reading's slices; the queue is short, so that memory stays flat."""

    def __init__(
        self,
        connector: Connector[Any],
        reading: Reading,
        spellings: Sequence[Spelling],
    ) -> None:
        self._connector = connector
        self._reading = reading
        self._asked = read_of(reading.window, spellings)
        self._asked_ids = read_of_ids(reading.window, spellings)
        self._waiting = deque(each for each in reading.slices if not each.is_done)
        number = max(1, min(connector.threads, len(self._waiting)))
        self._queue: Queue[Happening] = Queue(maxsize=number * _PAGES_PER_THREAD)
        self._stop = Event()
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(number)]
        self.unfinished = len(self._waiting)
        """How many slices have neither ended nor failed."""

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(_PATIENCE_SECONDS)

    def next(self, timeout: float) -> Happening | None:
        """What happened next; None where nothing did within so many seconds."""
        try:
            happening = self._queue.get(timeout=max(timeout, 0.0))
        except Empty:
            return None
        if not isinstance(happening, PageRead):
            self.unfinished -= 1
        return happening

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                each = self._waiting.popleft()
            except IndexError:
                return
            self._put(self._read(each))

    def _read(self, each: Slice) -> Happening:
        try:
            self._read_pages(each)
        except KpiloopError as error:
            return SliceFailed(slice=each, error=error)
        except BaseException as error:  # noqa: BLE001 - a stranger's code may raise anything
            doing = f"stream {self._reading.stream.name} of connector {self._connector.name}"
            found = explain(error, doing=doing, source=self._reading.source)
            return SliceFailed(slice=each, error=found)
        return SliceDone(slice=each)

    def _read_pages(self, each: Slice) -> None:
        try:
            self._pass_on(each)
        except RefusedError:
            if each.checkpoint is None:
                raise
            # A cursor that a vendor gave before an interruption may have run out: begin anew.
            self._pass_on(replace(each, checkpoint=None))

    def _pass_on(self, each: Slice) -> None:
        for page in self._pages(each):
            if not self._put(PageRead(slice=each, page=page)):
                return

    def _pages(self, each: Slice) -> Iterator[Page]:
        stream = self._reading.stream
        if each.lists_ids and stream.ids:
            asked = replace(self._asked_ids, checkpoint=each.checkpoint)
            return stream.ids(self._connector, asked)
        asked = replace(
            self._asked,
            slice="" if each.ids else each.name,
            ids=each.ids,
            checkpoint=each.checkpoint,
        )
        return self._connector.read_stream(stream, asked)

    def _put(self, happening: Happening) -> bool:
        """Hand on what happened; no, where nobody waits for it any more."""
        while not self._stop.is_set():
            with contextlib.suppress(Full):
                self._queue.put(happening, timeout=_POLL_SECONDS)
                return True
        return False
