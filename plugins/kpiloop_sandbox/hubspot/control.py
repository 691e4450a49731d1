"""`/_sandbox/…`: what tests and demos do to the account behind the API's back.

GET    /_sandbox/stats                       counters since the last reset
POST   /_sandbox/reset                       counters and rate limits afresh
PATCH  /_sandbox/options                     members of SandboxOptions, in JSON
PATCH  /_sandbox/objects/{type}/{id}         {"properties": …}, unchecked, as a user's edit
DELETE /_sandbox/objects/{type}/{id}         archive; with ?purge=true, delete for good
POST   /_sandbox/objects/{type}/{id}/restore
POST   /_sandbox/objects/{type}/merge        {"primaryObjectId", "objectIdToMerge"}
"""

from collections.abc import Callable
from dataclasses import asdict, fields

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kpiloop_sandbox.hubspot.account import Account, Counters
from kpiloop_sandbox.hubspot.edits import Editor
from kpiloop_sandbox.hubspot.errors import ApiError, bad_request
from kpiloop_sandbox.hubspot.kinds import kind_of
from kpiloop_sandbox.hubspot.options import SandboxOptions
from kpiloop_sandbox.hubspot.records import Record
from kpiloop_sandbox.hubspot.routes.objects import MergeInput, ObjectInput

PREFIX = "/_sandbox"
_OBJECTS, _OBJECT = f"{PREFIX}/objects/{{type}}", f"{PREFIX}/objects/{{type}}/{{id}}"
_OPTIONS = TypeAdapter(SandboxOptions)
_GIVEN = TypeAdapter(dict[str, object])
_Handler = Callable[[Account, Request, bytes], object]


def routes(account: Account) -> list[Route]:
    """The control endpoints of one account; they need no token and count against no limit."""
    table: tuple[tuple[str, str, _Handler], ...] = (
        ("GET", f"{PREFIX}/stats", _stats),
        ("POST", f"{PREFIX}/reset", _reset),
        ("PATCH", f"{PREFIX}/options", _options),
        ("POST", f"{_OBJECTS}/merge", _merge),
        ("PATCH", _OBJECT, _edit),
        ("DELETE", _OBJECT, _delete),
        ("POST", f"{_OBJECT}/restore", _restore),
    )
    return [Route(path, _serve(handler, account), methods=[verb]) for verb, path, handler in table]


def _serve(handler: _Handler, account: Account) -> Callable[..., object]:
    async def serve(request: Request) -> Response:
        body = await request.body()
        try:
            return JSONResponse(handler(account, request, body))
        except ApiError as error:
            return JSONResponse(error.body(), error.status)

    return serve


def _stats(account: Account, _request: Request, _body: bytes) -> object:
    return account.counters.as_json()


def _reset(account: Account, _request: Request, _body: bytes) -> object:
    account.counters = Counters()
    account.set_options(account.options)
    return account.counters.as_json()


def _options(account: Account, _request: Request, body: bytes) -> object:
    legal = {field.name for field in fields(SandboxOptions)}
    try:
        given = _GIVEN.validate_json(body)
        unknown = sorted(given.keys() - legal)
        if unknown:
            raise bad_request(f"No such option: {unknown[0]}. Legal: {', '.join(sorted(legal))}")
        account.set_options(_OPTIONS.validate_python({**asdict(account.options), **given}))
    except ValidationError as error:
        raise bad_request(str(error)) from None
    return {name: getattr(account.options, name) for name in given if name != "tokens"}


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
