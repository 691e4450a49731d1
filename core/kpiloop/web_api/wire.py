"""One try of one request over a socket: all of the answer within its time and size, or nothing."""

import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from http.client import HTTPException
from typing import Any, TypeAlias

from requests import PreparedRequest, Request, RequestException, Response
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from kpiloop.errors import UntrustedAnswerError
from kpiloop.web_api import strict_json
from kpiloop.web_api.answer import Answer
from kpiloop.web_api.call import Call, without_secrets
from kpiloop.web_api.faults import explain
from kpiloop.web_api.origin import ca_bundle
from kpiloop.web_api.retry import Failure
from kpiloop.web_api.sockets import TimedAdapter
from kpiloop.web_api.unpack import PackingError, unpacked

_CHUNK = 1 << 18
"""Bytes read from the socket at a time."""
_CONNECT_WITHIN = 10.0
_GOOD = range(200, 300)
_FIRST_ERROR = 400

Begins: TypeAlias = Callable[[Mapping[str, str]], None]
"""Is told the headers of an answer as soon as they are there."""


class Wire:
    """Sends requests through requests' transport, without a session's detours.

    No proxy, netrc or cookie is read from anywhere. Answers are always checked against
    certificates; REQUESTS_CA_BUNDLE or SSL_CERT_FILE may name the company's own.
    """

    def __init__(self, *, system: str, workers: int) -> None:
        self._system = system
        self._adapter = TimedAdapter(workers)
        self._trusted = ca_bundle()
        self._blank = Request("GET", "http://localhost/").prepare()

    def exchange(
        self, call: Call, signature: Mapping[str, str], budget: float, begins: Begins
    ) -> Answer | Failure:
        """Send a request and read its whole answer, in `budget` seconds at most.

        `signature` are the headers with the key; should the vendor quote it, the answer does not.
        `begins` is called when the headers are there, and the body is still on its way.

        Raises:
            UntrustedAnswerError: The answer is too large, or nothing proves who sent it.
            StoreError: The file for the answer's body cannot be written.
        """
        if budget <= 0:
            return Failure(what="no complete answer in time")
        try:
            return self._ask(call, signature, budget, begins)
        except (RequestException, HTTPError, HTTPException, PackingError, OSError) as error:
            reason = explain(error)
        # Raised out here: in there it would carry the library's error, with address and headers.
        if isinstance(reason, Failure):
            return reason
        raise UntrustedAnswerError(
            reason,
            system=self._system,
            method=call.method,
            path=call.path,
            legal="a certificate for this host, issued by an authority that is trusted",
            todo="if your company signs its own, name its file in REQUESTS_CA_BUNDLE",
        )

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()

    def _ask(
        self, call: Call, signature: Mapping[str, str], budget: float, begins: Begins
    ) -> Answer | Failure:
        request = self._prepared(call, signature)
        # requests hands a Timeout on to urllib3; its stubs know numbers only.
        within: Any = Timeout(connect=min(_CONNECT_WITHIN, budget), total=budget)
        with closing(
            self._adapter.send(request, stream=True, timeout=within, verify=self._trusted)
        ) as response:
            begins(response.headers)
            if call.into is not None and response.status_code in _GOOD:
                call.into.restart()
                for chunk in self._chunks(call, response.raw):
                    call.into.write(chunk)
                return self._answer(call, response, b"")
            body = b"".join(self._chunks(call, response.raw))
        if response.status_code >= _FIRST_ERROR:
            body = without_secrets(body, (*_parts(signature), *call.content.secrets))
        answer = self._answer(call, response, body)
        return _cut_off() if _may_be_cut_off(answer) else answer

    def _prepared(self, call: Call, headers: Mapping[str, str]) -> PreparedRequest:
        request = self._blank.copy()
        request.method = call.method
        request.url = call.url
        request.headers.update(headers)
        request.headers.update(call.headers)
        data = call.content.data
        if data is not None:
            request.body = data
            request.headers["Content-Type"] = call.content.kind
        if data is not None or call.method not in {"GET", "HEAD"}:
            request.headers["Content-Length"] = str(len(data or b""))
        return request

    def _chunks(self, call: Call, raw: BaseHTTPResponse) -> Iterator[bytes]:
        size = 0
        packed = iter(lambda: raw.read(_CHUNK, decode_content=False), b"")
        for chunk in unpacked(packed, raw.headers.get("Content-Encoding", "")):
            size += len(chunk)
            if size > call.most:
                raise UntrustedAnswerError(
                    f"the answer is larger than {call.most:,} bytes when unpacked",
                    system=self._system,
                    method=call.method,
                    path=call.path,
                    status=raw.status,
                    todo="ask for smaller pages or fewer fields",
                )
            yield chunk

    def _answer(self, call: Call, response: Response, body: bytes) -> Answer:
        return Answer(
            system=self._system,
            method=call.method,
            path=call.path,
            status=response.status_code,
            headers=response.headers,
            body=body,
        )


def timed() -> float:
    """Seconds of real time: what passes on a socket, whatever clock the rest goes by."""
    return time.monotonic()


def _parts(signature: Mapping[str, str]) -> Iterator[str]:
    """What of a key a vendor may quote: "Bearer abc", "abc", or the password in "Basic …"."""
    for value in signature.values():
        kind, _, key = value.partition(" ")
        yield from (value, key)
        if kind == "Basic":
            yield b64decode(key).decode().partition(":")[2]


def _may_be_cut_off(answer: Answer) -> bool:
    """Whether an answer that only ended because the connection did is not whole."""
    framed = "Content-Length" in answer.headers or "Transfer-Encoding" in answer.headers
    if framed or not answer.body or answer.status >= _FIRST_ERROR:
        return False
    try:
        strict_json.parse(answer.body)
    except strict_json.NotJsonError:
        return not answer.body.lstrip().startswith(b"<")
    return False


def _cut_off() -> Failure:
    return Failure(what="the answer was cut off")
