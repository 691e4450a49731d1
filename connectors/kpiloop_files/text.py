"""Text files line by line, whatever they are encoded in, packed or not."""

import gzip
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import BufferedReader, StringIO
from pathlib import Path
from typing import TypeAlias

LONGEST_LINE = 16 << 20
"""Bytes; what is longer is no line of a table, and would fill the memory."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


BinaryFile: TypeAlias = BufferedReader | gzip.GzipFile


class UnreadableError(ValueError):
    """A file is not what its name or its settings say."""


def lines(path: Path, encoding: str = "auto") -> Iterator[str]:
    """The lines of a file with their ends; one longer than 16 MB is an UnreadableError.

    With "auto" each line by itself is UTF-8 where it can be, else Windows-1252, because files are
    put together from several programs; a byte order mark decides for the whole file.
    """
    with _opened(path) as file:
        mark, found = _mark(file.read(4))
        file.seek(len(mark))
        if found.startswith("utf-16"):
            yield from _wide_lines(file, found)
            return
        known = "" if encoding == "auto" else encoding
        for number, line in enumerate(_raw_lines(file), start=1):
            if len(line) >= LONGEST_LINE:
                raise UnreadableError(f"line {number} is longer than {LONGEST_LINE >> 20} MB")
            yield _decoded(line, found or known)


@contextmanager
def _opened(path: Path) -> Generator[BinaryFile]:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UnreadableError("the packed file is broken or was cut off") from None


def _raw_lines(file: BinaryFile) -> Iterator[bytes]:
    return iter(lambda: file.readline(LONGEST_LINE), b"")


def _wide_lines(file: BinaryFile, encoding: str) -> Iterator[str]:
    text = file.read(LONGEST_LINE)
    if file.read(1):
        raise UnreadableError(f"a file in UTF-16 may have {LONGEST_LINE >> 20} MB: save as UTF-8")
    return iter(StringIO(text.decode(encoding, errors="replace"), newline=""))


def _mark(start: bytes) -> tuple[bytes, str]:
    return next((pair for pair in _MARKS if start.startswith(pair[0])), (b"", ""))


def _decoded(line: bytes, known: str) -> str:
    if known:
        # What is not of the encoding becomes half a surrogate pair, which sets its row aside.
        return line.decode(known, errors="surrogateescape")
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
