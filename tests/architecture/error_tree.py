"""The error tree, once as it is drawn and once as the classes stand."""

import ast
import inspect
import re
from types import ModuleType

from kpiloop.errors import KpiloopError

# The indent (bars of the ancestors, then a fork), the name, and at the line's end the exit code.
_BRANCH = re.compile(r"^(?P<indent>[ │├└─]*)(?P<name>[A-Z]\w+)\b.*?(?:exit (?P<code>\d+))?$")

Branch = tuple[str, str | None, int]
"""An error's name, the name of its parent in the tree, and its exit code."""


def drawn_tree(module: ModuleType) -> list[Branch]:
    """The tree of the module's docstring, from the top down."""
    path: list[tuple[int, str, int]] = []
    branches: list[Branch] = []
    for line in (module.__doc__ or "").splitlines():
        if not (branch := _BRANCH.match(line)) or not branch["name"].endswith("Error"):
            continue
        indent = len(branch["indent"])
        while path and path[-1][0] >= indent:
            path.pop()
        parent, inherited = (path[-1][1], path[-1][2]) if path else (None, 1)
        code = int(branch["code"] or inherited)
        branches.append((branch["name"], parent, code))
        path.append((indent, branch["name"], code))
    return branches


def class_tree(module: ModuleType) -> list[Branch]:
    """The error classes of the module, in the order of the file."""
    names = [
        node.name
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef)
    ]
    return [
        (name, _parent(error, names), error.exit_code)
        for name in names
        if issubclass(error := getattr(module, name), KpiloopError)
    ]


def _parent(error: type[KpiloopError], names: list[str]) -> str | None:
    parents = [base.__name__ for base in error.__bases__ if base.__name__ in names]
    return parents[0] if parents else None
