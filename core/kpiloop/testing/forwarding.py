"""Passing requests on to another server, as the proxies of this package do."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from kpiloop.testing.fault_server import Received

_TIMEOUT = 30.0
_OF_ONE_CONNECTION = {
    "accept-encoding",
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "transfer-encoding",
}
_OF_THE_BODY = {"content-encoding"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a server answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


class Upstream:
    """The server behind a proxy.

    Links to itself in what it answers are made to lead to the proxy: whoever follows them stays on
    this side of it.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        parts = urlsplit(self.base_url)
        self._host = parts.netloc
        self.root = f"{parts.scheme}://{parts.netloc}"
        self._is_secure = parts.scheme == "https"

    def ask(self, request: Received, *, seen_as: str) -> Answered:
        """The answer to a request; `seen_as` is the address of the proxy.

        Raises OSError where the server cannot be reached or breaks off.
        """
        connection = self._connect()
        target = f"{request.path}?{request.query}" if request.query else request.path
        headers = {
            **{k: v for k, v in request.headers.items() if k not in _OF_ONE_CONNECTION},
            "Host": self._host,
            "Accept-Encoding": "identity",
        }
        try:
            connection.request(request.method, target, request.body or None, headers)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            body = answer.read()
        except HTTPException as error:
            raise ConnectionError(f"{self.root} broke off its answer") from error
        finally:
            connection.close()
        kept = {
            name: value.replace(self.root, seen_as)
            for name, value in told.items()
            if name not in _OF_ONE_CONNECTION
        }
        if not _OF_THE_BODY & kept.keys():
            body = self._relinked(body, seen_as)
        return Answered(status=answer.status, headers=kept, body=body)

    def _relinked(self, body: bytes, seen_as: str) -> bytes:
        """JSON may spell the slashes of a link with backslashes."""
        body = body.replace(self.root.encode(), seen_as.encode())
        return body.replace(_escaped(self.root), _escaped(seen_as))

    def _connect(self) -> HTTPConnection:
        if self._is_secure:
            trusted = ssl.create_default_context()
            return HTTPSConnection(self._host, timeout=_TIMEOUT, context=trusted)
        return HTTPConnection(self._host, timeout=_TIMEOUT)


def _escaped(address: str) -> bytes:
    return address.replace("/", "\\/").encode()
