"""What the first and the last rows of a full page are called, without taking the page apart.

A page is parsed by the core, set-wise; all that the way through a list needs are the names of a few
rows and that the page is full. Of a text in which a key stands just as often as a full page has
rows, both can be seen. Whatever does not look so is parsed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The names of the first and of the last rows."""

    first: tuple[str, ...]
    last: tuple[str, ...]


def ends_of(body: bytes, keys: Sequence[str], *, full: int, some: int) -> Ends | None:
    """The names of some rows at both ends of a page of `full` rows; None: no telling.

    In JSON, a quoted word with a colon right behind it is a key: within a text its quotes would
    follow backslashes. The keys must be of a sort that only the rows themselves have, each at most
    once; then `full` of a key are in as many rows, and a page never has more.
    """
    if any(body.count(_spelled(key)) != full for key in keys):
        return None
    first = [[*islice(_forward(body, key), some)] for key in keys]
    last = [[*islice(_backward(body, key), some)][::-1] for key in keys]
    if any(value is None for values in (*first, *last) for value in values):
        return None
    return Ends(first=_names(first), last=_names(last))


def _names(values: Sequence[Sequence[str | None]]) -> tuple[str, ...]:
    return tuple(" ".join(map(str, each)) for each in zip(*values, strict=True))


def _forward(body: bytes, key: str) -> Iterator[str | None]:
    at = body.find(_spelled(key))
    while at >= 0:
        yield _value(body, key, at)
        at = body.find(_spelled(key), at + 1)


def _backward(body: bytes, key: str) -> Iterator[str | None]:
    at = body.rfind(_spelled(key))
    while at >= 0:
        yield _value(body, key, at)
        at = body.rfind(_spelled(key), 0, at)


def _value(body: bytes, key: str, at: int) -> str | None:
    """The text at a key; None for anything but printable ASCII without backslashes."""
    found = _pattern(key).match(body, at)
    return found[1].decode() if found else None


def _spelled(key: str) -> bytes:
    return f'"{key}":'.encode()


@lru_cache(maxsize=16)
def _pattern(key: str) -> re.Pattern[bytes]:
    return re.compile(_spelled(key) + rb'\s*"([ !#-\[\]-~]+)"')
