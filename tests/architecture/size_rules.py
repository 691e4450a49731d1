"""The rules of size: what a reader can hold in mind."""

import ast

from architecture.source_tree import Module

FILE_LINES = 400
FUNCTION_LINES = 40


def size_breaches(module: Module, text: str) -> list[str]:
    """A file or function that reaches the limit."""
    breaches: list[str] = []
    if (lines := len(text.splitlines())) >= FILE_LINES:
        breaches.append(f"{module.path} has {lines} lines (fewer than {FILE_LINES} are legal)")
    breaches += [
        f"{module.at(function.lineno)} {function.name} has {lines} lines"
        f" (fewer than {FUNCTION_LINES} are legal)"
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (function.end_lineno or 0) - function.lineno + 1) >= FUNCTION_LINES
    ]
    return breaches
