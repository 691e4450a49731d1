"""A file that takes an answer's body, and exists under its name only when it is whole."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kpiloop.errors import StoreError


class Sink:
    """The file while it is being written."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path

    def restart(self) -> None:
        """Forget what an earlier try has written."""
        with _explained(self._path):
            self._file.seek(0)
            self._file.truncate()

    def write(self, chunk: bytes) -> None:
        """Append a piece of the body."""
        with _explained(self._path):
            self._file.write(chunk)


@contextmanager
def sink(path: Path) -> Generator[Sink]:
    """Write beside `path`, and move it there at the end; after an error nothing is left.

    Raises:
        StoreError: The file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    with _explained(path):
        file = part.open("wb")
    try:
        yield Sink(file, path)
        with _explained(path):
            file.close()
            part.replace(path)
    finally:
        with suppress(OSError):
            file.close()
        part.unlink(missing_ok=True)


@contextmanager
def _explained(path: Path) -> Generator[None]:
    """Say what the disk refuses as an error of ours: no fault of the vendor."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreError(
            f"a downloaded file cannot be written: {reason}",
            where=str(path),
            todo="make room or correct the folder's rights, then run again",
        ) from None
