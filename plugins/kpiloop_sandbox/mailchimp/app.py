"""The web application: finds the endpoint, checks who calls, counts, waits, answers."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from kpiloop_sandbox.mailchimp import control, shelves
from kpiloop_sandbox.mailchimp.account import Account
from kpiloop_sandbox.mailchimp.calls import Call, Endpoint
from kpiloop_sandbox.mailchimp.errors import ApiError, not_allowed, not_found
from kpiloop_sandbox.mailchimp.routes import (
    campaigns,
    lists,
    member_writes,
    members,
    merge_fields,
    more,
    oauth,
    recipients,
    reports,
    root,
    segments,
)
from kpiloop_sandbox.serving.answering import answer

VERSION = "/3.0"
_JSON = "application/json; charset=utf-8"
_PROBLEM = "application/problem+json; charset=utf-8"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ENDPOINTS: tuple[Endpoint, ...] = (
    *root.ENDPOINTS,
    *lists.ENDPOINTS,
    *members.ENDPOINTS,
    *member_writes.ENDPOINTS,
    *merge_fields.ENDPOINTS,
    *segments.ENDPOINTS,
    *campaigns.ENDPOINTS,
    *reports.ENDPOINTS,
    *recipients.ENDPOINTS,
    *more.ENDPOINTS,
    *shelves.ENDPOINTS,
)


def application(account: Account) -> ASGIApp:
    """The whole API over one account."""
    served = [
        Route(VERSION + each.path, _serve(each, account), methods=[each.method])
        for each in ENDPOINTS
    ]
    # A path that is there, asked with another method, is told so in a problem document.
    others = [
        Route(path, _other_method, methods=_METHODS)
        for path in dict.fromkeys(each.path for each in served)
    ]
    return Router(
        routes=[*served, *oauth.routes(account), *control.routes(account), *others],
        redirect_slashes=False,
        default=_nothing_there,
    )


def _serve(endpoint: Endpoint, account: Account) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        account.counters.requests[f"{endpoint.method} {endpoint.path}"] += 1
        if account.is_forbidden():
            return Response("Forbidden", 403, media_type="text/html")
        try:
            account.enter()
        except ApiError as error:
            return refusal(error)
        try:
            respond = partial(_respond, endpoint, account, request)
            return await answer(request, respond, account.options.latency_ms)
        finally:
            account.leave()

    return serve


def _respond(endpoint: Endpoint, account: Account, request: Request, body: bytes) -> Response:
    try:
        account.authenticate(request.headers.get("authorization", ""))
        call = _call(request, body, account)
        made = endpoint.handler(call)
        kind = _JSON if made.body is not None else None
        return Response(made.content(call.selection), made.status, media_type=kind)
    except ApiError as error:
        return refusal(error)


def _call(request: Request, body: bytes, account: Account) -> Call:
    return Call(
        account=account,
        now=account.now(),
        path=request.path_params,
        query=parse_qsl(request.url.query, keep_blank_values=True),
        body=body,
        base=str(request.url.replace(query="")),
    )


def refusal(error: ApiError) -> Response:
    """The problem document of a refusal."""
    return Response(json.dumps(error.body()).encode(), error.status, media_type=_PROBLEM)


async def _nothing_there(scope: Scope, receive: Receive, send: Send) -> None:
    await refusal(not_found())(scope, receive, send)


async def _other_method(_request: Request) -> Response:
    return refusal(not_allowed())
