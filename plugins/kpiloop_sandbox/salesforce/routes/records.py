"""`/sobjects/X/…`: one record at a time, by id or by external id."""

from pydantic import TypeAdapter, ValidationError

from kpiloop_sandbox.salesforce.calls import Answer, Call, Endpoint
from kpiloop_sandbox.salesforce.catalogue.fields import Field
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject
from kpiloop_sandbox.salesforce.edits import Editor, Given
from kpiloop_sandbox.salesforce.errors import ApiError, bad_json, no_such_record
from kpiloop_sandbox.salesforce.queries import as_records
from kpiloop_sandbox.salesforce.routes.querying import plan_of
from kpiloop_sandbox.salesforce.soql.tree import Comparison, Literal, Path, Query, Sort
from kpiloop_sandbox.salesforce.values import from_json

_OBJECT = TypeAdapter(dict[str, object])


def editor(call: Call) -> Editor:
    """Who writes what a call asks for, now."""
    now = int(call.org.now())
    return Editor(store=call.store, objects=call.org.objects, now=now, stamp=now)


def made(key: str) -> dict[str, object]:
    """The outcome of a write that did what it was asked for."""
    return {"id": key, "success": True, "errors": []}


def external_field(entity: SObject, name: str) -> Field:
    """The external id of this name.

    Raises:
        ApiError: there is none.
    """
    field = entity.by_name.get(name.lower())
    if field is None or not field.external_id:
        raise no_such_record()
    return field


def upserted(call: Call, entity: SObject, field: Field, given: Given) -> dict[str, object]:
    """Change the record with this external id, or make it."""
    value = from_json(field, given.get(field.name))
    if value is None:
        raise ApiError(400, "MISSING_ARGUMENT", f"{field.name} not specified")
    found = call.store.find(entity, field.name, value)
    if found is None or found.get("IsDeleted"):
        return {**made(editor(call).create(entity, given)), "created": True}
    editor(call).update(entity, str(found["Id"]), given)
    return {**made(str(found["Id"])), "created": False}


def create(call: Call) -> Answer:
    """A new record."""
    with call.store.transaction():
        key = editor(call).create(call.entity, _given(call))
    call.org.counters.records_written += 1
    return Answer(body=made(key), status=201)


def show(call: Call) -> Answer:
    """A record with all of its fields, or those of `fields`."""
    entity, key = call.entity, call.path["id"]
    editor(call).record(entity, key)
    given = call.query.get("fields", "")
    names = given.split(",") if given else [field.name for field in entity.fields]
    query = Query(
        text=given,
        fields=tuple(Path(names=tuple(name.split(".")), at=0) for name in names),
        entity=Path(names=(entity.name,), at=0),
        where=Comparison(
            path=Path(names=("Id",), at=0),
            operator="=",
            values=(Literal(sort=Sort.TEXT, value=key, at=0),),
        ),
    )
    plan = plan_of(call, query, deleted=False)
    lines = call.store.page(plan, call.store.rows(plan))
    return Answer(body=next(as_records(plan, lines, call.version)))


def change(call: Call) -> Answer:
    """Change a record; the answer has no body."""
    with call.store.transaction():
        editor(call).update(call.entity, call.path["id"], _given(call))
    call.org.counters.records_written += 1
    return Answer(status=204)


def remove(call: Call) -> Answer:
    """Move a record to the recycle bin."""
    editor(call).delete(call.entity, call.path["id"])
    call.org.counters.records_written += 1
    return Answer(status=204)


def upsert(call: Call) -> Answer:
    """Change or make the record with this external id."""
    entity = call.entity
    field = external_field(entity, call.path["field"])
    given = {**_given(call), field.name: call.path["value"]}
    with call.store.transaction():
        outcome = upserted(call, entity, field, given)
    call.org.counters.records_written += 1
    return Answer(body=outcome, status=201 if outcome["created"] else 200)


def _given(call: Call) -> Given:
    try:
        given = _OBJECT.validate_json(call.body)
    except ValidationError:
        raise bad_json("The body is not a JSON object at [line:1, column:1]") from None
    return {name: value for name, value in given.items() if name != "attributes"}


_RECORD = "/sobjects/{object}/{id}"
ENDPOINTS = (
    Endpoint(method="POST", path="/sobjects/{object}", handler=create),
    Endpoint(method="GET", path=_RECORD, handler=show),
    Endpoint(method="PATCH", path=_RECORD, handler=change),
    Endpoint(method="DELETE", path=_RECORD, handler=remove),
    Endpoint(method="PATCH", path="/sobjects/{object}/{field}/{value}", handler=upsert),
)
