"""What the architecture tests see of the project: its files, modules and imports, read as text."""

import ast
import configparser
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
SOURCE_ROOTS = ("core", "connectors", "plugins")
CODE_ROOTS = (*SOURCE_ROOTS, "community", "tests", "benchmarks")
DOOR = "kpiloop"
OPEN_TO_PLUGINS = (DOOR, "kpiloop.web_api", "kpiloop.testing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One imported module: a name that is no module of the project stays with its parent."""

    target: str
    names: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One Python file under its import name."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def distribution(self) -> str:
        """The package that stands in `packages` of pyproject."""
        return self.name.partition(".")[0]

    @property
    def part(self) -> str:
        """The file or folder right below the distribution: the unit that has a floor."""
        return self.name.split(".")[1] if "." in self.name else ""

    def at(self, line: int) -> str:
        """Where a reader finds the line."""
        return f"{self.path}:{line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree:
    """All modules of the sources below one folder."""

    modules: dict[str, Module]

    @property
    def core(self) -> list[Module]:
        """The modules of kpiloop itself, its door included."""
        return [module for module in self.modules.values() if module.distribution == DOOR]

    @property
    def extensions(self) -> list[Module]:
        """The modules of connectors and plugins."""
        return [module for module in self.modules.values() if module.distribution != DOOR]

    def imports(self, module: Module) -> Iterator[Import]:
        """Every import of a module: at the top, for type checkers, inside functions."""
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(target=alias.name, names=(), line=node.lineno)
            elif isinstance(node, ast.ImportFrom):
                yield from self._imports_from(module, node)

    def _imports_from(self, module: Module, node: ast.ImportFrom) -> Iterator[Import]:
        source = _absolute(module, node)
        names = tuple(alias.name for alias in node.names)
        submodules = [name for name in names if f"{source}.{name}" in self.modules]
        for name in submodules:
            yield Import(target=f"{source}.{name}", names=(), line=node.lineno)
        if others := tuple(name for name in names if name not in submodules):
            yield Import(target=source, names=others, line=node.lineno)


Plant = Callable[[dict[str, str]], SourceTree]
"""Makes a project of a few files (path → text), in which a test plants a breach."""


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    is_package = module.path.name == "__init__.py"
    parents = module.name.split(".")
    keep = len(parents) - node.level + is_package
    return ".".join([*parents[:keep], *filter(None, [node.module])])


def read_tree(project: Path) -> SourceTree:
    """Read the sources of a project laid out as this one is."""
    modules: dict[str, Module] = {}
    for root in SOURCE_ROOTS:
        for path in python_files(project / root):
            parts = path.relative_to(project / root).with_suffix("").parts
            name = ".".join(part for part in parts if part != "__init__")
            modules[name] = _read_module(project, path, name)
    return SourceTree(modules=modules)


def _read_module(project: Path, path: Path, name: str) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    return Module(name=name, path=path.relative_to(project), tree=tree)


def python_files(folder: Path) -> list[Path]:
    """The Python files below a folder, in a fixed order."""
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


@cache
def all_code() -> tuple[Module, ...]:
    """Every Python file of the project, tests and benchmarks included."""
    return tuple(
        _read_module(PROJECT, path, path.stem)
        for root in CODE_ROOTS
        for path in python_files(PROJECT / root)
    )


@cache
def this_tree() -> SourceTree:
    """The sources of this very project."""
    return read_tree(PROJECT)


@cache
def pyproject() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def import_contracts() -> configparser.ConfigParser:
    """What .importlinter says."""
    contracts = configparser.ConfigParser()
    contracts.read_string((PROJECT / ".importlinter").read_text(encoding="utf-8"))
    return contracts


@cache
def floors() -> dict[str, int]:
    """The floor of each part of the core, 0 the lowest, as .importlinter draws them."""
    drawing = import_contracts()["importlinter:contract:floors"]["layers"].split("\n")
    rows = [row for row in drawing if row.strip()]
    return {
        part.strip(" ()"): floor for floor, row in enumerate(rows[::-1]) for part in row.split("|")
    }


def extension_folders() -> list[Path]:
    """The folders of the connectors and plugins that are bundled."""
    return sorted(
        path
        for root in ("connectors", "plugins")
        for path in (PROJECT / root).iterdir()
        if path.is_dir() and path.name != "__pycache__"
    )
