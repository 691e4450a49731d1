"""Assertions that explain themselves: what is wrong, where, and what to change."""

from collections.abc import Collection, Iterable
from typing import NoReturn
from unittest import SkipTest

_SHOWN = 5


def expect(condition: object, what: str, *, where: str = "", todo: str = "") -> None:
    """AssertionError with the parts, each on a line of its own, unless the condition holds."""
    __tracebackhide__ = True  # pytest shows the test, and this message
    if not condition:
        parts = [what, where and f"Where: {where}", todo and f"To do: {todo}"]
        raise AssertionError("\n".join(part for part in parts if part))


def not_tested(what: str, *, todo: str) -> NoReturn:
    """Skip the test that asked; the reason says what stays untested, and how to change that."""
    raise SkipTest(f"{what} is not tested: {todo}")


def some(items: Iterable[object]) -> str:
    """The first few of many, for a message."""
    known: Collection[str] = [str(item) for item in items]
    first = ", ".join([*known][:_SHOWN])
    return first if len(known) <= _SHOWN else f"{first} and {len(known) - _SHOWN} more"
