"""How the database takes the texts of a row out of JSON.

Usually the row is a structure whose leaves are texts. Where a vendor writes false for no value, a
leaf, or the object around it, may be false: then the row is taken apart a step at a time, and what
is false is no text.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from kpiloop.engine.pull.spelling import Path
from kpiloop.warehouse import sql

MOST_KEYS = 2
"""Of a path on which false may stand for no value: a key, or one within an object."""


class Texts(Protocol):
    """Where the texts of a row are."""

    def structure(self, paths: Iterable[Path]) -> object:
        """The structure of a row, as the database wants to be told it."""
        ...

    def text(self, path: Path) -> str:
        """The text at a path of a row, as an expression."""
        ...

    def are_found(self, paths: Iterable[Path]) -> Iterator[str]:
        """The conditions under which a row has what it should have beside its outermost keys."""
        ...

    def key(self, path: Path) -> bytes:
        """What stands in the text of a page whose rows have the path."""
        ...


class PlainTexts:
    """Every value is a text, however deep."""

    def structure(self, paths: Iterable[Path]) -> object:
        """Objects within objects, and texts."""
        row: dict[str, Any] = {}
        for path in paths:
            inner = row
            for key in path[:-1]:
                inner = inner.setdefault(str(key), {})
            inner[str(path[-1])] = "VARCHAR"
        return row

    def text(self, path: Path) -> str:
        """The leaf."""
        return _member(path)

    def are_found(self, paths: Iterable[Path]) -> Iterator[str]:
        """All objects are there."""
        parents = {path[:length] for path in paths for length in range(1, len(path))}
        yield from (f"{_member(parent)} IS NOT NULL" for parent in sorted(parents))

    def key(self, path: Path) -> bytes:
        """The last key."""
        return _quoted(path[-1])


@dataclass(frozen=True)
class TextsWithFalse:
    """Every value is JSON of its own, until it is known not to be false."""

    kept: frozenset[Path]
    """Where false is a value: the places of flags, and that of the id, which is never without."""

    def structure(self, paths: Iterable[Path]) -> object:
        """The outermost keys alone."""
        return {str(path[0]): "JSON" for path in paths}

    def text(self, path: Path) -> str:
        """The text of what is not false; NULL where the object around it is."""
        value = f"{_inner(path)}.{sql.name(str(path[1]))}" if path[1:] else _member(path)
        text = f"({value} ->> '$')"
        return text if path in self.kept else f"CASE WHEN {value} <> 'false' THEN {text} END"

    def are_found(self, paths: Iterable[Path]) -> Iterator[str]:
        """Each object is there with this key, or false is in its place."""
        for path in paths:
            if path[1:]:
                yield f"({_member(path[:1])} = 'false' OR {_inner(path)} IS NOT NULL)"

    def key(self, path: Path) -> bytes:
        """The first key: in a page in which all objects are false there is no other."""
        return _quoted(path[0])


def _inner(path: Path) -> str:
    """The object of a path of two keys, if it has the second one once."""
    around = _member(path[:1])
    structure = sql.text(json.dumps({str(path[1]): "JSON"}))
    return (
        f"(CASE WHEN json_type({around}) = 'OBJECT' THEN TRY(from_json_strict({around},"
        f" {structure})) END)"
    )


def _member(path: Path) -> str:
    return "row" + "".join(f".{sql.name(str(key))}" for key in path)


def _quoted(key: str | int) -> bytes:
    return json.dumps(key).encode()
