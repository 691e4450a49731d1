"""Pages taken apart into rows."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from pydantic import TypeAdapter

from kpiloop.engine.pull.csv_text import NotCsvError, parse_csv
from kpiloop.errors import UntrustedAnswerError
from kpiloop.web_api.page import Page

_ANYTHING: TypeAdapter[object] = TypeAdapter(object)
_ITEM_BYTES = 1_000
"""What a row in Python takes, as a guess."""


def weight_of(page: Page) -> int:
    """About how many bytes of memory a page takes."""
    return len(page.body or b"") + len(page.items or ()) * _ITEM_BYTES


def rows_of(page: Page, *, source: str, stream: str) -> Sequence[object]:
    """The rows of a page, each as the vendor sent it, with what the page adds; skipped ones too.

    Raises UntrustedAnswerError where the page is neither JSON with a list at the place of its rows
    nor CSV with names of columns.
    """
    if page.body is None:
        return page.items or ()
    if page.is_csv:
        return _parse_csv(page.body, source, stream)
    found = _parse(page.body, source, stream)
    for key in page.rows_at.split(".") if page.rows_at else ():
        found = found.get(key) if _is_object(found) else None
    if not _is_list(found):
        place = f"at {page.rows_at}" if page.rows_at else "in it"
        raise _untrusted(source, stream, f"a page has no list of rows {place}")
    if page.adds:
        return [{**row, **page.adds} if _is_object(row) else row for row in found]
    return found


def _parse_csv(body: bytes, source: str, stream: str) -> Sequence[object]:
    try:
        return parse_csv(body).as_objects()
    except NotCsvError as error:
        reason = str(error)
    raise _untrusted(source, stream, f"a page is not CSV: {reason}")


def _parse(body: bytes, source: str, stream: str) -> object:
    try:
        return _ANYTHING.validate_json(body)
    except ValueError:
        pass
    try:  # more patient: it lets half a surrogate pair through, which costs only its own row
        parsed: object = json.loads(body)
    except (ValueError, RecursionError):
        raise _untrusted(source, stream, "a page is not JSON") from None
    return parsed


def _untrusted(source: str, stream: str, what: str) -> UntrustedAnswerError:
    return UntrustedAnswerError(
        f"stream {stream}: {what}",
        system=source,
        legal="JSON with a list of rows, or CSV with names of columns",
        todo="pull again; if it stays, look for a newer version of the connector",
    )


def _is_object(value: object) -> TypeGuard[Mapping[Any, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list)
