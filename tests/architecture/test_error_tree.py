"""The errors that a user can meet."""

import importlib
from types import ModuleType

import pytest

import kpiloop.errors
from architecture.error_tree import class_tree, drawn_tree
from architecture.source_tree import OPEN_TO_PLUGINS


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


@pytest.mark.parametrize("door", OPEN_TO_PLUGINS)
def test_a_door_offers_no_error_beside_the_tree(door: str) -> None:
    """Errors that leave the core are those of errors.py; signals inside a package stay inside."""
    module = importlib.import_module(door)
    offered = [getattr(module, name) for name in getattr(module, "__all__", [])]
    raised = [kind for kind in offered if isinstance(kind, type) and issubclass(kind, Exception)]
    errors = [kind for kind in raised if not issubclass(kind, Warning)]
    assert [error for error in errors if not issubclass(error, kpiloop.errors.KpiloopError)] == []
