"""The rules of imports; each takes a tree and returns what breaks it, one sentence a breach."""

import ast
from graphlib import CycleError, TopologicalSorter

from architecture.source_tree import (
    DOOR,
    OPEN_TO_PLUGINS,
    SOURCE_ROOTS,
    Import,
    Module,
    SourceTree,
)

# A library that only these parts of the core may import, so that it can be replaced there.
KEEPERS = {
    "apscheduler": ("scheduler",),
    "duckdb": ("warehouse", "engine"),
    "pluggy": ("hookspecs", "plugin_host"),
    "requests": ("web_api",),
    "sqlglot": ("warehouse", "kpi", "engine"),
    "urllib3": ("web_api",),
}


def _belongs(target: str, package: str) -> bool:
    return target == package or target.startswith(f"{package}.")


def floor_breaches(tree: SourceTree, floors: dict[str, int]) -> list[str]:
    """Imports of the core that do not go down, and parts that stand on no floor."""
    breaches: list[str] = []
    for module in tree.core:
        if module.name == DOOR:
            continue
        if module.part not in floors:
            breaches.append(f"{module.path}: {module.part} stands on no floor (.importlinter)")
            continue
        breaches += [
            breach
            for imported in tree.imports(module)
            if _belongs(imported.target, DOOR)
            and (breach := _floor_breach(module, imported, floors))
        ]
    return breaches


def _floor_breach(module: Module, imported: Import, floors: dict[str, int]) -> str:
    where = module.at(imported.line)
    if imported.target == DOOR:
        return f"{where} imports the public door, which is for others"
    part = imported.target.split(".")[1]
    if part == module.part or floors.get(part, len(floors)) < floors[module.part]:
        return ""
    return f"{where} imports {imported.target}, which is not on a lower floor"


def ring(tree: SourceTree) -> list[str]:
    """The modules of one import ring, in order; empty where there is none."""
    graph = {
        name: {
            imported.target
            for imported in tree.imports(module)
            if imported.target in tree.modules and imported.target != name
        }
        for name, module in tree.modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def extension_breaches(tree: SourceTree) -> list[str]:
    """Imports by which a connector or plugin knows more than a stranger's could."""
    return [
        f"{module.at(imported.line)} imports {imported.target}: closed to connectors and plugins"
        for module in tree.extensions
        for imported in tree.imports(module)
        if _is_closed(tree, module, imported)
    ]


def _is_closed(tree: SourceTree, module: Module, imported: Import) -> bool:
    if _belongs(imported.target, DOOR):
        return imported.target not in OPEN_TO_PLUGINS
    others = {other.distribution for other in tree.extensions} - {module.distribution}
    return imported.target.partition(".")[0] in others


def keeper_breaches(tree: SourceTree) -> list[str]:
    """Imports of a library outside the parts that keep it."""
    return [
        f"{module.at(imported.line)} imports {library}: only {', '.join(parts)} may"
        for library, parts in KEEPERS.items()
        for module in tree.modules.values()
        for imported in tree.imports(module)
        if _belongs(imported.target, library)
        and (module.distribution != DOOR or module.part not in parts)
    ]


def second_copies(tree: SourceTree, module: Module) -> list[str]:
    """Imports by way of a source root, each of which would make every class a second time."""
    return [
        f"{module.at(imported.line)} imports {imported.target}"
        for imported in tree.imports(module)
        if imported.target.partition(".")[0] in SOURCE_ROOTS
    ]


def lazy_imports(module: Module) -> list[str]:
    """Imports inside functions."""
    return [
        f"{module.at(node.lineno)} imports inside {function.name}"
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def module_getattrs(tree: SourceTree) -> list[str]:
    """Modules that define `__getattr__`."""
    return [
        module.name
        for module in tree.modules.values()
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__"
    ]
