"""Connections on which a whole answer has a deadline, not only the wait for its next byte.

A timeout of requests is the longest silence between two bytes: a server that drips one byte
every few seconds outlasts it for hours, in the headers as in the body. Here every read from the
socket waits no longer than what is left of the answer's time.
"""

import io
import time
from http.client import HTTPResponse
from socket import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import Retry

LONGEST_SILENCE = 60.0
"""Seconds after which a mute server is given up, whatever is left of the answer's time."""


class _Timed(io.RawIOBase):
    """A socket's reading end that keeps a deadline over all its reads."""

    def __init__(self, source: io.RawIOBase, sock: socket, budget: float) -> None:
        super().__init__()
        self._source = source
        self._sock = sock
        self._deadline = time.monotonic() + budget
        # Half of a short budget: a request may have a second try after a mute server.
        self._silence = min(LONGEST_SILENCE, budget / 2)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer's time is up")
        self._sock.settimeout(min(left, self._silence))
        return self._source.readinto(buffer)

    def close(self) -> None:
        self._source.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """Reads status, headers and body within the budget that is the socket's timeout."""

    def __init__(
        self, sock: socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        budget = sock.gettimeout()
        if budget is not None:
            self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock, budget))


class _Connection(HTTPConnection):
    response_class = _TimedResponse


class _TlsConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls: Any = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls: Any = _TlsConnection


class TimedAdapter(HTTPAdapter):
    """requests' transport with such connections, keeping `workers` of them open per host.

    It retries nothing by itself: urllib3 would seize every 429 or 503 with a Retry-After.
    """

    def __init__(self, workers: int) -> None:
        never = Retry(0, read=False, respect_retry_after_header=False)
        super().__init__(pool_connections=4, pool_maxsize=workers, max_retries=never)

    def init_poolmanager(self, *sizes: Any, **options: Any) -> None:
        """Have requests make its pools of our kind."""
        super().init_poolmanager(*sizes, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
