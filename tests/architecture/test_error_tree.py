"""The errors that a user can meet."""

import ast
import builtins
from types import ModuleType

import kpiloop.errors
from architecture.error_tree import class_tree, drawn_tree
from architecture.source_tree import this_tree


def test_the_drawn_error_tree_is_the_one_that_exists() -> None:
    """The drawing in errors.py has the names, nesting, order and exit codes of the classes."""
    assert drawn_tree(kpiloop.errors) == class_tree(kpiloop.errors)


def test_a_drawing_is_read_by_its_indents() -> None:
    """A branch belongs to the nearest line above that is indented less, and inherits its code."""
    module = ModuleType("errors", "\n".join(["Prose first.", "", *_DRAWING]))
    assert drawn_tree(module) == [
        ("RootError", None, 1),
        ("AError", "RootError", 2),
        ("BError", "AError", 2),
        ("CError", "RootError", 1),
    ]


_DRAWING = [
    "    RootError",
    "    ├── AError       fix it    exit 2",
    "    │   └── BError     it is an AError",
    "    └── CError       wait",
]


def test_the_root_is_the_only_error_without_a_parent() -> None:
    """Whoever catches KpiloopError catches everything that kpiloop raises on purpose."""
    assert [name for name, parent, _ in class_tree(kpiloop.errors) if parent is None] == [
        "KpiloopError"
    ]


def test_a_public_error_grows_on_the_tree() -> None:
    """No module but errors.py derives a public class from a built-in exception."""
    assert [
        f"{module.path}: {node.name}"
        for module in this_tree().core
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
        and module.name != "kpiloop.errors"
        and not node.name.startswith("_")
        and any(is_builtin_error(base) for base in node.bases)
    ] == []


def is_builtin_error(base: ast.expr) -> bool:
    """Whether a base class is an exception of Python itself."""
    named = getattr(builtins, base.id, None) if isinstance(base, ast.Name) else None
    return isinstance(named, type) and issubclass(named, BaseException)
