"""A server on this machine that misbehaves on purpose, over real sockets.

    with FaultServer([too_many("2"), cut_off(), answer({"results": []})]) as server:
        api = Api(server.base_url, …)

Each request gets the next reply; the last one is repeated. `server.received` tells what was asked.
"""

import gzip
import json
import socket
import ssl
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import repeat
from threading import Event, Lock, Thread
from types import TracebackType
from typing import BinaryIO, Literal, Self, TypeAlias

End: TypeAlias = Literal["keep", "close", "reset"]

_JSON = "application/json"
_REASONS = {200: "OK", 302: "Found", 401: "Unauthorized", 429: "Too Many Requests"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it came; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What happens to a request: pieces of bytes, a pause before each, and an end.

    `keep` leaves the connection open for the next request (to hang up on), `close` ends it in
    good order, `reset` tears it down.
    """

    pieces: Iterable[bytes]
    pause: float = 0.0
    end: End = "keep"


Replies: TypeAlias = Sequence[Reply] | Callable[[Received], Reply]


def answer(
    body: object = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    kind: str = _JSON,
    pause: float = 0.0,
) -> Reply:
    """A well-formed answer; bytes are sent as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}
    return Reply(pieces=(head(status, told) + data,), pause=pause)


def too_many(retry_after: str | None = None, *, body: object = None) -> Reply:
    """A 429, with any Retry-After there is: seconds, a date, nonsense or none."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return answer(body, status=429, headers=headers)


def web_page(text: str = "<!doctype html><title>Sign in</title>") -> Reply:
    """A web page with status 200, as login pages and filters send it."""
    return answer(text.encode(), kind="text/html; charset=utf-8")


def redirect(to: str, *, status: int = 302) -> Reply:
    """A redirect to another address."""
    return answer(b"", status=status, headers={"Location": to})


def reset() -> Reply:
    """The connection torn down instead of an answer."""
    return Reply(pieces=(), end="reset")


def hung_up() -> Reply:
    """The connection closed instead of an answer."""
    return Reply(pieces=(), end="close")


def silence(seconds: float) -> Reply:
    """Nothing for so long, then a good answer."""
    return answer({}, pause=seconds)


def dripping_body(*, every: float, body: bytes = b'{"results": []}' + b" " * 10_000) -> Reply:
    """A body that comes byte by byte."""
    start = head(200, {"Content-Type": _JSON, "Content-Length": str(len(body))})
    return Reply(pieces=(start, *(bytes([byte]) for byte in body)), pause=every)


def dripping_headers(*, every: float) -> Reply:
    """Headers that come byte by byte, and never end."""
    return Reply(pieces=(b"HTTP/1.1 200 OK\r\nX-Slow: ", *repeat(b"a", 10_000)), pause=every)


def cut_off(
    by: Literal["length", "chunked", "close"] = "length", body: bytes = b'{"results": [{"id":'
) -> Reply:
    """A body that ends too early, whatever way its end was announced."""
    announced = {"length": {"Content-Length": "1000"}, "chunked": {"Transfer-Encoding": "chunked"}}
    start = head(200, {"Content-Type": _JSON, **announced.get(by, {"Connection": "close"})})
    piece = b"%x\r\n%s\r\n" % (len(body), body) if by == "chunked" else body
    return Reply(pieces=(start + piece,), end="close")


def gzip_bomb(megabytes: int) -> Reply:
    """A small body that unpacks to so many megabytes."""
    return Reply(pieces=_bomb(megabytes), end="close")


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The status line and the headers, with the empty line after them."""
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _bomb(megabytes: int) -> tuple[bytes, ...]:
    # A gzip file may consist of members: one member is packed once and sent again and again.
    member = gzip.compress(b" " * 2**20, 9)
    length = str(len(member) * megabytes)
    told = {"Content-Type": _JSON, "Content-Encoding": "gzip", "Content-Length": length}
    return (head(200, told), *repeat(member, megabytes))


@dataclass
class _Script:
    """Which reply comes next; connections ask at the same time."""

    replies: Replies
    received: list[Received] = field(default_factory=list[Received])
    lock: Lock = field(default_factory=Lock)

    def next(self, request: Received) -> Reply:
        with self.lock:
            at = len(self.received)
            self.received.append(request)
        if callable(self.replies):
            return self.replies(request)
        return self.replies[min(at, len(self.replies) - 1)]


class FaultServer:
    """Serves replies on 127.0.0.1 from the moment it is entered until it is left.

    Args:
        replies: One reply per request, the last for all that follow, or a function of the request.
        tls: Where given, the server speaks TLS with this certificate.
    """

    def __init__(self, replies: Replies, *, tls: ssl.SSLContext | None = None) -> None:
        self._script = _Script(replies)
        self._tls = tls
        self._stopping = Event()
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def received(self) -> list[Received]:
        """The requests up to now, in the order in which they came."""
        with self._script.lock:
            return list(self._script.received)

    @property
    def connections(self) -> int:
        """How many connections were opened up to now."""
        return self._connections

    def __enter__(self) -> Self:
        self._start(self._listen)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join()
        self._listener.close()

    def _start(self, work: Callable[..., None], *given: object) -> None:
        thread = Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections += 1
            self._note(connection)
            self._start(self._serve, connection)

    def _note(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def _serve(self, connection: socket.socket) -> None:
        spoken = connection
        try:
            if self._tls:
                spoken = self._tls.wrap_socket(connection, server_side=True)
                self._note(spoken)
            with spoken.makefile("rb") as stream:
                while not self._stopping.is_set() and self._reply(spoken, stream):
                    pass
        except OSError:
            pass  # the other end has gone, which is often what a test is about
        finally:
            with self._lock:
                self._open -= {connection, spoken}
            spoken.close()
            connection.close()

    def _reply(self, connection: socket.socket, stream: BinaryIO) -> bool:
        """Serve one request; False when the connection is not to be used again."""
        request = _read(stream)
        if request is None:
            return False
        reply = self._script.next(request)
        for piece in reply.pieces:
            if reply.pause and self._stopping.wait(reply.pause):
                return False
            connection.sendall(piece)
        if reply.end == "reset":
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return reply.end == "keep"


def _read(stream: BinaryIO) -> Received | None:
    first = stream.readline().decode("latin-1").split()
    if len(first) < 2:  # noqa: PLR2004 - a method and a target
        return None
    headers: dict[str, str] = {}
    while line := stream.readline().strip().decode("latin-1"):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    path, _, query = first[1].partition("?")
    return Received(method=first[0], path=path, query=query, headers=headers, body=body)
