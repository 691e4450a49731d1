"""`fields` and `exclude_fields`: which members of an answer are wanted, in dot notation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"
Tree: TypeAlias = "dict[str, Tree]"
"""Names with the trees below them; an empty tree means all of it."""


def _no_names() -> Tree:
    return {}


@dataclass(frozen=True, slots=True)
class Selection:
    """What of an answer is sent; without `fields`, all but what is excluded."""

    fields: Tree = field(default_factory=_no_names)
    excluded: Tree = field(default_factory=_no_names)

    def of(self, body: dict[str, Json]) -> dict[str, Json]:
        """The part of an answer that is wanted; the answer itself is changed."""
        if self.fields:
            return _members(body, self.fields)
        _drop(body, self.excluded)
        return body


def tree(paths: Sequence[str]) -> Tree:
    """Dotted paths as a tree: `lists.id` and `lists.name` are two leaves below `lists`."""
    root: Tree = {}
    for path in paths:
        here = root
        for name in path.split("."):
            here = here.setdefault(name, {})
    return root


def _members(body: Mapping[str, Json], wanted: Tree) -> dict[str, Json]:
    return {name: _picked(body[name], below) for name, below in wanted.items() if name in body}


def _picked(value: Json, wanted: Tree) -> Json:
    if not wanted:
        return value
    if isinstance(value, list):
        return [_picked(each, wanted) for each in value]
    return _members(value, wanted) if isinstance(value, dict) else value


def _drop(value: Json, excluded: Tree) -> None:
    if isinstance(value, list):
        for each in value:
            _drop(each, excluded)
    elif isinstance(value, dict):
        for name, below in excluded.items():
            if not below:
                value.pop(name, None)
            elif name in value:
                _drop(value[name], below)
