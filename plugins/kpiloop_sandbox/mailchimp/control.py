"""`/_sandbox/…`: what tests and demos do to the account behind the API's back.

GET    /_sandbox/stats                         counters since the last reset
POST   /_sandbox/reset                         counters afresh
PATCH  /_sandbox/options                       members of SandboxOptions, in JSON
POST   /_sandbox/campaigns/{campaign}/acts     what a recipient does: {"email", "action", "at", …}
"""

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kpiloop_sandbox.mailchimp.account import Account
from kpiloop_sandbox.mailchimp.errors import ApiError, bad_request, not_found
from kpiloop_sandbox.mailchimp.objects import StoredAct
from kpiloop_sandbox.serving import back_door
from kpiloop_sandbox.serving.back_door import GIVEN, PREFIX, Control

_ACT = TypeAdapter(StoredAct)


def routes(account: Account) -> list[Route]:
    """The control endpoints of one account; they need no key and count against no limit."""
    own: tuple[Control[Account], ...] = (("POST", f"{PREFIX}/campaigns/{{campaign}}/acts", _act),)
    return back_door.routes(account, own, ApiError, _told, bad_request)


def _told(error: ApiError) -> JSONResponse:
    return JSONResponse(error.body(), error.status)


def _act(account: Account, request: Request, body: bytes) -> object:
    given = GIVEN.validate_json(body)
    email = str(given.pop("email", ""))
    act = _ACT.validate_python(given)
    if not account.store.deliveries.add_act(request.path_params["campaign"], email, act):
        raise not_found()
    return {"email": email, "action": act.action}
