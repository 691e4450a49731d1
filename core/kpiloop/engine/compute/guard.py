"""The guard under which statements made of packs run: one statement at a time, and never for ever.

That they reach no file and no network, and change no setting, is the warehouse's own guard.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from duckdb import DuckDBPyConnection, InterruptException

from kpiloop.errors import DefinitionError

TIME_LIMIT = 600.0
"""Seconds that one statement may take, where nothing else is asked for."""

_AGAIN = 0.05
"""Seconds."""

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What runs the statements of one computation."""

    connection: DuckDBPyConnection
    time_limit: float = TIME_LIMIT
    """Seconds that one statement may take."""

    def rows(self, statement: str, of: Sequence[str]) -> list[Row]:
        """The rows of one statement; `of` names the measures or KPIs that it computes.

        Raises DefinitionError where it takes longer than the limit, or is not one statement.
        """
        statements = self.connection.extract_statements(statement)
        if len(statements) != 1:
            raise DefinitionError(
                f"computing {', '.join(of)} would run {len(statements)} statements at once",
                legal="one statement",
            )
        with self._limited(of):
            return self.connection.execute(statements[0]).fetchall()

    def run(self, statement: str, of: Sequence[str]) -> None:
        """Run one statement whose rows nobody asks for; else as `rows`."""
        self.rows(statement, of)

    @contextmanager
    def _limited(self, of: Sequence[str]) -> Generator[None]:
        done = Event()
        watch = Thread(target=self._interrupt_unless, args=(done,), daemon=True)
        watch.start()
        try:
            yield
        except InterruptException as error:
            raise DefinitionError(
                f"computing {', '.join(of)} takes longer than {self.time_limit:g} s",
                todo="look for what makes it so much work: a filter, or a cut with very many "
                "values; or compute it where the machine has less to do",
            ) from error
        finally:
            done.set()
            watch.join()

    def _interrupt_unless(self, done: Event) -> None:
        """Interrupt at the limit, and again: an interrupt between two steps is not noticed."""
        patience = self.time_limit
        while not done.wait(patience):
            self.connection.interrupt()
            patience = _AGAIN
