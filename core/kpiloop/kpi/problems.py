"""Reporting everything that is wrong with a set of definitions at once."""

from collections.abc import Generator
from contextlib import contextmanager

from kpiloop.errors import DefinitionError


class Problems:
    """Collects what is wrong, so that one reads it all before the next try."""

    def __init__(self) -> None:
        self._found: list[DefinitionError] = []
        self.broken: set[str] = set()
        """The names of definitions that have a problem."""

    @contextmanager
    def collected(self, name: str) -> Generator[None, None, None]:
        """Keeps a DefinitionError of its body for later, and whose it is."""
        try:
            yield
        except DefinitionError as problem:
            self._found.append(problem)
            self.broken.add(name)

    def add(self, problem: DefinitionError) -> None:
        """Keeps a problem for later."""
        self._found.append(problem)

    def raise_all(self) -> None:
        """Raises the only problem as it is, several as one error that holds them all."""
        if len(self._found) == 1:
            raise self._found[0]
        if self._found:
            listed = "\n\n".join(str(problem) for problem in self._found)
            raise DefinitionError(f"{len(self._found)} definitions are not legal\n\n{listed}")
