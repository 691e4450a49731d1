"""A long CSV text as several pages, so that no part of it is ever in memory more than twice."""

from collections.abc import Iterator

from kpiloop.web_api.page import Checkpoint, Page

PIECE = 2 * 2**20
"""Bytes that a piece has about."""


def csv_pages(body: bytes, *, checkpoint: Checkpoint = None, piece: int = PIECE) -> Iterator[Page]:
    """The text in pieces of whole lines, each with the names of the columns.

    The last one carries the checkpoint. Quotes are those of RFC 4180: only around values, and
    doubled within them.
    """
    head = _end_of_line(body, 0, 0)
    names, start = body[:head], head
    while len(body) - start > piece:
        end = _end_of_line(body, start, piece)
        if end == len(body):
            break
        yield Page.csv(names + body[start:end])
        start = end
    yield Page.csv(names + body[start:], checkpoint=checkpoint)


def _end_of_line(body: bytes, start: int, least: int) -> int:
    """Where the first line ends that does so `least` bytes behind the start: outside of quotes."""
    at, quotes = start, 0
    end = start + least
    while True:
        found = body.find(b"\n", end)
        end = len(body) if found < 0 else found + 1
        quotes += body.count(b'"', at, end)
        if found < 0 or quotes % 2 == 0:
            return end
        at = end
