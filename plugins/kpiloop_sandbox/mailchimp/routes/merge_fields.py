"""`/lists/{list_id}/merge-fields`: what an audience keeps of its members."""

from kpiloop_sandbox.mailchimp import shapes
from kpiloop_sandbox.mailchimp.calls import Answer, Call, Endpoint, paged, single
from kpiloop_sandbox.mailchimp.merge_fields import (
    TYPES,
    FieldChange,
    FieldDraft,
    check_draft,
    check_tag,
    definitions,
)
from kpiloop_sandbox.mailchimp.objects import Document, StoredField
from kpiloop_sandbox.mailchimp.store import fields_of

_FIELDS = "/lists/{list_id}/merge-fields"
_FIELD = f"{_FIELDS}/{{merge_id}}"


def list_fields(call: Call) -> Answer:
    """A page of definitions: ten, where no more are asked for."""
    list_id, kind = call.audience()["id"], call.choice("type", TYPES)
    found = [each for each in definitions(call.store, list_id) if kind in ("", each["type"])]
    return paged(call, "merge_fields", found, list_id=list_id)


def read_field(call: Call) -> Answer:
    """One definition."""
    return single(call, _the_field(call))


def create_field(call: Call) -> Answer:
    """A new definition; a missing tag is made up."""
    list_id, draft = call.audience()["id"], call.read(FieldDraft)
    known = definitions(call.store, list_id)
    check_draft(known, draft, call.account.options.merge_fields)
    number = max((each["merge_id"] for each in known), default=0) + 1
    stored = StoredField(
        tag=draft.tag or f"MMERGE{number}",
        name=draft.name,
        type=draft.type,
        required=draft.required,
        choices=draft.options.choices,
    )
    document = shapes.merge_field(list_id, stored, number, len(known) + 2)
    document |= draft.model_dump(include={"default_value", "public", "help_text"})
    call.store.put(fields_of(list_id), document, key="merge_id")
    return single(call, document)


def change_field(call: Call) -> Answer:
    """A definition's new name or tag; values move with the tag."""
    document, given = _the_field(call), call.read(FieldChange)
    tag = given.tag
    if tag is not None and tag != document["tag"]:
        check_tag(definitions(call.store, document["list_id"]), tag)
        call.store.members.rename_value(document["list_id"], document["tag"], tag)
    changed = document | given.model_dump(exclude_none=True)
    call.store.put(fields_of(document["list_id"]), changed, key="merge_id")
    return single(call, changed)


def delete_field(call: Call) -> Answer:
    """A definition that goes with all its values."""
    document = _the_field(call)
    call.store.remove(fields_of(document["list_id"]), str(document["merge_id"]))
    call.store.members.drop_value(document["list_id"], document["tag"])
    return Answer(status=204)


def _the_field(call: Call) -> Document:
    return call.found(fields_of(call.audience()["id"]), call.path["merge_id"])


ENDPOINTS = (
    Endpoint(method="GET", path=_FIELDS, handler=list_fields),
    Endpoint(method="POST", path=_FIELDS, handler=create_field),
    Endpoint(method="GET", path=_FIELD, handler=read_field),
    Endpoint(method="PATCH", path=_FIELD, handler=change_field),
    Endpoint(method="DELETE", path=_FIELD, handler=delete_field),
)
