"""Packed bodies, unpacked a bounded piece at a time.

urllib3 can do that too, but where a gzip member ends exactly at the end of a piece it unpacks
the rest twice, and twice again: wrong data, and memory that doubles with every piece.
"""

import zlib
from collections.abc import Iterable, Iterator

PIECE = 1 << 20
"""Bytes unpacked at a time: the most that a gzip bomb gets."""

_GZIP = 16 + zlib.MAX_WBITS
_MOST_MEMBERS = 10_000
"""A gzip body may be several, one after the other; each costs time even if it holds nothing."""


class PackingError(ValueError):
    """The body cannot be unpacked: cut off, or not packed as it says."""


def unpacked(packed: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The pieces of a body whose Content-Encoding is `encoding`, none larger than `PIECE`.

    Raises:
        PackingError: It ends too early, or is something else than gzip.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return iter(packed)
        case "gzip" | "x-gzip":
            return _gunzipped(packed)
        case _:
            raise PackingError("the answer is packed in a way that was not asked for")


def _gunzipped(packed: Iterable[bytes]) -> Iterator[bytes]:
    members = _Members()
    for data in packed:
        rest = data
        while rest:
            yield from members.pieces(rest)
            rest = members.left_over()
    if not members.complete:
        raise PackingError("the packed answer was cut off")


class _Members:
    """The members of a gzip body, unpacked one after the other."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._number = 1

    @property
    def complete(self) -> bool:
        return self._member.eof

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What the present member makes of some bytes, until it wants more or has ended."""
        if self._member.eof:
            self._member = zlib.decompressobj(_GZIP)
            self._number += 1
        if self._number > _MOST_MEMBERS:
            raise PackingError("the answer is packed in too many parts")
        while piece := self._unpacked(data):
            yield piece
            if self._member.eof:  # asked again, zlib would keep what follows a second time
                return
            data = self._member.unconsumed_tail

    def left_over(self) -> bytes:
        """The bytes that follow the end of the present member."""
        return self._member.unused_data

    def _unpacked(self, data: bytes) -> bytes:
        try:
            return self._member.decompress(data, PIECE)
        except zlib.error:
            pass
        raise PackingError("the answer is not packed as it says")
