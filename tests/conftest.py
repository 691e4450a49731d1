"""What holds for every test."""

import signal

import pytest
from hypothesis import settings

from support.program import leave_program

# Whoever runs the tests in the background has Ctrl-C ignored, and programs that tests start would
# inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A test is never judged by the clock on the wall: machines that run many things at once are slow.
settings.register_profile("kpiloop", deadline=None)
settings.load_profile("kpiloop")

_LONG = ("tests/system/", "tests/core/engine/pull/test_kills.py", "tests/docs/", "tests/scaffold/")
"""Where single tests take long: begun first, so that no process waits for another at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long first; beside that the order stays."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


def pytest_unconfigure() -> None:
    """Leave no process behind."""
    leave_program()
