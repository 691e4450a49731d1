"""`/_sandbox/…`: what tests and demos do to the org behind the API's back.

GET    /_sandbox/stats             counters since the last reset
POST   /_sandbox/reset             counters and the day's calls afresh
PATCH  /_sandbox/options           members of SandboxOptions, in JSON
POST   /_sandbox/sessions/end      every session of the client app is over
PATCH  /_sandbox/records/{object}/{id}          fields, as a user's edit; with ?committed_late=90
                                                the SystemModstamp is 90 seconds old already
POST   /_sandbox/records/{object}               a new record, likewise; gives its id
DELETE /_sandbox/records/{object}/{id}          to the recycle bin; ?purge=true: for good
POST   /_sandbox/records/{object}/{id}/restore
POST   /_sandbox/records/{object}/{id}/merge    ["id of a loser", …]
"""

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kpiloop_sandbox.salesforce.edits import Editor
from kpiloop_sandbox.salesforce.errors import ApiError, bad_json
from kpiloop_sandbox.salesforce.org import Org
from kpiloop_sandbox.serving import back_door
from kpiloop_sandbox.serving.back_door import GIVEN, PREFIX, Control

_RECORDS, _RECORD = f"{PREFIX}/records/{{object}}", f"{PREFIX}/records/{{object}}/{{id}}"
_IDS = TypeAdapter(list[str])


def routes(org: Org) -> list[Route]:
    """The control endpoints of one org; they need no session and count against no limit."""
    own: tuple[Control[Org], ...] = (
        ("POST", f"{PREFIX}/sessions/end", _end_sessions),
        ("POST", _RECORDS, _create),
        ("PATCH", _RECORD, _edit),
        ("DELETE", _RECORD, _delete),
        ("POST", f"{_RECORD}/restore", _restore),
        ("POST", f"{_RECORD}/merge", _merge),
    )
    return back_door.routes(org, own, ApiError, _told, bad_json)


def _told(error: ApiError) -> JSONResponse:
    return JSONResponse(error.body(), error.status)


def _end_sessions(org: Org, _request: Request, _body: bytes) -> object:
    org.sessions.end_all()
    return {}


def _create(org: Org, request: Request, body: bytes) -> object:
    entity = org.entity(request.path_params["object"])
    return {"id": _editor(org, request).create(entity, GIVEN.validate_json(body))}


def _edit(org: Org, request: Request, body: bytes) -> object:
    entity, key = org.entity(request.path_params["object"]), request.path_params["id"]
    _editor(org, request).update(entity, key, GIVEN.validate_json(body))
    return {"id": key}


def _delete(org: Org, request: Request, _body: bytes) -> object:
    entity, key = org.entity(request.path_params["object"]), request.path_params["id"]
    editor = _editor(org, request)
    if request.query_params.get("purge") == "true":
        editor.purge(entity, key)
    else:
        editor.delete(entity, key)
    return {"id": key}


def _restore(org: Org, request: Request, _body: bytes) -> object:
    entity, key = org.entity(request.path_params["object"]), request.path_params["id"]
    _editor(org, request).undelete(entity, key)
    return {"id": key}


def _merge(org: Org, request: Request, body: bytes) -> object:
    entity, key = org.entity(request.path_params["object"]), request.path_params["id"]
    _editor(org, request).merge(entity, key, _IDS.validate_json(body))
    return {"id": key}


def _editor(org: Org, request: Request) -> Editor:
    now = int(org.now())
    late = int(request.query_params.get("committed_late", "0"))
    return Editor(store=org.store, objects=org.objects, now=now, stamp=now - late)
