"""Statements that run again and again: their text is parsed once."""

from collections.abc import Mapping

from duckdb import DuckDBPyConnection, Statement


class Statements:
    """Runs statements by their text; a long one costs as much to parse as to run."""

    def __init__(self) -> None:
        self._parsed: dict[str, Statement] = {}

    def execute(
        self, writer: DuckDBPyConnection, text: str, known: Mapping[str, object]
    ) -> DuckDBPyConnection:
        """Run one statement with its parameters."""
        if text not in self._parsed:
            (self._parsed[text],) = writer.extract_statements(text)
        return writer.execute(self._parsed[text], known)
