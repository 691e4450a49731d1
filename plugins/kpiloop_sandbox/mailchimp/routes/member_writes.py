"""Writing members: one by one, up to 500 at a time, their tags, notes and events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from kpiloop_sandbox.mailchimp.calls import Answer, Body, Call, Endpoint, bare, paged, single
from kpiloop_sandbox.mailchimp.edits import Editor, MemberInput, valid_email
from kpiloop_sandbox.mailchimp.errors import ApiError, bad_request, invalid_resource
from kpiloop_sandbox.mailchimp.ids import member_hash, number_of
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.routes.members import MEMBER, MEMBERS, the_member
from kpiloop_sandbox.mailchimp.shapes import brief_member
from kpiloop_sandbox.mailchimp.times import iso

MOST_AT_ONCE = 500
_EXISTS, _GENERIC = "ERROR_CONTACT_EXISTS", "ERROR_GENERIC"
_DUPLICATE = "Duplicate items found in the request."
_LONGEST_NOTE = 1_000


class Batch(Body):
    """Members to add or change together."""

    members: tuple[MemberInput, ...]
    update_existing: bool = False
    sync_tags: bool = False


class TagChange(Body):
    """A tag to give or to take."""

    name: str = Field(min_length=1)
    status: Literal["active", "inactive"]


class TagChanges(Body):
    """The tags of a member that change."""

    tags: tuple[TagChange, ...]


class Note(Body):
    """A remark about a member."""

    note: str = Field(min_length=1, max_length=_LONGEST_NOTE)


class Event(Body):
    """Something that a member did elsewhere."""

    name: str = Field(min_length=2, max_length=30)
    properties: dict[str, str] = Field(default_factory=dict)
    occurred_at: str = ""


def add_member(call: Call) -> Answer:
    """A new member."""
    given = call.read(MemberInput)
    if given.status is None:
        raise invalid_resource(status="This value should not be blank.")
    return _written(call, editor(call).add(given))


def set_member(call: Call) -> Answer:
    """A new member, or changed values of one who is there."""
    call.audience()
    given = call.read(MemberInput)
    email = valid_email(given.email_address)
    reference = call.path["subscriber_hash"].lower()
    if reference not in (member_hash(email), email.lower()):
        return change_member(call)
    return _written(call, editor(call).set(email, given))


def change_member(call: Call) -> Answer:
    """Changed values of one member."""
    member = the_member(call)
    return _written(call, editor(call).change(member, call.read(MemberInput)))


def archive_member(call: Call) -> Answer:
    """A member out of the audience, who may come back."""
    editor(call).archive(the_member(call))
    return Answer(status=204)


def forget_member(call: Call) -> Answer:
    """A member erased, as the law on privacy demands."""
    editor(call).forget(the_member(call))
    return Answer(status=204)


def write_batch(call: Call) -> Answer:
    """Up to 500 members; those that cannot be written are told one by one, with status 200."""
    call.audience()
    batch = call.read(Batch)
    if len(batch.members) > MOST_AT_ONCE:
        raise bad_request(f"members: at most {MOST_AT_ONCE} can be written at a time")
    outcome = _Outcome()
    with call.store.database.transaction():
        for given, is_repeated in _repeated(batch.members):
            if not is_repeated:
                _write_one(call, given, outcome, update=batch.update_existing)
            elif not call.flag("skip_duplicate_check"):
                outcome.errors.append(_row(given, _DUPLICATE, _GENERIC))
    call.account.counters.records_written += len(outcome.created) + len(outcome.updated)
    return Answer(body=outcome.body())


def list_tags(call: Call) -> Answer:
    """The tags of a member, with when they were given."""
    member = the_member(call)
    names = {each["id"]: each["name"] for each in call.store.tags.segments(member["list_id"])}
    borne = call.store.tags.borne(member["list_id"], member["id"])
    return bare(
        "tags",
        [{"id": key, "name": names[key], "date_added": iso(added)} for key, added in borne],
    )


def change_tags(call: Call) -> Answer:
    """Tags given and taken."""
    changes = call.read(TagChanges).tags
    editor(call).tag(the_member(call), {each.name: each.status == "active" for each in changes})
    call.account.counters.records_written += 1
    return Answer(status=204)


def add_note(call: Call) -> Answer:
    """A remark about a member."""
    member, given = the_member(call), call.read(Note)
    notes = call.store.all(_notes_of(member))
    note: Document = {
        "id": number_of("note", member["contact_id"], len(notes)),
        "created_at": call.time,
        "created_by": "API",
        "updated_at": call.time,
        "note": given.note,
        "list_id": member["list_id"],
        "email_id": member["id"],
        "contact_id": member["contact_id"],
    }
    call.store.put(_notes_of(member), note)
    call.account.counters.records_written += 1
    return single(call, note)


def list_notes(call: Call) -> Answer:
    """The remarks about a member, the newest first."""
    member = the_member(call)
    return paged(call, "notes", call.store.all(_notes_of(member))[::-1])


def add_event(call: Call) -> Answer:
    """Something that a member did elsewhere."""
    member, given = the_member(call), call.read(Event)
    events = call.store.all(_events_of(member))
    event: Document = {"id": str(len(events)), **given.model_dump()}
    event["occurred_at"] = given.occurred_at or call.time
    call.store.put(_events_of(member), event)
    call.account.counters.records_written += 1
    return Answer(status=204)


def list_events(call: Call) -> Answer:
    """What a member did elsewhere."""
    events: Sequence[Document] = call.store.all(_events_of(the_member(call)))
    return bare("events", [{k: v for k, v in each.items() if k != "id"} for each in events])


def editor(call: Call) -> Editor:
    """What changes members of the audience in the path."""
    return Editor(
        store=call.store,
        list_id=call.audience()["id"],
        now=call.now,
        strict=not call.flag("skip_merge_validation"),
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of the rows of a batch."""

    created: list[Document] = field(default_factory=list[Document])
    updated: list[Document] = field(default_factory=list[Document])
    errors: list[Document] = field(default_factory=list[Document])

    def body(self) -> Document:
        """The answer."""
        return {
            "new_members": self.created,
            "updated_members": self.updated,
            "errors": self.errors,
            "total_created": len(self.created),
            "total_updated": len(self.updated),
            "error_count": len(self.errors),
        }


