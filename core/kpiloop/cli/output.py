"""How a verb answers: tables and words for people, JSON for programs, notices on stderr."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePath

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kpiloop.cli.streams import to_nobody
from kpiloop.project.tables import is_table

_ENDLESS = 100_000
_GAP = 2
"""Blanks between two columns."""


class _Screen(Console):
    """A console whose reader may leave, as `head` does: then the work goes on in silence."""

    def on_broken_pipe(self) -> None:
        """Write what follows to nobody, instead of ending the program."""
        self.quiet = True
        to_nobody(self.file)


class Output:
    """The answer of one call; stdout carries the answer and nothing else."""

    def __init__(self, *, quiet: bool = False, as_json: bool = False) -> None:
        self.quiet = quiet
        self.as_json = as_json
        self.console: Console = _Screen(highlight=False, width=_width())
        """For people: what a verb shows; silent where JSON or quiet is wanted."""
        self.notices: Console = _Screen(stderr=True, highlight=False, quiet=quiet or as_json)
        """For progress and remarks; a progress bar is drawn here."""

    @property
    def is_plain(self) -> bool:
        """Whether people are to be shown something."""
        return not (self.quiet or self.as_json)

    def say(self, text: str) -> None:
        """A sentence of the answer, for people."""
        if self.is_plain:
            self.console.print(Text(text))

    def notice(self, text: str) -> None:
        """A remark beside the answer."""
        self.notices.print(Text(text))

    def data(self, value: object) -> None:
        """The answer for programs, where JSON is wanted; dataclasses become objects."""
        if self.as_json:
            is_narrow = not sys.stdout.encoding.lower().startswith("utf")
            print(json.dumps(value, default=_plain, ensure_ascii=is_narrow, indent=2))  # noqa: T201

    def table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        title: str = "",
        right: Sequence[str] = (),
        spare: Sequence[str] = (),
    ) -> None:
        """Rows for people; the columns named in `right` are aligned as numbers are.

        Those named in `spare` are left out, one after the other, where the terminal is too narrow
        for all: a name that is cut off cannot be typed again.
        """
        if not self.is_plain:
            return
        if title:
            self.say(title)  # a table's own title would be folded to the width of its columns
        cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
        shown = _columns_that_fit(columns, cells, spare, self.console.width)
        table = Table(box=None, pad_edge=False)
        for place in shown:
            table.add_column(columns[place], justify="right" if columns[place] in right else "left")
        for row in cells:
            table.add_row(*(Text(row[place]) for place in shown))
        self.console.print(table)


def _width() -> int | None:
    """The terminal's; where nobody looks, as much as there is: a file has no right edge."""
    is_free = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return _ENDLESS if is_free else None


def _columns_that_fit(
    columns: Sequence[str], rows: Sequence[Sequence[str]], spare: Sequence[str], width: int
) -> Sequence[int]:
    """The places of the columns to show: all, or all but as many of the spare ones as need be."""
    widths = [
        max(map(cell_len, (name, *(row[place] for row in rows))))
        for place, name in enumerate(columns)
    ]
    shown = list(range(len(columns)))
    for name in (each for each in spare if each in columns):
        if sum(widths[place] + _GAP for place in shown) - _GAP <= width:
            break
        shown.remove(columns.index(name))
    return shown


def _plain(value: object) -> object:
    """What JSON has no word for; a number keeps its digits as far as JSON's readers can."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if is_table(value):
        return dict(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
