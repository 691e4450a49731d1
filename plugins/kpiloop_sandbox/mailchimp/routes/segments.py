"""`/lists/{list_id}/segments` and tags, which are segments that people are put into by hand."""

from pydantic import Field

from kpiloop_sandbox.mailchimp.calls import Answer, Body, Call, Endpoint, collection, paged, single
from kpiloop_sandbox.mailchimp.errors import invalid_resource, not_found
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.routes.lists import within
from kpiloop_sandbox.mailchimp.routes.member_writes import editor
from kpiloop_sandbox.mailchimp.segments import REGULAR, members_of
from kpiloop_sandbox.mailchimp.shapes import brief_member
from kpiloop_sandbox.mailchimp.tags import is_static, new_segment

_SEGMENTS = "/lists/{list_id}/segments"
_SEGMENT = f"{_SEGMENTS}/{{segment_id}}"
_NOT_IN_SEGMENTS = frozenset({"tags", "tags_count"})
_INCLUDED = ("cleaned", "transactional", "unsubscribed")


class SegmentDraft(Body):
    """A tag to make, with those who are to bear it."""

    name: str = Field(min_length=1)
    static_segment: tuple[str, ...] = ()


class SegmentMembers(Body):
    """Addresses to put into a tag and to take out of it."""

    members_to_add: tuple[str, ...] = ()
    members_to_remove: tuple[str, ...] = ()


def list_segments(call: Call) -> Answer:
    """A page of segments; a type that does not exist gives an empty one, without a word."""
    list_id, kind = call.audience()["id"], call.one("type")
    made = call.moment("since_created_at"), call.moment("before_created_at")
    updated = call.moment("since_updated_at"), call.moment("before_updated_at")
    found = [
        _counted(call, each)
        for each in call.store.tags.segments(list_id)
        if kind in ("", each["type"])
        and within(each["created_at"], *made)
        and within(each["updated_at"], *updated)
    ]
    return paged(call, "segments", found, list_id=list_id)


def read_segment(call: Call) -> Answer:
    """One segment."""
    return single(call, _counted(call, _the_segment(call)))


def segment_members(call: Call) -> Answer:
    """Who is in a segment; `total_items` counts the subscribed alone, whoever is included."""
    statuses = _statuses(call)
    found = members_of(call.store, _the_segment(call))
    shown = [
        {name: value for name, value in brief_member(each).items() if name not in _NOT_IN_SEGMENTS}
        for each in found
        if each["status"] in statuses
    ]
    regular = sum(each["status"] in REGULAR for each in found)
    span = call.span
    return collection(call, "members", shown[span.offset : span.offset + span.limit], regular)


def create_segment(call: Call) -> Answer:
    """A new tag."""
    list_id, draft = call.audience()["id"], call.read(SegmentDraft)
    if any(each["name"] == draft.name for each in call.store.tags.segments(list_id)):
        raise invalid_resource("Sorry, that tag already exists.")
    segment = new_segment(list_id, draft.name, call.time)
    call.store.tags.put(segment)
    _put_into(call, segment, draft.static_segment, on=True)
    return single(call, _counted(call, segment))


def change_members(call: Call) -> Answer:
    """People put into a tag and taken out of it; unknown addresses are told apart."""
    segment, given = _the_segment(call), call.read(SegmentMembers)
    if not is_static(segment):
        raise invalid_resource("People can be put into static segments only.")
    added, unknown = _put_into(call, segment, given.members_to_add, on=True)
    removed, missing = _put_into(call, segment, given.members_to_remove, on=False)
    errors = [
        {"email_addresses": emails, "error": "Email addresses are not on the list."}
        for emails in (unknown, missing)
        if emails
    ]
    return Answer(
        body={
            "members_added": added,
            "members_removed": removed,
            "errors": errors,
            "total_added": len(added),
            "total_removed": len(removed),
            "error_count": len(errors),
        }
    )


def delete_segment(call: Call) -> Answer:
    """A segment that is gone, and with it the tag of everybody who bore it."""
    segment = _the_segment(call)
    for member in members_of(call.store, segment):
        if is_static(segment):
            editor(call).tag(member, {segment["name"]: False})
    call.store.tags.drop(segment["list_id"], str(segment["id"]))
    return Answer(status=204)


def search_tags(call: Call) -> Answer:
    """The tags whose names begin like this."""
    name = call.one("name").lower()
    found = [
        {"id": each["id"], "name": each["name"]}
        for each in call.store.tags.segments(call.audience()["id"])
        if is_static(each) and each["name"].lower().startswith(name)
    ]
    return Answer(body={"tags": found, "total_items": len(found)})


def _the_segment(call: Call) -> Document:
    segment = call.store.tags.segment(call.audience()["id"], call.path["segment_id"])
    if segment is None:
        raise not_found()
    return segment


def _statuses(call: Call) -> frozenset[str]:
    return REGULAR | {status for status in _INCLUDED if call.flag(f"include_{status}")}


def _counted(call: Call, segment: Document) -> Document:
    statuses = _statuses(call)
    found = members_of(call.store, segment)
    return {**segment, "member_count": sum(each["status"] in statuses for each in found)}


def _put_into(
    call: Call, segment: Document, emails: tuple[str, ...], *, on: bool
) -> tuple[list[Document], list[str]]:
    """Those who were tagged, or no longer are, and the addresses that nobody has."""
    done: list[Document] = []
    unknown: list[str] = []
    for email in emails:
        member = call.store.members.find(segment["list_id"], email)
        if member is None:
            unknown.append(email)
            continue
        editor(call).tag(member, {segment["name"]: on})
        done.append(brief_member(member))
    return done, unknown


ENDPOINTS = (
    Endpoint(method="GET", path=_SEGMENTS, handler=list_segments),
    Endpoint(method="POST", path=_SEGMENTS, handler=create_segment),
    Endpoint(method="GET", path=_SEGMENT, handler=read_segment),
    Endpoint(method="POST", path=_SEGMENT, handler=change_members),
    Endpoint(method="DELETE", path=_SEGMENT, handler=delete_segment),
    Endpoint(method="GET", path=f"{_SEGMENT}/members", handler=segment_members),
    Endpoint(method="GET", path="/lists/{list_id}/tag-search", handler=search_tags),
)
