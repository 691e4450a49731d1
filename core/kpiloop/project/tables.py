"""Values of a TOML file, told apart for type checkers: tables and lists."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard


def is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether a value is a table; TOML's keys are always text."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a value is a list."""
    return isinstance(value, list)
