"""`/crm/objects/{type}/batch/…`: up to 100 records in one call, each with its own fate."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from kpiloop_sandbox.hubspot.batching import Rows, batch_answer, check_size
from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.definitions import Wire
from kpiloop_sandbox.hubspot.edits import Editor
from kpiloop_sandbox.hubspot.errors import ApiError, Problem, bad_request, invalid_values
from kpiloop_sandbox.hubspot.kinds import Kind
from kpiloop_sandbox.hubspot.rendering import view
from kpiloop_sandbox.hubspot.routes.objects import ObjectInput, editor, find, link_new, number
from kpiloop_sandbox.hubspot.validation import check

MAX_BATCH, MAX_BATCH_WITH_HISTORY = 100, 50
_READ, _WRITE = "crm.objects.{type}.read", "crm.objects.{type}.write"
_NOT_FOUND = "OBJECT_NOT_FOUND"


class Id(Wire):
    """One record by its id, or by the value of the request's `idProperty`."""

    id: str


class BatchRead(Wire):
    """Records to read."""

    inputs: tuple[Id, ...]
    properties: tuple[str, ...] | None = None
    properties_with_history: tuple[str, ...] | None = None
    id_property: str | None = None


class BatchArchive(Wire):
    """Records to archive."""

    inputs: tuple[Id, ...]


class NewRow(ObjectInput):
    """One record to create; the trace id names it in the answer."""

    object_write_trace_id: str | None = None


class ChangedRow(Wire):
    """One record to change, by its id or by a unique property."""

    id: str
    id_property: str | None = None
    properties: dict[str, str | None]
    object_write_trace_id: str | None = None


class BatchCreate(Wire):
    """Records to create."""

    inputs: tuple[NewRow, ...]


class BatchChange(Wire):
    """Records to change."""

    inputs: tuple[ChangedRow, ...]


R = TypeVar("R", NewRow, ChangedRow)


def batch_read(call: Call) -> Answer:
    """The records that exist, and one error that names all others."""
    wanted = call.read(BatchRead)
    history = wanted.properties_with_history or ()
    check_size(wanted.inputs, MAX_BATCH_WITH_HISTORY if history else MAX_BATCH)
    asked = list(dict.fromkeys(each.id for each in wanted.inputs))
    if wanted.id_property:
        keys = {text: find(call, text, wanted.id_property) for text in asked}
    else:
        keys = {text: number(text) for text in asked}
    found = call.store.many(call.kind, list(keys.values()), with_history=bool(history))
    archived = call.flag("archived")
    shape = view(call, wanted.properties or (), history)
    results: dict[int, dict[str, object]] = {}
    missing: list[str] = []
    for text, key in keys.items():
        record = found.get(key)
        if record is None or (record.archived is not None) is not archived:
            missing.append(text)
        else:
            results.setdefault(record.id, shape.show(record))
    return batch_answer(
        call, list(results.values()), [_missing(call.kind, missing)] if missing else []
    )


def batch_create(call: Call) -> Answer:
    """New records; rows fail one by one only where each of them has a trace id."""
    wanted = call.read(BatchCreate)
    check_size(wanted.inputs, MAX_BATCH)

    def create(writer: Editor, row: NewRow) -> dict[str, object]:
        record = writer.create(writer.checked(row.properties))
        link_new(call, record, row)
        return view(call, ()).show_written(record, record.properties)

    return _write(call, wanted.inputs, create, status=201)


def batch_update(call: Call) -> Answer:
    """Changed values; unknown ids are told in one error beside the rows that worked."""
    wanted = call.read(BatchChange)
    check_size(wanted.inputs, MAX_BATCH)
    _check_duplicates([row.id for row in wanted.inputs])
    missing: list[str] = []
    rows: list[ChangedRow] = []
    for row in wanted.inputs:
        record = call.store.get(call.kind, find(call, row.id, row.id_property or ""))
        known = record is not None and record.archived is None
        (rows.append(row) if known else missing.append(row.id))

    def update(writer: Editor, row: ChangedRow) -> dict[str, object]:
        values = writer.checked(row.properties)
        record = writer.update(find(call, row.id, row.id_property or ""), values)
        return view(call, ()).show_written(record, values)

    errors = [_missing(call.kind, missing)] if missing else []
    return _write(call, rows, update, status=200, errors=errors)


