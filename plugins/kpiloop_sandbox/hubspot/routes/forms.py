"""`/marketing/forms` and `/form-integrations/submissions`: forms, and what was sent by them."""

import json
from typing import Any

from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.errors import bad_request, not_found
from kpiloop_sandbox.hubspot.routes.owners import cursor, offset_of
from kpiloop_sandbox.hubspot.times import iso

MAX_FORMS, MAX_SUBMISSIONS = 500, 50
_TYPES = ("hubspot", "captured", "flow", "blog_comment")
_SCOPE = "forms"


def submissions_of(form: str) -> str:
    """The collection of happenings that holds a form's submissions."""
    return f"submissions/{form}"


def list_forms(call: Call) -> Answer:
    """One page of the forms; without `formTypes` only HubSpot's own kind."""
    limit, start = call.limit(50, MAX_FORMS), offset_of(call.one("after"))
    wanted = call.many("formTypes") or ["hubspot"]
    unknown = sorted({*wanted} - {*_TYPES, "all"})
    if unknown:
        raise bad_request(f"Invalid formTypes {unknown[0]}. Legal: all, {', '.join(_TYPES)}")
    known: list[dict[str, Any]] = [json.loads(text) for text in call.store.documents.all("forms")]
    forms = [each for each in known if "all" in wanted or each["form_type"] in wanted]
    body: dict[str, object] = {"results": [_shown(each) for each in forms[start : start + limit]]}
    if start + limit < len(forms):
        body.update(call.next_page(cursor(start + limit)))
    return Answer(body=body)


def list_submissions(call: Call) -> Answer:
    """One page of a form's submissions, the newest first; there is no filter by time."""
    form = _form(call)
    if form["form_type"] == "blog_comment":
        raise bad_request("Submissions of blog comment forms cannot be read")
    limit, start = call.limit(20, MAX_SUBMISSIONS), offset_of(call.one("after"))
    found = call.store.happenings.page(submissions_of(form["id"]), limit=limit + 1, offset=start)
    body: dict[str, object] = {
        "results": [
            {"conversionId": each.id, "submittedAt": each.at, **each.body} for each in found[:limit]
        ]
    }
    if len(found) > limit:
        body.update(call.next_page(cursor(start + limit)))
    return Answer(body=body)


def _form(call: Call) -> dict[str, Any]:
    text = call.store.documents.get("forms", call.path["guid"])
    if text is None:
        raise not_found(f"Form {call.path['guid']} does not exist")
    form: dict[str, Any] = json.loads(text)
    return form


def _shown(form: dict[str, Any]) -> dict[str, object]:
    since = iso(form["created_at"])
    return {
        "id": form["id"],
        "name": form["name"],
        "formType": form["form_type"],
        "createdAt": since,
        "updatedAt": since,
        "archived": False,
        "fieldGroups": [],
        "configuration": {"language": "en", "cloneable": True, "editable": True},
        "displayOptions": {"renderRawHtml": False, "theme": "default_style"},
        "legalConsentOptions": {"type": "none"},
    }


ENDPOINTS = (
    Endpoint(method="GET", path="/marketing/forms", handler=list_forms, scope=_SCOPE),
    Endpoint(
        method="GET",
        path="/form-integrations/submissions/forms/{guid}",
        handler=list_submissions,
        scope=_SCOPE,
    ),
)
