"""`import kpiloop`: the one door for authors of connectors and plugins."""

import ast
import importlib
import inspect
import subprocess
import sys

import pytest

import kpiloop
from architecture.source_tree import OPEN_TO_PLUGINS, PROJECT, this_tree

ALLOWED_FUNCTIONS = {"__getattr__", "__dir__"}
DOORS = [
    name
    for name in OPEN_TO_PLUGINS
    if (PROJECT / "core" / name.replace(".", "/") / "__init__.py").exists()
]


def names_of(door: str) -> list[str]:
    """What a door offers."""
    return list(getattr(importlib.import_module(door), "__all__", []))


@pytest.mark.parametrize("door", DOORS)
def test_a_door_lists_its_names_in_order(door: str) -> None:
    """`__all__` is sorted and holds no name twice."""
    names = names_of(door)
    assert names, f"{door} offers nothing"
    assert names == sorted(set(names))


@pytest.mark.parametrize("door", DOORS)
def test_a_door_holds_what_it_lists(door: str) -> None:
    """Every name in `__all__` can be imported."""
    module = importlib.import_module(door)
    assert [name for name in names_of(door) if not hasattr(module, name)] == []


@pytest.mark.parametrize("door", DOORS)
def test_a_door_only_passes_on(door: str) -> None:
    """A door defines no class and no function: what it offers lives behind it."""
    defined = {
        node.name
        for node in this_tree().modules[door].tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert defined - ALLOWED_FUNCTIONS == set()


def test_what_the_public_door_offers_is_documented() -> None:
    """Every class and function of the public door has a docstring of its own."""
    objects = {name: getattr(kpiloop, name) for name in names_of("kpiloop")}
    bare = [
        name
        for name, offered in objects.items()
        if (inspect.isclass(offered) or inspect.isfunction(offered)) and not offered.__doc__
    ]
    assert bare == []


def test_the_public_door_knows_no_other_name() -> None:
    """A misspelt name is an AttributeError that names the module, as of any module."""
    with pytest.raises(AttributeError, match=r"kpiloop.*Konnector"):
        getattr(kpiloop, "Konnector")  # noqa: B009 - the name is wrong on purpose


def test_opening_the_public_door_loads_nothing_heavy() -> None:
    """`import kpiloop` alone loads no library: `kpiloop --help` must be quick."""
    heavy = ("duckdb", "pydantic", "requests", "sqlglot", "apscheduler", "rich")
    script = f"import sys, kpiloop; print([name for name in {heavy!r} if name in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert answer.stdout.strip() == "[]"
