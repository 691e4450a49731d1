"""The result of a Bulk query: CSV on disk, of which any span of records can be read at once."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile

from kpiloop_sandbox.salesforce.soql.compile import Plan
from kpiloop_sandbox.salesforce.values import Value, in_csv

_Lines = Callable[[Sequence[int]], list[tuple[Value, ...]]]
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How the CSV is written: what stands between values, and after each record."""

    delimiter: str
    line_end: str


class Results:
    """The records of one job, each value in quotes, under a header of the fields' paths."""

    def __init__(self, plan: Plan, form: Form) -> None:
        self._plan, self._form = plan, form
        self._header = self._line(".".join(column.path) for column in plan.columns)
        self._file = TemporaryFile()  # noqa: SIM115 - closed with the job
        self._ends = array("q", [0])

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self._ends) - 1

    def fill(self, rows: Sequence[int], read: _Lines) -> None:
        """Write the records of these rows, some at a time."""
        for first in range(0, len(rows), _AT_ONCE):
            for line in read(rows[first : first + _AT_ONCE]):
                self._file.write(self._record(line))
                self._ends.append(self._file.tell())

    def span(self, first: int, number: int) -> bytes:
        """At most so many records from one place on, with the header."""
        last = min(first + number, self.count)
        self._file.seek(self._ends[first])
        return self._header + self._file.read(self._ends[last] - self._ends[first])

    def close(self) -> None:
        """Free the disk."""
        self._file.close()

    def _record(self, line: tuple[Value, ...]) -> bytes:
        values = zip(self._plan.columns, line[1:], strict=False)
        return self._line(in_csv(column.field.kind, value) for column, value in values)

    def _line(self, values: Iterable[str]) -> bytes:
        quoted = (f'"{value.replace(chr(34), chr(34) * 2)}"' for value in values)
        return (self._form.delimiter.join(quoted) + self._form.line_end).encode()
