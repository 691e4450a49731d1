"""What went wrong on the way, said without the address, header or key that libraries quote."""

import ssl
from collections.abc import Iterator

from urllib3.exceptions import (
    ConnectTimeoutError,
    IncompleteRead,
    InvalidChunkLength,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from kpiloop.web_api.retry import Failure
from kpiloop.web_api.unpack import PackingError

# The first that fits holds: urllib3's kinds of "no connection" are kinds of "no answer in time".
_KNOWN: tuple[tuple[tuple[type[BaseException], ...], Failure], ...] = (
    (
        (NameResolutionError,),
        Failure(what="the host's name cannot be resolved", nothing_done=True),
    ),
    ((NewConnectionError,), Failure(what="the connection was refused", nothing_done=True)),
    ((ConnectTimeoutError,), Failure(what="no connection in time", nothing_done=True)),
    ((ReadTimeoutError, TimeoutError), Failure(what="no complete answer in time")),
    ((IncompleteRead, InvalidChunkLength), Failure(what="the answer was cut off")),
    ((ConnectionError,), Failure(what="the connection was reset")),
    ((ssl.SSLError,), Failure(what="the encrypted connection broke")),
)


def explain(error: Exception) -> Failure | str:
    """The failure behind a library's error; a text where another try cannot help."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the host cannot prove who it is: {cause.verify_message}"
    for kinds, failure in _KNOWN:
        if any(isinstance(cause, kinds) for cause in causes):
            return failure
    if isinstance(error, PackingError):
        return Failure(what=str(error))
    return Failure(what=f"the answer cannot be read as HTTP ({type(causes[-1]).__name__})")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and everything that it wraps, outermost first, each once."""
    todo: list[object] = [error]
    seen: set[int] = set()
    while todo:
        one = todo.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            todo += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
