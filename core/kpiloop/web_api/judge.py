"""What an answer means: use it, try again, or which error it is."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from kpiloop.errors import (
    CredentialError,
    KpiloopError,
    NotFoundError,
    RefusedError,
    ScopeError,
    UnavailableError,
    UntrustedAnswerError,
)
from kpiloop.web_api.answer import Answer, vendor_message
from kpiloop.web_api.retry import NOTHING_DONE, REPEATED, Failure, retry_after

Refusals: TypeAlias = Callable[[Answer], KpiloopError | None]
"""What a connector knows about its vendor's error answers (status 400 and above).

It returns the error that the answer means, or None where the common rules are right. An
UnavailableError has the request tried again; every other error is final.
"""

UNAUTHORIZED = 401
_FORBIDDEN = 403
_MISSING = frozenset({404, 410})
_FIRST_ERROR = 400


def no_refusals(answer: Answer) -> None:
    """The common rules are right for every answer."""


def judge(answer: Answer, refusals: Refusals, *, now: datetime, cap: float) -> Answer | Failure:
    """The answer where it can be used, or the failure that calls for another try.

    Raises:
        KpiloopError: What the vendor means by an answer that will not get better.
    """
    if answer.status < _FIRST_ERROR:
        _check_format(answer)
        return answer
    known = _known(answer, refusals)
    if known is not None and not isinstance(known, UnavailableError):
        raise known
    if known is None and answer.status not in REPEATED:
        raise _refusal(answer)
    return Failure(
        what=known.what if known else _said(answer),
        status=answer.status,
        after=retry_after(answer.headers, now=now, cap=cap),
        nothing_done=answer.status in NOTHING_DONE,
    )


def _known(answer: Answer, refusals: Refusals) -> KpiloopError | None:
    """What the connector makes of it; nothing where it could not read a body of no format."""
    try:
        return refusals(answer)
    except UntrustedAnswerError:
        return None


def _check_format(answer: Answer) -> None:
    kind = answer.headers.get("Content-Type", "").lower()
    if "html" in kind or answer.body[:64].lstrip().startswith(b"<"):
        raise answer.error(
            UntrustedAnswerError,
            f"status {answer.status} came with a web page instead of data",
            todo="check the source's address, and whether a login page or a filter stands between",
        )


def _refusal(answer: Answer) -> KpiloopError:
    where = f"{answer.system} {answer.method} {answer.path}"
    said = _said(answer)
    if answer.status == UNAUTHORIZED:
        return CredentialError(
            f"{answer.system} does not accept the key: {said}",
            where=where,
            todo=f"make a new key in {answer.system} and set it for this source",
        )
    if answer.status == _FORBIDDEN:
        return ScopeError(
            f"the key may not do this: {said}",
            where=where,
            todo=f"give the key the missing right in {answer.system}, then run again",
        )
    if answer.status in _MISSING:
        return answer.error(NotFoundError, f"there is no such thing: {said}")
    return answer.error(RefusedError, f"{answer.system} refuses: {said}")


def _said(answer: Answer) -> str:
    message = vendor_message(answer)
    return f"status {answer.status}: {message}" if message else f"status {answer.status}"