def _repeated(members: Sequence[MemberInput]) -> Iterator[tuple[MemberInput, bool]]:
    """Each row with whether an earlier one has the same address."""
    seen = set[str]()
    for given in members:
        key = member_hash(given.email_address or "")
        yield given, key in seen
        seen.add(key)


def _write_one(call: Call, given: MemberInput, outcome: _Outcome, *, update: bool) -> None:
    writer = editor(call)
    try:
        email = valid_email(given.email_address)
        is_new = call.store.members.find(writer.list_id, member_hash(email)) is None
        if update:
            wanted = given.model_copy(update={"status_if_new": given.status})
            document = writer.set(email, wanted)
        else:
            document = writer.add(given)
    except ApiError as error:
        code = _EXISTS if error.title == "Member Exists" else _GENERIC
        outcome.errors.append(_row(given, error.detail, code))
    else:
        (outcome.created if is_new else outcome.updated).append(brief_member(document))


def _row(given: MemberInput, error: str, code: str) -> Document:
    return {"email_address": given.email_address or "", "error": error, "error_code": code}


def _written(call: Call, member: Document) -> Answer:
    call.account.counters.records_written += 1
    return single(call, member)


def _notes_of(member: Document) -> str:
    return f"lists/{member['list_id']}/notes/{member['contact_id']}"


def _events_of(member: Document) -> str:
    return f"lists/{member['list_id']}/events/{member['contact_id']}"


_FORGET = f"{MEMBER}/actions/delete-permanent"
ENDPOINTS = (
    Endpoint(method="POST", path="/lists/{list_id}", handler=write_batch),
    Endpoint(method="POST", path=MEMBERS, handler=add_member),
    Endpoint(method="PUT", path=MEMBER, handler=set_member),
    Endpoint(method="PATCH", path=MEMBER, handler=change_member),
    Endpoint(method="DELETE", path=MEMBER, handler=archive_member),
    Endpoint(method="POST", path=_FORGET, handler=forget_member),
    Endpoint(method="GET", path=f"{MEMBER}/tags", handler=list_tags),
    Endpoint(method="POST", path=f"{MEMBER}/tags", handler=change_tags),
    Endpoint(method="GET", path=f"{MEMBER}/notes", handler=list_notes),
    Endpoint(method="POST", path=f"{MEMBER}/notes", handler=add_note),
    Endpoint(method="GET", path=f"{MEMBER}/events", handler=list_events),
    Endpoint(method="POST", path=f"{MEMBER}/events", handler=add_event),
)
