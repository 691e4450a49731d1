"""Where files lie: in a folder, or below an address from which they are downloaded first."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Protocol

from kpiloop import ConfigError
from kpiloop.web_api import Api
from kpiloop_files.signed import without_query


class Place(Protocol):
    """Files by name."""

    def names(self, pattern: str) -> list[str]:
        """The files that there are now; ConfigError where there is none."""
        ...

    def path(self, name: str, pattern: str) -> Path | None:
        """A file that the pattern named, on this machine; None where it is gone since then."""
        ...

    def close(self) -> None:
        """Let go of what was kept for the time of a pull."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Files in a folder and those below it."""

    source: str
    root: Path

    def names(self, pattern: str) -> list[str]:
        """The files that match; a link that leads out of the folder is no file of it."""
        if not self.root.is_dir():
            raise ConfigError(
                f"there is no folder {str(self.root)!r} that can be read",
                where=f"[sources.{self.source}]",
                todo="correct folder, or check that it is mounted",
            )
        try:
            found = [each for each in self.root.glob(pattern) if self._is_inside(each)]
        except (ValueError, NotImplementedError) as error:
            raise self._nothing(pattern, f"is no pattern of files ({error})") from None
        if not found:
            raise self._nothing(pattern, "matches no file")
        return sorted(each.relative_to(self.root).as_posix() for each in found)

    def path(self, name: str, pattern: str) -> Path | None:  # noqa: ARG002 - the name says all
        """The file's own path."""
        path = self.root / name
        return path if self._is_inside(path) else None

    def close(self) -> None:
        """Nothing is held."""

    def _is_inside(self, path: Path) -> bool:
        return path.is_file() and path.resolve().is_relative_to(self.root.resolve())

    def _nothing(self, pattern: str, what: str) -> ConfigError:
        return ConfigError(
            f"{pattern!r} {what} in {str(self.root)!r}",
            where=f"[sources.{self.source}]",
            legal="a name below the folder, where * stands for anything",
            todo="correct file, or put the file there; what was read before stays as it is",
        )


class Address:
    """Files below a web address; each is downloaded once for a pull, up to a size.

    A file is asked for by its pattern, which is one name with its query, and is called by its path.
    """

    def __init__(self, api: Api, *, max_bytes: int) -> None:
        self._api = api
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._kept: TemporaryDirectory[str] | None = None

    def names(self, pattern: str) -> list[str]:
        """The one file of this name, downloaded now."""
        with self._lock:
            self._download(pattern)
        return [without_query(pattern)]

    def path(self, name: str, pattern: str) -> Path | None:
        """The file as it was downloaded."""
        if name != without_query(pattern):
            return None
        with self._lock:
            path = self._path(pattern)
            return path if path.exists() else self._download(pattern)

    def close(self) -> None:
        """Remove what was downloaded."""
        with self._lock:
            if self._kept is not None:
                self._kept.cleanup()
                self._kept = None

    def _download(self, pattern: str) -> Path:
        return self._api.download(
            f"/{pattern.lstrip('/')}", self._path(pattern), max_bytes=self._max_bytes
        )

    def _path(self, pattern: str) -> Path:
        if self._kept is None:
            self._kept = TemporaryDirectory(prefix="kpiloop-files-")
        last = without_query(pattern).rpartition("/")[2]
        digest = hashlib.sha256(pattern.encode()).hexdigest()[:16]
        return Path(self._kept.name) / f"{digest}-{last[-80:]}"


def content_hash(path: Path) -> str:
    """What is in a file, in 16 letters: two that are equal hold the same."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
