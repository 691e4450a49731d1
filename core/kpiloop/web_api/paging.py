"""From page to page by the vendor's own cursor, which is never guessed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from kpiloop.errors import UntrustedAnswerError
from kpiloop.web_api.answer import Answer
from kpiloop.web_api.origin import Params
from kpiloop.web_api.page import Checkpoint, Page

MOST_EMPTY_PAGES = 10
"""Pages without a row that are followed before a vendor's cursor is taken for broken."""
_LOOKED_INTO = 4096
"""Bytes of a body up to which it is looked into for rows; a larger one is not empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Where a vendor puts rows and cursor, and how it wants the cursor back.

    Attributes:
        rows: The dotted path of the list of rows; empty where the body is the list.
        cursor: The dotted path of the next cursor, or of the link to the next page.
        cursor_param: The parameter that takes the cursor; empty where it is always a link.
        of: The wire model that reads the rows.
    """

    rows: str
    cursor: str
    cursor_param: str = "after"
    of: type[BaseModel] | None = None

    def is_link(self, cursor: str) -> bool:
        """Whether a cursor is an address to follow rather than a value to send back."""
        return not self.cursor_param or cursor.startswith(("https://", "http://"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How pages are got.

    Attributes:
        ask: Gets a page of the path that was asked first, with these parameters besides its own.
        follow: Gets what a link leads to.
    """

    ask: Callable[[Params], Answer]
    follow: Callable[[str], Answer]


def walk(ways: Ways, paging: Paging, start: Checkpoint) -> Iterator[Page]:
    """The pages from `start` to the last; each one's checkpoint is the cursor of the next."""
    cursor = None if start is None else _text_of(start)
    seen = {cursor}
    empty = 0
    while True:
        answer = _fetched(ways, paging, cursor)
        cursor = _next_cursor(answer, paging)
        yield Page.json(answer.body, rows=paging.rows, of=paging.of, checkpoint=cursor)
        if cursor is None:
            return
        empty = empty + 1 if _is_empty(answer, paging.rows) else 0
        _guard(answer, repeated=cursor in seen, empty=empty)
        seen.add(cursor)


def _fetched(ways: Ways, paging: Paging, cursor: str | None) -> Answer:
    if cursor is None:
        return ways.ask({})
    if paging.is_link(cursor):
        return ways.follow(cursor)
    return ways.ask({paging.cursor_param: cursor})


def _next_cursor(answer: Answer, paging: Paging) -> str | None:
    found = answer.find(paging.cursor)
    if found is None or found == "" or found is False:
        return None
    if isinstance(found, str | int) and not isinstance(found, bool):
        return str(found)
    raise answer.error(
        UntrustedAnswerError,
        f"the next cursor at {paging.cursor!r} is neither a text nor a number",
        todo="the vendor's paging has changed: look for a newer version of the connector",
    )


def _text_of(start: Checkpoint) -> str:
    if isinstance(start, str | int) and not isinstance(start, bool):
        return str(start)
    raise TypeError("a checkpoint of pages is the text or number of a cursor")


def _is_empty(answer: Answer, rows: str) -> bool:
    if len(answer.body) > _LOOKED_INTO:
        return False
    found = answer.find(rows) if rows else answer.json()
    return not found


def _guard(answer: Answer, *, repeated: bool, empty: int) -> None:
    if repeated:
        raise answer.error(
            UntrustedAnswerError,
            "the next cursor is one that was followed before: this would go on for ever",
            todo="try again later; if it stays, tell the vendor that its paging repeats itself",
        )
    if empty > MOST_EMPTY_PAGES:
        raise answer.error(
            UntrustedAnswerError,
            f"more than {MOST_EMPTY_PAGES} pages in a row have no rows, and still there is a next",
            todo="ask for a smaller range, or try again later",
        )
