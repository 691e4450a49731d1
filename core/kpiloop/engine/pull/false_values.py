"""`false` where a vendor has no value: it is taken out of a row before the wire model reads it.

It may stand in a field's place, or in that of the object that the field would stand in. Where the
field is a flag, it is a value.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias, TypeGuard

from kpiloop.engine.pull.spelling import Path, Spelling

_Tree: TypeAlias = dict[str, "_Tree"]
"""Keys under which false is no value, and the same for what stands below them."""


class FalseIsNull:
    """What becomes of a row of a wire model whose vendor writes false for no value."""

    def __init__(self, spelling: Spelling) -> None:
        self._places = _places_of_no_value(spelling)
        self._tree: _Tree = {}
        for paths in self._places.values():
            for path in paths:
                _grow(self._tree, path)

    def left_of(self, row: object) -> object:
        """The row without what is no value."""
        return _left_of(row, self._tree)

    def cleared(self, row: object) -> Collection[str]:
        """The fields of which a row says that they have no value."""
        return [
            name
            for name, paths in self._places.items()
            if any(_is_false_on_the_way(row, path) for path in paths)
        ]


def _places_of_no_value(spelling: Spelling) -> Mapping[str, tuple[Path, ...]]:
    """Field → the paths on which false is no value: of a flag only the way to it."""
    flags = {path for name, path in _all_places(spelling) if is_flag(spelling, name)}
    found: dict[str, tuple[Path, ...]] = {}
    for name, path in _all_places(spelling):
        way = path[:-1] if path in flags else path
        found[name] = (*found.get(name, ()), way)
    return found


def _all_places(spelling: Spelling) -> list[tuple[str, Path]]:
    return [
        (name, path)
        for name, places in spelling.places.items()
        for path in (spelling.sources(name) if spelling.made(name) else places)
    ]


def is_flag(spelling: Spelling, name: str) -> bool:
    """Whether a field can be false."""
    annotation: Any = spelling.reader.model_fields[name].annotation
    return annotation in (bool, bool | None)


def _grow(tree: _Tree, path: Path) -> None:
    for key in path:
        if not isinstance(key, str):
            return
        tree = tree.setdefault(key, {})


def _left_of(value: object, tree: _Tree) -> object:
    if not tree or not _is_object(value):
        return value
    return {
        key: _left_of(each, tree[key]) if key in tree else each
        for key, each in value.items()
        if each is not False or key not in tree
    }


def _is_false_on_the_way(value: object, path: Path) -> bool:
    for key in path:
        if not isinstance(key, str) or not _is_object(value):
            return False
        value = value.get(key)
        if value is False:
            return True
    return False


def _is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)
