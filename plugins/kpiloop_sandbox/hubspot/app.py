"""The web application: finds the endpoint, checks who calls, counts, waits, answers."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from kpiloop_sandbox.hubspot import control
from kpiloop_sandbox.hubspot.account import Account
from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.errors import ApiError, not_found
from kpiloop_sandbox.hubspot.paths import versioned
from kpiloop_sandbox.hubspot.routes import (
    associations,
    batches,
    campaigns,
    currencies,
    email_events,
    emails,
    events,
    forms,
    objects,
    owners,
    properties,
    search,
    tokens,
    traffic,
)

_JSON = "application/json;charset=utf-8"
_CLIENT_LEFT = 499
_VERSION = "hubspot.version"
_PUBLIC_PATH = "hubspot.path"
# A fixed segment must come before one that matches anything: /groups before /{name}.
ENDPOINTS: tuple[Endpoint, ...] = (
    *batches.ENDPOINTS,
    *search.ENDPOINTS,
    *objects.ENDPOINTS,
    *associations.ENDPOINTS,
    *properties.ENDPOINTS,
    *owners.ENDPOINTS,
    *campaigns.ENDPOINTS,
    *forms.ENDPOINTS,
    *emails.ENDPOINTS,
    *email_events.ENDPOINTS,
    *events.ENDPOINTS,
    *traffic.ENDPOINTS,
    *currencies.ENDPOINTS,
    *tokens.ENDPOINTS,
)


def application(account: Account) -> ASGIApp:
    """The whole API over one account."""
    router = Router(
        routes=[
            Route(each.path, _serve(each, account), methods=[each.method]) for each in ENDPOINTS
        ],
        redirect_slashes=False,
        default=_nothing_there,
    )
    controls = Router(routes=control.routes(account), default=_nothing_there)
    return _unversioned(router, controls)


def _unversioned(router: ASGIApp, controls: ASGIApp) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(control.PREFIX):
            await controls(scope, receive, send)
            return
        parts = versioned(scope["path"])
        if parts is None:
            await _nothing_there(scope, receive, send)
            return
        inner = {
            **scope,
            "path": parts.path,
            _VERSION: parts.version,
            _PUBLIC_PATH: scope["path"],
        }
        await router(inner, receive, send)

    return app


def _serve(endpoint: Endpoint, account: Account) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        account.counters.requests[f"{endpoint.method} {endpoint.path}"] += 1
        headers: dict[str, str] = {}
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(status_code=_CLIENT_LEFT)
        try:
            call = _call(request, body, account)
            if not endpoint.open:
                caller = account.caller(request.headers.get("authorization", ""))
                headers = account.admit(caller, search=endpoint.search)
                account.refuse_retired(endpoint.path)
                account.require(caller, endpoint.needed_scope(call))
            answer = endpoint.handler(call)
            response = _response(answer.content(), answer.status, headers)
        except ApiError as error:
            response = _refusal(error, headers)
        if account.options.latency_ms:
            await asyncio.sleep(account.options.latency_ms / 1_000)
        return response

    return serve


def _call(request: Request, body: bytes, account: Account) -> Call:
    base = str(request.base_url).rstrip("/")
    return Call(
        account=account,
        now=account.now_ms(),
        version=request.scope[_VERSION],
        path=request.path_params,
        query=parse_qsl(request.url.query, keep_blank_values=True),
        body=body,
        url=base + request.scope[_PUBLIC_PATH],
    )


def _response(content: bytes, status: int, headers: dict[str, str]) -> Response:
    response = Response(content, status, headers)
    if content:
        response.headers["Content-Type"] = _JSON
    return response


def _refusal(error: ApiError, headers: dict[str, str]) -> Response:
    return _response(Answer(body=error.body()).content(), error.status, headers)


async def _nothing_there(scope: Scope, receive: Receive, send: Send) -> None:
    await _refusal(not_found(), {})(scope, receive, send)
