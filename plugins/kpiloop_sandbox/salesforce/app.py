"""The web application: finds the endpoint, checks who calls, counts, waits, answers."""

import re
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from kpiloop_sandbox.salesforce import control
from kpiloop_sandbox.salesforce.calls import Answer, Call, Endpoint
from kpiloop_sandbox.salesforce.errors import ApiError, not_found
from kpiloop_sandbox.salesforce.org import Org
from kpiloop_sandbox.salesforce.routes import (
    collections,
    describing,
    jobs,
    querying,
    records,
    replication,
    tokens,
    versions,
)
from kpiloop_sandbox.serving.answering import answer
from kpiloop_sandbox.serving.back_door import PREFIX

_VERSION = "salesforce.version"
_VERSIONED = re.compile(r"/services/data/v(\d+)\.0(/.*)?")
_OLDEST, _OLDEST_SERVED, _NEWEST = 20, 31, 67
_LONGEST_URI = 16_384
# A fixed segment must come before one that matches anything.
ENDPOINTS: tuple[Endpoint, ...] = (
    *querying.ENDPOINTS,
    *jobs.ENDPOINTS,
    *collections.ENDPOINTS,
    *describing.ENDPOINTS,
    *replication.ENDPOINTS,
    *records.ENDPOINTS,
    *versions.ENDPOINTS,
)
UNVERSIONED: tuple[Endpoint, ...] = (*tokens.ENDPOINTS, *versions.UNVERSIONED)


def application(org: Org) -> ASGIApp:
    """The whole API over one org."""
    versioned, unversioned = _router(ENDPOINTS, org), _router(UNVERSIONED, org)
    controls = Router(routes=control.routes(org), default=_nothing_there)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        match = _VERSIONED.fullmatch(path)
        if path.startswith(PREFIX):
            await controls(scope, receive, send)
        elif match is None:
            await unversioned(scope, receive, send)
        else:
            refusal = _unserved(int(match[1]))
            inner = {**scope, "path": (match[2] or "/").rstrip("/") or "/", _VERSION: match[1]}
            await (_refused(refusal) if refusal else versioned)(inner, receive, send)

    return app


def _router(endpoints: tuple[Endpoint, ...], org: Org) -> Router:
    routes = [Route(each.path, _serve(each, org), methods=[each.method]) for each in endpoints]
    return Router(routes=routes, redirect_slashes=False, default=_nothing_there)


def _unserved(version: int) -> ApiError | None:
    if _OLDEST <= version < _OLDEST_SERVED:
        return ApiError(410, "UNSUPPORTED_API_VERSION", "The API version is not supported")
    return None if _OLDEST_SERVED <= version <= _NEWEST else not_found()


def _serve(endpoint: Endpoint, org: Org) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        org.counters.requests[f"{endpoint.method} {endpoint.path}"] += 1
        respond = partial(_respond, endpoint, org, request)
        return await answer(request, respond, org.options.latency_ms)

    return serve


def _respond(endpoint: Endpoint, org: Org, request: Request, body: bytes) -> Response:
    headers: dict[str, str] = {}
    try:
        _require_short(request)
        if not endpoint.open:
            headers = org.admit(request.headers.get("authorization", ""))
        return _response(endpoint.handler(_call(request, body, org)), headers)
    except ApiError as error:
        return _response(Answer(body=error.body(), status=error.status), headers)


def _require_short(request: Request) -> None:
    size = len(request.url.path) + len(request.url.query)
    if size > _LONGEST_URI:
        raise ApiError(414, "URI_TOO_LONG", "URI Too Long")
    if size + sum(len(name) + len(value) for name, value in request.headers.raw) > _LONGEST_URI:
        raise ApiError(431, "REQUEST_HEADER_FIELDS_TOO_LARGE", "Request Header Fields Too Large")


def _call(request: Request, body: bytes, org: Org) -> Call:
    return Call(
        org=org,
        version=f"{request.scope.get(_VERSION, _NEWEST)}.0",
        path=request.path_params,
        query=dict(request.query_params),
        headers=request.headers,
        body=body,
        base_url=str(request.base_url).rstrip("/"),
    )


def _response(answer: Answer, headers: dict[str, str]) -> Response:
    content = answer.on_wire()
    response = Response(content, answer.status, {**headers, **answer.headers})
    if content:
        response.headers["Content-Type"] = answer.media_type
    return response


def _refused(error: ApiError) -> ASGIApp:
    return _response(Answer(body=error.body(), status=error.status), {})


async def _nothing_there(scope: Scope, receive: Receive, send: Send) -> None:
    await _refused(not_found())(scope, receive, send)
