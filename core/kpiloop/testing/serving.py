"""What the servers of this package have in common: they last as long as a block."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self


class Serving:
    """Serves from the moment it is entered until it is left.

    Args:
        server: What listens meanwhile.
    """

    def __init__(self, server: AbstractContextManager[object]) -> None:
        self._listening = server

    def __enter__(self) -> Self:
        self._listening.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listening.__exit__(kind, error, trace)
        self._leave(is_well=error is None)

    def _leave(self, *, is_well: bool) -> None:
        """What is looked at, told or kept when nothing listens any more.

        Args:
            is_well: Whether the block ended without an error.
        """
