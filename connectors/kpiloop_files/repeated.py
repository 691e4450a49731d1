"""Rows of one id: the first counts, in the order of files by name, and the others say so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from kpiloop_files.seen import Seen

Rows: TypeAlias = Iterator[tuple[int, Mapping[str, Any]]]
"""Rows of a file, each with its line."""

_LINES = 1 << 40
"""More than a file has: places of all files in one number."""


class Repeated:
    """Finds the rows of a table whose ids other rows have had before.

    Where a file may replace what an earlier one told (`across_files` is off), only those of the
    same file are wrong; the core then lets the later file win.
    """

    def __init__(self, *, across_files: bool) -> None:
        self._across_files = across_files
        self._seen = Seen()
        self._files: list[str] = []
        self._whole: set[str] = set()

    def mark(self, name: str, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> Rows:
        """The rows of a file; one that cannot count says why."""
        if name not in self._files:
            self._files.append(name)
        number = self._files.index(name)
        for line, row in rows:
            yield line, row if "problem" in row else self._judged(row, number, line)
        self._whole.add(name)

    def before(self, names: Sequence[str], name: str) -> Sequence[str]:
        """The files whose rows go before those of a file, and were not marked yet."""
        if not self._across_files:
            return ()
        return [each for each in names if each < name and each not in self._whole]

    def close(self) -> None:
        """Forget what was seen."""
        self._seen.close()

    def _judged(self, row: Mapping[str, Any], number: int, line: int) -> Mapping[str, Any]:
        record_id = str(row["id"])
        scope = "" if self._across_files else f"{number}:"
        place = number * _LINES + line
        first, _ = self._seen.add(scope + record_id, place)
        if first == place:
            return row
        where = f"row {first % _LINES}"
        if first // _LINES != number:
            where += f" of {self._files[first // _LINES]}"
        problem = f"must have an id that no earlier row has ({where} has this one)"
        return {**row, "problem": problem, "found": record_id}
