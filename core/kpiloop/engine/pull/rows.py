"""Pages taken apart into rows."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from pydantic import TypeAdapter

from kpiloop.errors import UntrustedAnswerError
from kpiloop.web_api.page import Page

_ANYTHING: TypeAdapter[object] = TypeAdapter(object)


def rows_of(page: Page, *, source: str, stream: str) -> Sequence[object]:
    """The rows of a page, each as the vendor sent it.

    Raises UntrustedAnswerError where the page is no JSON or has no list at the place of its rows.
    """
    if page.body is None:
        return page.items or ()
    found = _parse(page.body, source, stream)
    for key in page.rows_at.split(".") if page.rows_at else ():
        found = found.get(key) if _is_object(found) else None
    if not _is_list(found):
        place = f"at {page.rows_at}" if page.rows_at else "in it"
        raise _untrusted(source, stream, f"a page has no list of rows {place}")
    return found


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
        legal="JSON with a list of rows",
        todo="pull again; if it stays, look for a newer version of the connector",
    )


def _is_object(value: object) -> TypeGuard[Mapping[Any, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list)
