"""`/_sandbox/…`: what tests and demos do to the org behind the API's back.

GET    /_sandbox/stats             counters since the last reset
POST   /_sandbox/reset             counters and the day's calls afresh
PATCH  /_sandbox/options           members of SandboxOptions, in JSON
POST   /_sandbox/sessions/end      every session of the client app is over
"""

from collections.abc import Callable
from dataclasses import asdict, fields

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kpiloop_sandbox.salesforce.errors import ApiError, bad_json
from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.org import Counters, Org

PREFIX = "/_sandbox"
_OPTIONS = TypeAdapter(SandboxOptions)
_GIVEN = TypeAdapter(dict[str, object])
_Handler = Callable[[Org, Request, bytes], object]


def routes(org: Org) -> list[Route]:
    """The control endpoints of one org; they need no session and count against no limit."""
    table: tuple[tuple[str, str, _Handler], ...] = (
        ("GET", f"{PREFIX}/stats", _stats),
        ("POST", f"{PREFIX}/reset", _reset),
        ("PATCH", f"{PREFIX}/options", _options),
        ("POST", f"{PREFIX}/sessions/end", _end_sessions),
    )
    return [Route(path, _serve(handler, org), methods=[verb]) for verb, path, handler in table]


def _serve(handler: _Handler, org: Org) -> Callable[..., object]:
    async def serve(request: Request) -> Response:
        body = await request.body()
        try:
            return JSONResponse(handler(org, request, body))
        except ApiError as error:
            return JSONResponse(error.body(), error.status)

    return serve


def _stats(org: Org, _request: Request, _body: bytes) -> object:
    return org.counters.as_json()


def _reset(org: Org, _request: Request, _body: bytes) -> object:
    org.counters = Counters()
    org.set_options(org.options)
    return org.counters.as_json()


def _options(org: Org, _request: Request, body: bytes) -> object:
    legal = {field.name for field in fields(SandboxOptions)}
    try:
        given = _GIVEN.validate_json(body)
        unknown = sorted(given.keys() - legal)
        if unknown:
            raise bad_json(f"No such option: {unknown[0]}. Legal: {', '.join(sorted(legal))}")
        org.set_options(_OPTIONS.validate_python({**asdict(org.options), **given}))
    except ValidationError as error:
        raise bad_json(str(error)) from None
    return {name: getattr(org.options, name) for name in given if name != "tokens"}


def _end_sessions(org: Org, _request: Request, _body: bytes) -> object:
    org.sessions.end_all()
    return {}
