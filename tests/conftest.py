"""What holds for every test."""

import signal

from hypothesis import settings

from support.program import leave_program

# Whoever runs the tests in the background has Ctrl-C ignored, and programs that tests start would
# inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A test is never judged by the clock on the wall: machines that run many things at once are slow.
settings.register_profile("kpiloop", deadline=None)
settings.load_profile("kpiloop")


def pytest_unconfigure() -> None:
    """Leave no process behind."""
    leave_program()
