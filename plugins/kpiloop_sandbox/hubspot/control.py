"""`/_sandbox/…`: what tests and demos do to the account behind the API's back.

GET    /_sandbox/stats                       counters since the last reset
POST   /_sandbox/reset                       counters and rate limits afresh
PATCH  /_sandbox/options                     members of SandboxOptions, in JSON
PATCH  /_sandbox/objects/{type}/{id}         {"properties": …}, unchecked, as a user's edit
DELETE /_sandbox/objects/{type}/{id}         archive; with ?purge=true, delete for good
POST   /_sandbox/objects/{type}/{id}/restore
POST   /_sandbox/objects/{type}/merge        {"primaryObjectId", "objectIdToMerge"}
"""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kpiloop_sandbox.hubspot.account import Account
from kpiloop_sandbox.hubspot.edits import Editor
from kpiloop_sandbox.hubspot.errors import ApiError, bad_request
from kpiloop_sandbox.hubspot.kinds import kind_of
from kpiloop_sandbox.hubspot.records import Record
from kpiloop_sandbox.hubspot.routes.objects import MergeInput, ObjectInput
from kpiloop_sandbox.serving import back_door
from kpiloop_sandbox.serving.back_door import Control

PREFIX = back_door.PREFIX
_OBJECTS, _OBJECT = f"{PREFIX}/objects/{{type}}", f"{PREFIX}/objects/{{type}}/{{id}}"


def routes(account: Account) -> list[Route]:
    """The control endpoints of one account; they need no token and count against no limit."""
    own: tuple[Control[Account], ...] = (
        ("POST", f"{_OBJECTS}/merge", _merge),
        ("PATCH", _OBJECT, _edit),
        ("DELETE", _OBJECT, _delete),
        ("POST", f"{_OBJECT}/restore", _restore),
    )
    return back_door.routes(account, own, ApiError, _told, bad_request)


def _told(error: ApiError) -> JSONResponse:
    return JSONResponse(error.body(), error.status)


def _edit(account: Account, request: Request, body: bytes) -> object:
    wanted = ObjectInput.model_validate_json(body)
    values = {name: value or "" for name, value in wanted.properties.items()}
    return _brief(_editor(account, request).update(int(request.path_params["id"]), values))


def _delete(account: Account, request: Request, _body: bytes) -> object:
    key, editor = int(request.path_params["id"]), _editor(account, request)
    if request.query_params.get("purge") == "true":
        editor.purge(key)
    else:
        editor.archive(key)
    return {"id": str(key)}


def _restore(account: Account, request: Request, _body: bytes) -> object:
    return _brief(_editor(account, request).restore(int(request.path_params["id"])))


def _merge(account: Account, request: Request, body: bytes) -> object:
    wanted = MergeInput.model_validate_json(body)
    editor = _editor(account, request)
    merged = editor.merge(int(wanted.primary_object_id), int(wanted.object_id_to_merge))
    return _brief(merged)


def _editor(account: Account, request: Request) -> Editor:
    kind = kind_of(request.path_params["type"])
    return Editor(store=account.store, kind=kind, now=account.now_ms(), source="CRM_UI")


def _brief(record: Record) -> object:
    return {"id": str(record.id), "properties": record.properties}
