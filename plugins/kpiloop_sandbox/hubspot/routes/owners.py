"""`/crm/owners` and `/crm/pipelines/{type}`."""

import base64
import json
from typing import Any
from urllib.parse import quote, unquote

from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.errors import bad_request, not_found
from kpiloop_sandbox.hubspot.standard import CREATED_AT

MAX_OWNERS = 500
_OWNERS, _PIPELINES = "/crm/owners", "/crm/pipelines/{type}"
_OWNERS_READ, _READ = "crm.objects.owners.read", "crm.schemas.{type}.read"


def cursor(offset: int) -> str:
    """A paging cursor that tells a client nothing."""
    return quote(base64.b64encode(str(offset).encode()).decode())


def offset_of(after: str) -> int:
    """Where a cursor points; it may arrive with its percent signs encoded once more.

    Raises:
        ApiError: it is none of ours.
    """
    if not after:
        return 0
    try:
        return int(base64.b64decode(unquote(after), validate=True))
    except ValueError:
        raise bad_request(f"Invalid paging cursor: {after}") from None


def list_owners(call: Call) -> Answer:
    """The account's users, one page at a time."""
    limit, start = call.limit(100, MAX_OWNERS), offset_of(call.one("after"))
    email = call.one("email").lower()
    owners = [
        owner
        for owner in _owners(call)
        if owner["archived"] is call.flag("archived")
        and (not email or owner["email"].lower() == email)
    ]
    body: dict[str, object] = {"results": owners[start : start + limit]}
    if start + limit < len(owners):
        body.update(call.next_page(cursor(start + limit)))
    return Answer(body=body)


def read_owner(call: Call) -> Answer:
    """One user."""
    for owner in _owners(call):
        if owner["id"] == call.path["id"] and owner["archived"] is call.flag("archived"):
            return Answer(body=owner)
    raise not_found(f"Owner {call.path['id']} does not exist")


def list_pipelines(call: Call) -> Answer:
    """All pipelines of an object type."""
    return Answer(body={"results": _pipelines(call)})


def read_pipeline(call: Call) -> Answer:
    """One pipeline."""
    return Answer(body=_pipeline(call))


def list_stages(call: Call) -> Answer:
    """The stages of one pipeline."""
    return Answer(body={"results": _pipeline(call)["stages"]})


def _pipeline(call: Call) -> dict[str, Any]:
    for pipeline in _pipelines(call):
        if pipeline["id"] == call.path["id"]:
            return pipeline
    raise not_found(f"Pipeline {call.path['id']} does not exist")


def _owners(call: Call) -> list[dict[str, Any]]:
    return [_owner(json.loads(text)) for text in call.store.documents.all("owners")]


def _owner(owner: dict[str, Any]) -> dict[str, Any]:
    user = None if owner["archived"] else int(owner["id"])
    return {
        "id": owner["id"],
        "email": owner["email"],
        "type": "PERSON",
        "firstName": owner["first_name"],
        "lastName": owner["last_name"],
        "userId": user,
        "userIdIncludingInactive": int(owner["id"]),
        "createdAt": CREATED_AT,
        "updatedAt": CREATED_AT,
        "archived": owner["archived"],
        **({"teams": [_team(owner["team"])]} if owner["team"] else {}),
    }


def _team(name: str) -> dict[str, Any]:
    return {"id": str(1_000 + sum(name.encode())), "name": name, "primary": True}


def _pipelines(call: Call) -> list[dict[str, Any]]:
    texts = call.store.documents.all(f"pipelines/{call.kind.name}")
    return [
        {
            "label": pipeline["label"],
            "displayOrder": place,
            "id": pipeline["id"],
            "stages": [_stage(stage) for stage in pipeline["stages"]],
            "createdAt": CREATED_AT,
            "updatedAt": CREATED_AT,
            "archived": False,
        }
        for place, pipeline in enumerate(map(json.loads, texts))
    ]


def _stage(stage: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": stage["label"],
        "displayOrder": stage["display_order"],
        "metadata": stage["metadata"],
        "id": stage["id"],
        "createdAt": CREATED_AT,
        "updatedAt": CREATED_AT,
        "archived": False,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }


ENDPOINTS = (
    Endpoint(method="GET", path=_OWNERS, handler=list_owners, scope=_OWNERS_READ),
    Endpoint(method="GET", path=f"{_OWNERS}/{{id}}", handler=read_owner, scope=_OWNERS_READ),
    Endpoint(method="GET", path=_PIPELINES, handler=list_pipelines, scope=_READ),
    Endpoint(method="GET", path=f"{_PIPELINES}/{{id}}", handler=read_pipeline, scope=_READ),
    Endpoint(method="GET", path=f"{_PIPELINES}/{{id}}/stages", handler=list_stages, scope=_READ),
)
