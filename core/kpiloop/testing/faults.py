"""What may happen to a request on its way through a `FaultProxy`, and when."""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import TypeAlias

from kpiloop.testing.fault_server import Received, Reply, head, hung_up
from kpiloop.testing.forwarding import Answered

Forward: TypeAlias = Callable[[], Answered]
"""Has the server behind the proxy carry out the request; its answer."""

Fault: TypeAlias = Callable[[Received, Forward], Reply | None]
"""What happens to a request; None: nothing, it is passed on."""

_WITHOUT_BODY = {204, 304}


def instead(reply: Reply) -> Fault:
    """The server never hears of the request; the client gets this reply."""
    return lambda _request, _forward: reply


def lost_answer(_request: Received, forward: Forward) -> Reply:
    """The server carries the request out, but the connection is gone before it can say so."""
    forward()
    return hung_up()


def cut_answer(_request: Received, forward: Forward) -> Reply:
    """The connection ends in the middle of the answer's body."""
    whole = as_reply(forward())
    text = b"".join(whole.pieces)
    start = text.index(b"\r\n\r\n") + 4
    return Reply(pieces=(text[: start + (len(text) - start) // 2],), end="close")


def slow_answer(seconds: float) -> Fault:
    """The answer comes in ten pieces, with a pause before each."""

    def slowly(_request: Received, forward: Forward) -> Reply:
        text = b"".join(as_reply(forward()).pieces)
        size = len(text) // 10 + 1
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        return Reply(pieces=pieces, pause=seconds)

    return slowly


def changed_answer(change: Callable[[Answered], Answered]) -> Fault:
    """The client gets the server's answer as `change` makes it."""
    return lambda _request, forward: as_reply(change(forward()))


def meanwhile(deed: Callable[[], object]) -> Fault:
    """Somebody does something right before the request is carried out."""

    def do(_request: Received, _forward: Forward) -> None:
        deed()

    return do


class Sometimes:
    """A fault that strikes every so-manieth request, and never the same request twice."""

    def __init__(self, fault: Fault, *, every: int = 3) -> None:
        self.struck = 0
        self._fault = fault
        self._every = every
        self._count = 0
        self._known: set[tuple[str, str, str, bytes]] = set()
        self._lock = Lock()

    def __call__(self, request: Received, forward: Forward) -> Reply | None:
        """Strike, or let the request pass."""
        return self._fault(request, forward) if self._strikes(request) else None

    def _strikes(self, request: Received) -> bool:
        key = (request.method, request.path, request.query, request.body)
        with self._lock:
            if key in self._known:
                return False
            self._known.add(key)
            self._count += 1
            strikes = (self._count - 1) % self._every == 0
            self.struck += strikes
            return strikes


class At:
    """A fault that strikes the requests of these numbers; the first is 1."""

    def __init__(self, numbers: Iterable[int], fault: Fault) -> None:
        self._numbers = frozenset(numbers)
        self._fault = fault
        self._count = 0
        self._lock = Lock()

    def __call__(self, request: Received, forward: Forward) -> Reply | None:
        """Strike, or let the request pass."""
        with self._lock:
            self._count += 1
            strikes = self._count in self._numbers
        return self._fault(request, forward) if strikes else None


class From:
    """A fault that strikes every request from one number on; the first is 1."""

    def __init__(self, number: int, fault: Fault) -> None:
        self._number = number
        self._fault = fault
        self._count = 0
        self._lock = Lock()

    def __call__(self, request: Received, forward: Forward) -> Reply | None:
        """Strike, or let the request pass."""
        with self._lock:
            self._count += 1
            strikes = self._count >= self._number
        return self._fault(request, forward) if strikes else None


def as_reply(answered: Answered) -> Reply:
    """An answer as it is sent on."""
    told = dict(answered.headers)
    if answered.status not in _WITHOUT_BODY:
        told["content-length"] = str(len(answered.body))
    return Reply(pieces=(head(answered.status, told) + answered.body,))
