"""`/crm/objects/{type}`: list, read, create, change, archive, merge."""

from collections.abc import Mapping

from pydantic import Field

from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.definitions import Wire
from kpiloop_sandbox.hubspot.edits import Editor
from kpiloop_sandbox.hubspot.errors import bad_request, not_found
from kpiloop_sandbox.hubspot.kinds import kind_of
from kpiloop_sandbox.hubspot.objects import StoredLink
from kpiloop_sandbox.hubspot.records import Record
from kpiloop_sandbox.hubspot.rendering import associations, view

MAX_PAGE, MAX_PAGE_WITH_HISTORY = 100, 50
_LONGEST_ID = 15
_READ, _WRITE = "crm.objects.{type}.read", "crm.objects.{type}.write"


class Target(Wire):
    """The other end of an association."""

    id: str


class LinkType(Wire):
    """The type of an association."""

    association_type_id: int
    association_category: str = "HUBSPOT_DEFINED"


class LinkInput(Wire):
    """An association that is made with a new record."""

    to: Target
    types: tuple[LinkType, ...] = ()


class ObjectInput(Wire):
    """A record to create."""

    properties: Mapping[str, str | None] = Field(default_factory=dict[str, str | None])
    associations: tuple[LinkInput, ...] | None = None


class MergeInput(Wire):
    """Two records to merge."""

    primary_object_id: str
    object_id_to_merge: str


class PurgeInput(Wire):
    """A record to delete for good."""

    object_id: str
    id_property: str | None = None


def editor(call: Call) -> Editor:
    """The writer for the object type and moment of a call."""
    return Editor(store=call.store, kind=call.kind, now=call.now)


def number(text: str) -> int:
    """An id as a number; what is no id is no record's."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_ID else -1


def find(call: Call, text: str, id_property: str) -> int:
    """The id of a record, by a unique property where one is named."""
    if not id_property or id_property == "hs_object_id":
        return number(text)
    definition = call.store.catalogue.find(call.kind.name, id_property)
    if definition is None or not definition.has_unique_value:
        raise bad_request(f"Property {id_property} does not hold unique values")
    return call.store.holder(call.kind, id_property, [text]).get(text.lower(), -1)


def list_objects(call: Call) -> Answer:
    """One page in order of id."""
    history = call.many("propertiesWithHistory")
    limit = call.limit(10, MAX_PAGE_WITH_HISTORY if history else MAX_PAGE)
    after = call.one("after", "0")
    start = number(after)
    if start < 0:
        raise bad_request(f"Invalid paging cursor: {after}")
    records = call.store.page(
        call.kind,
        start=start,
        limit=limit + 1,
        archived=call.flag("archived"),
        with_history=bool(history),
    )
    body: dict[str, object] = {"results": _shown(call, records[:limit])}
    if len(records) > limit:
        body.update(call.next_page(str(records[limit].id)))
    return Answer(body=body)


def read_object(call: Call) -> Answer:
    """One record."""
    key = find(call, call.path["id"], call.one("idProperty"))
    record = call.store.get(call.kind, key, with_history=bool(call.many("propertiesWithHistory")))
    if record is None or (record.archived is not None) is not call.flag("archived"):
        raise not_found()
    return Answer(body=_shown(call, [record])[0])


def create_object(call: Call) -> Answer:
    """A new record, with its associations."""
    wanted = call.read(ObjectInput)
    writer = editor(call)
    record = writer.create(writer.checked(wanted.properties))
    call.account.counters.records_written += 1
    link_new(call, record, wanted)
    shown = view(call, ()).show_written(record, record.properties)
    return Answer(body=shown, status=201)


def link_new(call: Call, record: Record, wanted: ObjectInput) -> None:
    """Make the associations that a new record comes with."""
    for link in wanted.associations or ():
        for kind in link.types:
            call.store.load_links(
                [
                    StoredLink(
                        from_type=call.kind.name,
                        from_id=str(record.id),
                        to_type=call.store.links.target_of(call.kind, kind.association_type_id),
                        to_id=link.to.id,
                        type_id=kind.association_type_id,
                    )
                ]
            )


def update_object(call: Call) -> Answer:
    """Changed values of one record."""
    wanted = call.read(ObjectInput)
    writer = editor(call)
    values = writer.checked(wanted.properties)
    record = writer.update(find(call, call.path["id"], call.one("idProperty")), values)
    call.account.counters.records_written += 1
    return Answer(body=view(call, ()).show_written(record, values))


def archive_object(call: Call) -> Answer:
    """One record into the recycle bin; it is no error if it is there already."""
    editor(call).archive(number(call.path["id"]))
    return Answer(status=204)


def merge_objects(call: Call) -> Answer:
    """Two records become one, with a new id."""
    wanted = call.read(MergeInput)
    record = editor(call).merge(number(wanted.primary_object_id), number(wanted.object_id_to_merge))
    call.account.counters.records_written += 1
    return Answer(body=view(call, ()).show_written(record, record.properties))


def purge_object(call: Call) -> Answer:
    """One record deleted for good, as the law on privacy demands."""
    wanted = call.read(PurgeInput)
    editor(call).purge(find(call, wanted.object_id, wanted.id_property or ""))
    return Answer(status=204)


def _shown(call: Call, records: list[Record]) -> list[dict[str, object]]:
    shape = view(call, call.many("properties"), call.many("propertiesWithHistory"))
    linked = associations(call, records, [kind_of(t).name for t in call.many("associations")])
    results: list[dict[str, object]] = []
    for record in records:
        shown = shape.show(record)
        if record.id in linked:
            shown["associations"] = linked[record.id]
        results.append(shown)
    return results


ENDPOINTS = (
    Endpoint(method="GET", path="/crm/objects/{type}", handler=list_objects, scope=_READ),
    Endpoint(method="POST", path="/crm/objects/{type}", handler=create_object, scope=_WRITE),
    Endpoint(method="POST", path="/crm/objects/{type}/merge", handler=merge_objects, scope=_WRITE),
    Endpoint(
        method="POST", path="/crm/objects/{type}/gdpr-delete", handler=purge_object, scope=_WRITE
    ),
    Endpoint(method="GET", path="/crm/objects/{type}/{id}", handler=read_object, scope=_READ),
    Endpoint(method="PATCH", path="/crm/objects/{type}/{id}", handler=update_object, scope=_WRITE),
    Endpoint(
        method="DELETE", path="/crm/objects/{type}/{id}", handler=archive_object, scope=_WRITE
    ),
)
