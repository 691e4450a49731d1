"""Signed addresses: the query of a file's name may be as good as a key, and is never shown."""

import re

from kpiloop import (
    CredentialError,
    KpiloopError,
    NotFoundError,
    RefusedError,
    ScopeError,
    UnavailableError,
)
from kpiloop.web_api import Answer

_NO_KEY = 401
_FORBIDDEN = 403
_MISSING = frozenset({404, 410})
_LATER = frozenset({423, 429})
_SERVER_ERROR = 500


def without_query(file: str) -> str:
    """The path of a file below an address: what may be shown and stored of it."""
    return re.split(r"[?#]", file, maxsplit=1)[0]


def refusal(answer: Answer) -> KpiloopError:
    """What a server's refusal means; its words are left out, for they may repeat the query."""
    said = f"status {answer.status}"
    where = f"{answer.system} {answer.method} {answer.path}"
    if answer.status == _NO_KEY:
        todo = "set the token of this source, or a signed address, anew"
        return CredentialError(
            f"the server does not accept the key: {said}", where=where, todo=todo
        )
    if answer.status == _FORBIDDEN:
        todo = "sign the address anew where it has run out, or give the token the right to read it"
        return ScopeError(f"the server does not give the file: {said}", where=where, todo=todo)
    if answer.status in _MISSING:
        return answer.error(NotFoundError, f"there is no such file: {said}", todo="correct file")
    if answer.status in _LATER or answer.status >= _SERVER_ERROR:
        return answer.error(UnavailableError, said)
    return answer.error(RefusedError, f"the server refuses: {said}", todo="correct file")
