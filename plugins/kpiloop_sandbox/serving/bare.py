"""A bare HTTP/1.1 server for benchmarks: what a client of an API sends, and nothing more.

It costs so little itself that a benchmark measures the client alone. It runs in a process of its
own: `ServerProcess` starts one, whose program ends in `serve`.
"""

import asyncio
import re
import select
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self, TypeAlias

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"
_REASONS = {200: b"OK", 404: b"Not Found", 429: b"Too Many Requests"}
_START_SECONDS = 30


class Reply(NamedTuple):
    """An answer: a body of JSON, and its status."""

    body: bytes
    status: int = 200


Respond: TypeAlias = Callable[[str, bytes], Reply]
"""What answers a request for a path with its query, and a body."""


class ServerProcess:
    """A benchmark server in a process of its own; it ends with the block that it is used in."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self.base_url = ""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], _START_SECONDS)
        self.base_url = self._process.stdout.readline().strip() if ready else ""
        if not self.base_url:
            self.__exit__()
            raise RuntimeError("The benchmark server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()
            self._process = None


def serve(respond: Respond, *, port: int = 0, latency_seconds: float = 0) -> None:
    """Serve until the standard input closes, so that no server outlives its benchmark."""
    asyncio.run(_serve(respond, port, latency_seconds))


async def _serve(respond: Respond, port: int, latency_seconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Connection(respond, latency_seconds), "127.0.0.1", port
    )
    host, bound = server.sockets[0].getsockname()
    sys.stdout.write(f"http://{host}:{bound}\n")
    sys.stdout.flush()
    async with server:
        await loop.run_in_executor(None, sys.stdin.read)


class _Connection(asyncio.Protocol):
    """One client's connection; answers keep the order of the requests."""

    def __init__(self, respond: Respond, latency_seconds: float) -> None:
        self._respond = respond
        self._latency_seconds = latency_seconds
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._buffer += data
        while (end := self._buffer.find(_HEAD_END)) >= 0:
            head = bytes(self._buffer[:end])
            length = _LENGTH.search(head)
            start = end + len(_HEAD_END)
            stop = start + (int(length[1]) if length else 0)
            if len(self._buffer) < stop:
                return
            body = bytes(self._buffer[start:stop])
            del self._buffer[:stop]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        _, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
        content, status = self._respond(target, body)
        answer = b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
        self._send(answer % (status, _REASONS[status], len(content), content))

    def _send(self, answer: bytes) -> None:
        if self._latency_seconds:
            asyncio.get_running_loop().call_later(self._latency_seconds, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)
