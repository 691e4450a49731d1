"""Pages of a job's results, fetched side by side into files.

Salesforce alone decides how large a page is, so none is held in memory: it waits on the disk, where
its owner alone can read it, is read piece by piece, and is removed.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kpiloop.web_api import Api, Checkpoint, Page

AT_ONCE = 5
"""Pages of results that may be fetched side by side."""
_HELD = 256 * 2**20
"""Bytes of pages that are fetched before they are needed."""
_WAITING = 4 * AT_ONCE
"""Small pages that are, so that storing some of them holds up none."""
PIECE = 2 * 2**20
"""Bytes that are read at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One page of results: its address, and the checkpoint behind it."""

    url: str
    checkpoint: Checkpoint


def fetched(api: Api, parts: Iterator[Part]) -> Iterator[Page]:
    """The rows of the parts in order, while those after them are on their way or wait here."""
    pool = ThreadPoolExecutor(AT_ONCE)
    waiting: deque[tuple[Part, Future[Path]]] = deque()
    most = AT_ONCE
    with TemporaryDirectory(prefix="kpiloop-salesforce-") as folder:
        try:
            for number, part in enumerate(parts):
                to = Path(folder) / f"{number}.csv"
                waiting.append((part, pool.submit(api.download, part.url, to)))
                while len(waiting) > most:
                    first, file = _first(waiting)
                    most = max(1, min(_WAITING, _HELD // max(file.stat().st_size, 1)))
                    yield from pieces(file, checkpoint=first.checkpoint)
            while waiting:
                first, file = _first(waiting)
                yield from pieces(file, checkpoint=first.checkpoint)
        finally:
            pool.shutdown(cancel_futures=True)


def _first(waiting: deque[tuple[Part, Future[Path]]]) -> tuple[Part, Path]:
    part, future = waiting.popleft()
    return part, future.result()


def pieces(path: Path, *, checkpoint: Checkpoint, size: int = PIECE) -> Iterator[Page]:
    """A file's rows in pieces of whole lines, each with the names of the columns; then it goes.

    The last piece carries the checkpoint. Quotes are those of RFC 4180: only around values, and
    doubled within them.
    """
    with path.open("rb") as file:
        names, lines = file.readline(), b""
        while len(piece := file.read(size)) == size:
            lines += piece
            if end := _end_of_whole_lines(lines):
                yield Page.csv(names + lines[:end])
                lines = lines[end:]
        yield Page.csv(names + lines + piece, checkpoint=checkpoint)
    path.unlink()


def _end_of_whole_lines(text: bytes) -> int:
    """Where the last line of a text ends that does so outside of quotes; 0 where none does."""
    end, quotes = len(text), text.count(b'"')
    while end and (quotes % 2 or text[end - 1] != ord("\n")):
        start = text.rfind(b"\n", 0, end - 1) + 1
        quotes -= text.count(b'"', start, end)
        end = start
    return end
