"""On which line of a TOML file a key stands: the parser of the standard library does not tell."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence

from kpiloop.project.tables import is_list, is_table

Path = tuple[str | int, ...]


def lines_of(text: str) -> Mapping[Path, int]:
    """The line of every table and key of a legal TOML text, counted from 1.

    What stands inside a value (an inline table, an item of a list) has the line of its key. The
    text is cut into statements, each parsed alone: no second grammar is needed.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    tables_so_far: dict[Path, int] = {}
    for line, statement in _statements(text):
        content = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _table_path(content, tables_so_far)
            for depth in range(1, len(table) + 1):
                found.setdefault(table[:depth], line)
        else:
            for path in _paths(content):
                found.setdefault((*table, *path), line)
    return found


def line_of(lines: Mapping[Path, int], path: Sequence[str | int]) -> int:
    """The line of a path, or of the nearest thing around it; 0 where there is none."""
    for depth in range(len(path), 0, -1):
        if line := lines.get(tuple(path[:depth])):
            return line
    return 0


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with its first line: lines are added until they are legal TOML."""
    pending = ""
    start = 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if not pending and (not line.strip() or line.lstrip().startswith("#")):
            continue
        start = start if pending else number
        pending += line
        try:
            tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        yield start, pending
        pending = ""


def _table_path(content: object, so_far: dict[Path, int]) -> Path:
    """The path of a header; each `[[x]]` opens the next item of x."""
    path: list[str | int] = []
    inner = content
    while is_table(inner) and inner:
        ((key, inner),) = inner.items()
        path.append(key)
        here = tuple(path)
        if is_list(inner):
            so_far[here] = so_far.get(here, -1) + 1
        if here in so_far:
            path.append(so_far[here])
    return tuple(path)


def _paths(content: object, above: Path = ()) -> Iterator[Path]:
    """Every path inside a value, the outer before the inner."""
    if above:
        yield above
    if is_table(content):
        for key, value in content.items():
            yield from _paths(value, (*above, key))
    elif is_list(content):
        for index, value in enumerate(content):
            yield from _paths(value, (*above, index))
