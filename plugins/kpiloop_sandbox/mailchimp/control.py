"""`/_sandbox/…`: what tests and demos do to the account behind the API's back.

GET    /_sandbox/stats                         counters since the last reset
POST   /_sandbox/reset                         counters afresh
PATCH  /_sandbox/options                       members of SandboxOptions, in JSON
POST   /_sandbox/campaigns/{campaign}/acts     what a recipient does: {"email", "action", "at", …}
"""

from collections.abc import Callable
from dataclasses import asdict, fields

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kpiloop_sandbox.mailchimp.account import Account, Counters
from kpiloop_sandbox.mailchimp.errors import ApiError, bad_request, not_found
from kpiloop_sandbox.mailchimp.objects import StoredAct
from kpiloop_sandbox.mailchimp.options import SandboxOptions

PREFIX = "/_sandbox"
_OPTIONS = TypeAdapter(SandboxOptions)
_GIVEN = TypeAdapter(dict[str, object])
_ACT = TypeAdapter(StoredAct)
_Handler = Callable[[Account, Request, bytes], object]


def routes(account: Account) -> list[Route]:
    """The control endpoints of one account; they need no key and count against no limit."""
    table: tuple[tuple[str, str, _Handler], ...] = (
        ("GET", f"{PREFIX}/stats", _stats),
        ("POST", f"{PREFIX}/reset", _reset),
        ("PATCH", f"{PREFIX}/options", _options),
        ("POST", f"{PREFIX}/campaigns/{{campaign}}/acts", _act),
    )
    return [Route(path, _serve(handler, account), methods=[verb]) for verb, path, handler in table]


def _serve(handler: _Handler, account: Account) -> Callable[..., object]:
    async def serve(request: Request) -> Response:
        body = await request.body()
        try:
            return JSONResponse(handler(account, request, body))
        except ValidationError as error:
            return JSONResponse(bad_request(str(error)).body(), 400)
        except ApiError as error:
            return JSONResponse(error.body(), error.status)

    return serve


def _stats(account: Account, _request: Request, _body: bytes) -> object:
    return account.counters.as_json()


def _reset(account: Account, _request: Request, _body: bytes) -> object:
    account.counters = Counters()
    return account.counters.as_json()


def _options(account: Account, _request: Request, body: bytes) -> object:
    legal = {field.name for field in fields(SandboxOptions)}
    given = _GIVEN.validate_json(body)
    unknown = sorted(given.keys() - legal)
    if unknown:
        raise bad_request(f"No such option: {unknown[0]}. Legal: {', '.join(sorted(legal))}")
    account.options = _OPTIONS.validate_python({**asdict(account.options), **given})
    return {name: getattr(account.options, name) for name in given if name != "keys"}


def _act(account: Account, request: Request, body: bytes) -> object:
    given = _GIVEN.validate_json(body)
    email = str(given.pop("email", ""))
    act = _ACT.validate_python(given)
    if not account.store.deliveries.add_act(request.path_params["campaign"], email, act):
        raise not_found()
    return {"email": email, "action": act.action}
