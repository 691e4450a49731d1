"""What `kpiloop doctor` looks at: that each table finds its files, and each file its columns."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from kpiloop import Check, CheckStatus, KpiloopError
from kpiloop_files.places import Place
from kpiloop_files.text import UnreadableError


class Readable(Protocol):
    """What one stream is read from."""

    @property
    def file(self) -> str:
        """The name or pattern of its files."""
        ...

    def rows(self, path: Path, name: str) -> Iterator[tuple[int, Mapping[str, object]]]:
        """The rows of a file with their lines."""
        ...


def checks(place: Place, inputs: Mapping[str, Readable]) -> Iterator[Check]:
    """One check for each table; only the first row of each file is read."""
    for name, given in inputs.items():
        what = f"files of {name}"
        try:
            files = place.names(given.file)
            problem = next(filter(None, (_problem(place, given, each) for each in files)), "")
        except KpiloopError as error:
            yield Check(what=what, status=CheckStatus.FAILED, found=error.what, todo=error.todo)
            continue
        yield Check(
            what=what,
            status=CheckStatus.FAILED if problem else CheckStatus.OK,
            found=problem or f"{len(files)} found",
            todo="correct the file, or its table in kpiloop.toml" if problem else "",
        )


def _problem(place: Place, given: Readable, name: str) -> str:
    path = place.path(name, given.file)
    try:
        next(given.rows(path, name) if path else iter(()), None)
    except UnreadableError as error:
        return f"{name}: {error}"
    except OSError as error:
        return f"{name}: {error.strerror or type(error).__name__}"
    return ""
