"""How large files and functions may be."""

import ast
from pathlib import Path

import pytest

from architecture.size_rules import size_breaches
from architecture.source_tree import PROJECT, Module, all_code


def test_files_and_functions_stay_small() -> None:
    """Files have fewer than 400 lines and functions fewer than 40, tests included."""
    breaches = [
        breach
        for module in all_code()
        for breach in size_breaches(module, (PROJECT / module.path).read_text(encoding="utf-8"))
    ]
    assert breaches == []


@pytest.mark.parametrize(
    ("text", "breach"),
    [
        ("x = 1\n" * 399, ""),
        ("x = 1\n" * 400, "a.py has 400 lines"),
        ("def f() -> None:\n" + "    g()\n" * 38, ""),
        ("def f() -> None:\n" + "    g()\n" * 39, "a.py:1 f has 40 lines"),
        ("class C:\n    async def f(self):\n" + "        g()\n" * 39, "a.py:2 f has 40 lines"),
    ],
)
def test_the_limit_is_exact(text: str, breach: str) -> None:
    """The last legal line passes and the first illegal one is reported with its place."""
    module = Module(name="a", path=Path("a.py"), tree=ast.parse(text))
    found = size_breaches(module, text)
    assert len(found) == bool(breach)
    assert all(line.startswith(breach) for line in found)
