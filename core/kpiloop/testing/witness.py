"""Sees what a connector lets out: logs, what is printed, errors, and whatever a test hands it."""

import logging
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO

from kpiloop.errors import KpiloopError
from kpiloop.testing.explaining import expect, some
from kpiloop.testing.keys import spellings


class Witness:
    """Keeps every text with the place where it was seen."""

    def __init__(self) -> None:
        self._seen: list[tuple[str, str]] = []

    def see(self, where: str, text: object) -> None:
        """Keep a text."""
        self._seen.append((where, str(text)))

    def see_error(self, error: KpiloopError) -> None:
        """Keep what an error shows: its text, its arguments and where it came from."""
        self.see("an error", error)
        self.see("the arguments of an error", error.args)
        self.see("the traceback of an error", "".join(traceback.format_exception(error)))

    def expect_unseen(self, keys: Mapping[str, str]) -> None:
        """None of the keys was in anything that was seen."""
        leaks = {
            f"{name} in {where}"
            for where, text in self._seen
            for name, key in keys.items()
            if any(spelling in text for spelling in spellings(key))
        }
        expect(
            not leaks,
            f"a key was let out: {some(sorted(leaks))}",
            todo="keep keys as SecretStr, ask for the value only where it is sent; put no request, "
            "settings, header or address with a query into a message or log",
        )


@contextmanager
def witnessing() -> Generator[Witness]:
    """See all logs of all levels, and all that is printed, until the block ends."""
    witness = Witness()
    printed = StringIO()
    handler = _Listening(witness)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            yield witness
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        witness.see("what was printed", printed.getvalue())


class _Listening(logging.Handler):
    def __init__(self, witness: Witness) -> None:
        super().__init__(level=logging.DEBUG)
        self._witness = witness

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line, with the traceback where it has one."""
        self._witness.see(f"the log of {record.name}", self.format(record))
