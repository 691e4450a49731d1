"""The guard under which statements made of packs run: one statement at a time, and never for ever.

That they reach no file and no network, and change no setting, is the warehouse's own guard.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer

from duckdb import DuckDBPyConnection, InterruptException

from kpiloop.errors import DefinitionError

TIME_LIMIT = 600.0
"""Seconds that one statement may take, where nothing else is asked for."""

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What runs the statements of one computation."""

    connection: DuckDBPyConnection
    time_limit: float = TIME_LIMIT
    """Seconds that one statement may take."""

    def rows(self, statement: str, of: Sequence[str]) -> list[Row]:
        """The rows of one statement; `of` names the measures or KPIs that it computes.

        Raises DefinitionError where it takes longer than the limit.
        """
        (single,) = self.connection.extract_statements(statement)
        with self._limited(of):
            return self.connection.execute(single).fetchall()

    def run(self, statement: str, of: Sequence[str]) -> None:
        """Run one statement whose rows nobody asks for; else as `rows`."""
        self.rows(statement, of)

    @contextmanager
    def _limited(self, of: Sequence[str]) -> Generator[None]:
        timer = Timer(self.time_limit, self.connection.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        except InterruptException as error:
            raise DefinitionError(
                f"computing {', '.join(of)} takes longer than {self.time_limit:g} s",
                todo="look for what makes it so much work: a filter, or a cut with very many "
                "values; or compute it where the machine has less to do",
            ) from error
        finally:
            timer.cancel()
