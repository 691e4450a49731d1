"""How connectors are laid out."""

import ast
from pathlib import Path

import pytest

from architecture.source_tree import PROJECT, extension_folders

CONNECTORS = [folder for folder in extension_folders() if folder.parent.name == "connectors"]
CONNECTOR_FILES = {"__init__.py", "settings.py", "reads.py", "py.typed"}


def is_hook_module(tree: ast.Module) -> bool:
    """Whether a module holds imports and hook implementations, and nothing else."""
    return all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.FunctionDef) and _is_hook(node))
        for node in tree.body
    )


def _is_hook(function: ast.FunctionDef) -> bool:
    markers = [
        marker.func if isinstance(marker, ast.Call) else marker
        for marker in function.decorator_list
    ]
    return any(isinstance(marker, ast.Name) and marker.id == "hookimpl" for marker in markers)


@pytest.mark.parametrize("folder", CONNECTORS, ids=lambda folder: folder.name)
def test_connectors_have_the_same_files(folder: Path) -> None:
    """Who knows one finds their way in all: settings, wire…, reads, and writes where it writes."""
    names = {path.name for path in folder.iterdir()}
    assert CONNECTOR_FILES - names == set()
    assert any(name.startswith("wire") for name in names)
    text = (folder / "reads.py").read_text(encoding="utf-8")
    assert ("def writer(" in text) is ("writes.py" in names)


@pytest.mark.parametrize("folder", CONNECTORS, ids=lambda folder: folder.name)
def test_a_connector_s_first_file_is_its_hook(folder: Path) -> None:
    """The __init__.py of a connector announces it and does nothing else."""
    text = (folder / "__init__.py").read_text(encoding="utf-8")
    assert is_hook_module(ast.parse(text)), folder.relative_to(PROJECT)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ('"""Acme."""\nfrom kpiloop import hookimpl\n@hookimpl\ndef f(): ...', True),
        ("from kpiloop import hookimpl\n@hookimpl(tryfirst=True)\ndef f(): ...", True),
        ("def f(): ...", False),
        ("class Acme: ...", False),
        ("NAME = 1", False),
    ],
)
def test_a_hook_module_is_recognised(text: str, passes: bool) -> None:  # noqa: FBT001 - a column
    """A marked function passes; other functions, classes and constants do not."""
    assert is_hook_module(ast.parse(text)) is passes
