"""The result of a Bulk query: CSV on disk, of which any span of records can be read at once."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile

from kpiloop_sandbox.salesforce.soql.compile import Plan
from kpiloop_sandbox.salesforce.values import Value, csv_writer

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
        self._between, self._end = f'"{form.delimiter}"', form.line_end
        self._writers = tuple(csv_writer(column.field.kind) for column in plan.columns)
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
                record = self._record(line[1:])
                self._file.write(record)
                self._ends.append(self._ends[-1] + len(record))

    def span(self, first: int, number: int) -> bytes:
        """At most so many records from one place on, with the header."""
        last = min(first + number, self.count)
        self._file.seek(self._ends[first])
        return self._header + self._file.read(self._ends[last] - self._ends[first])

    def close(self) -> None:
        """Free the disk."""
        self._file.close()

    def _record(self, values: Iterable[Value]) -> bytes:
        return self._line(write(value) for write, value in zip(self._writers, values, strict=False))

    def _line(self, values: Iterable[str]) -> bytes:
        return f'"{self._between.join(values)}"{self._end}'.encode()