def batch_upsert(call: Call) -> Answer:
    """Changed values of records found by a unique property; those not found are created."""
    wanted = call.read(BatchChange)
    check_size(wanted.inputs, MAX_BATCH)
    _check_duplicates([row.id for row in wanted.inputs])

    def upsert(writer: Editor, row: ChangedRow) -> dict[str, object]:
        name = row.id_property or "hs_object_id"
        key = find(call, row.id, name)
        values = writer.checked(row.properties)
        new = key < 0 and name != "hs_object_id"
        if new:
            record = writer.create({**writer.checked({name: row.id}), **values})
        else:
            record = writer.update(key, values)
        return {**view(call, ()).show_written(record, values), "new": new}

    return _write(call, wanted.inputs, upsert, status=200)


def batch_archive(call: Call) -> Answer:
    """Records into the recycle bin; those that are not there are no error."""
    wanted = call.read(BatchArchive)
    check_size(wanted.inputs, MAX_BATCH)
    writer = editor(call)
    with call.store.database.transaction():
        for each in wanted.inputs:
            writer.archive(number(each.id))
    return Answer(status=204)


def _write(
    call: Call,
    rows: Sequence[R],
    write: Callable[[Editor, R], dict[str, object]],
    *,
    status: int,
    errors: Sequence[dict[str, object]] = (),
) -> Answer:
    traced = bool(rows) and all(row.object_write_trace_id for row in rows)
    writer = editor(call)
    results: Rows = []
    failed: Rows = list(errors)
    with call.store.database.transaction():
        if not traced:
            _check_all(call, rows)
        for row in rows:
            trace = {"objectWriteTraceId": row.object_write_trace_id} if traced else {}
            try:
                results.append({**write(writer, row), **trace})
            except ApiError as error:
                if not traced:
                    raise
                failed.append(error.row(objectWriteTraceId=[row.object_write_trace_id or ""]))
    call.account.counters.records_written += len(results)
    return batch_answer(call, results, failed, status=status)


def _check_all(call: Call, rows: Sequence[NewRow | ChangedRow]) -> None:
    definitions = call.store.catalogue.live(call.kind.name)
    problems: list[Problem] = []
    for row in rows:
        problems += check(definitions, row.properties)[1]
    if problems:
        raise invalid_values(problems)


def _missing(kind: Kind, ids: list[str]) -> dict[str, object]:
    return {
        "status": "error",
        "category": _NOT_FOUND,
        "message": f"Could not get some {kind.singular.upper()} objects, they may be deleted or"
        " not exist. Check that ids are valid.",
        "context": {"ids": ids},
    }


def _check_duplicates(ids: Sequence[str]) -> None:
    twice = [text for text, count in Counter(ids).items() if count > 1]
    if twice:
        raise bad_request(
            f"Duplicate IDs found in batch input: [{', '.join(twice)}]. IDs must be unique",
            context={"ids": twice},
        )


def _endpoint(verb: str, handler: Callable[[Call], Answer], scope: str) -> Endpoint:
    path = f"/crm/objects/{{type}}/batch/{verb}"
    return Endpoint(method="POST", path=path, handler=handler, scope=scope)


ENDPOINTS = (
    _endpoint("read", batch_read, _READ),
    _endpoint("create", batch_create, _WRITE),
    _endpoint("update", batch_update, _WRITE),
    _endpoint("upsert", batch_upsert, _WRITE),
    _endpoint("archive", batch_archive, _WRITE),
)
