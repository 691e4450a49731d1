"""The rules of what may be written: in comments, strings, tests and plain files."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

# Written with brackets, so that this file does not break its own rules.
MACHINE_PATH = re.compile(r"(?<![\w.~}>)/-])/(?:wor[k]|tm[p]|roo[t]|hom[e]|User[s])/\w")
REGISTRY_HOST = re.compile(r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|/simpl[e]/")
TYPE_IGNORE = re.compile(r"(?:type|pyright|mypy):\s*ignor[e]")
SENTENCE_END = re.compile(r"(?<!e\.g)(?<!i\.e)[.!?]\s+(?=[A-Z])")


def comments(text: str) -> Iterator[tuple[int, str]]:
    """The comments of a Python file, with their lines."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def type_ignores(text: str) -> list[int]:
    """The lines whose comment silences a type checker."""
    return [line for line, comment in comments(text) if TYPE_IGNORE.search(comment)]


def places(text: str) -> list[str]:
    """The lines that name a machine's folders or a package registry's host."""
    return [
        f"{number}: {line.strip()}"
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATH.search(line) or REGISTRY_HOST.search(line)
    ]


def words_of_code(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The names and strings of a module's code, without docstrings and comments."""
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in docstrings:
                yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.lineno, node.name


def unspecified_tests(tree: ast.Module) -> list[str]:
    """The tests whose docstring is not exactly one sentence."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not is_one_sentence(ast.get_docstring(node) or "")
    ]


def is_one_sentence(docstring: str) -> bool:
    """Whether a docstring is one sentence, which may run over several lines."""
    return docstring.endswith((".", "?", "!")) and not (
        "\n\n" in docstring or SENTENCE_END.search(docstring)
    )
