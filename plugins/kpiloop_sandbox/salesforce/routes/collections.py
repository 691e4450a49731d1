"""`/composite/sobjects`: up to 200 records in one call, each with an outcome of its own."""

from collections.abc import Callable, Iterable
from functools import partial

from pydantic import BaseModel, ConfigDict, ValidationError

from kpiloop_sandbox.salesforce.calls import Answer, Call, Endpoint
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject
from kpiloop_sandbox.salesforce.edits import Given
from kpiloop_sandbox.salesforce.errors import ApiError, not_found
from kpiloop_sandbox.salesforce.ids import long_id
from kpiloop_sandbox.salesforce.routes.records import editor, external_field, made, upserted

MOST_RECORDS = 200
_ROLLED_BACK = ApiError(
    400,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone"
    " header",
)
_Step = Callable[[], dict[str, object]]


class _Records(BaseModel):
    model_config = ConfigDict(frozen=True)

    allOrNone: bool = False  # noqa: N815 - the API's own name
    records: list[dict[str, object]] = []


class _Attributes(BaseModel):
    model_config = ConfigDict(frozen=True)

    type: str


class _Typed(BaseModel):
    model_config = ConfigDict(frozen=True)

    attributes: _Attributes


class _UndoError(Exception):
    """Ends a transaction that is not to stay."""


def create(call: Call) -> Answer:
    """New records of any objects."""

    def step(record: dict[str, object]) -> dict[str, object]:
        return made(editor(call).create(_entity(call, record), _values(record)))

    return _each_record(call, step)


def change(call: Call) -> Answer:
    """Change records by id."""

    def step(record: dict[str, object]) -> dict[str, object]:
        key = str(record.get("id") or record.get("Id") or "")
        if not key:
            raise ApiError(400, "MISSING_ARGUMENT", "Id not specified in an update call")
        editor(call).update(_entity(call, record), key, _values(record))
        return made(long_id(key))

    return _each_record(call, step)


def upsert(call: Call) -> Answer:
    """Change or make records of one object by external id."""
    entity = call.entity
    field = external_field(entity, call.path["field"])
    return _each_record(call, lambda record: upserted(call, entity, field, _values(record)))


def remove(call: Call) -> Answer:
    """Move records to the recycle bin by id; the first three characters tell the object."""
    keys = [key for key in call.query.get("ids", "").split(",") if key]
    all_or_none = call.query.get("allOrNone", "").lower() == "true"

    def step(key: str) -> dict[str, object]:
        editor(call).delete(_entity_of_id(call, key), key)
        return made(long_id(key))

    _require_some(len(keys))
    return _answer(call, [partial(step, key) for key in keys], all_or_none=all_or_none)


def _each_record(call: Call, step: Callable[[dict[str, object]], dict[str, object]]) -> Answer:
    wanted = call.read(_Records)
    _require_some(len(wanted.records))
    steps = [partial(step, record) for record in wanted.records]
    return _answer(call, steps, all_or_none=wanted.allOrNone)


def _require_some(number: int) -> None:
    if not number:
        raise ApiError(400, "REQUIRED_FIELD_MISSING", "At least 1 record is required")
    if number > MOST_RECORDS:
        message = f"record limit reached. cannot submit more than {MOST_RECORDS} records"
        raise ApiError(400, "EXCEEDED_MAX_SIZE_REQUEST", message)


def _answer(call: Call, steps: Iterable[_Step], *, all_or_none: bool) -> Answer:
    """The outcome of each record in order: HTTP 200 even where all of them failed."""
    outcomes: list[dict[str, object]] = []
    try:
        with call.store.transaction():
            outcomes = [_outcome(call, step) for step in steps]
            if all_or_none:
                _require_success(outcomes)
    except _UndoError:
        outcomes = [_ROLLED_BACK.row() if each["success"] else each for each in outcomes]
    call.org.counters.records_written += sum(bool(each["success"]) for each in outcomes)
    return Answer(body=outcomes)


def _require_success(outcomes: Iterable[dict[str, object]]) -> None:
    if not all(each["success"] for each in outcomes):
        raise _UndoError


def _outcome(call: Call, step: _Step) -> dict[str, object]:
    try:
        with call.store.transaction():
            return step()
    except ApiError as error:
        return error.row()


def _entity(call: Call, record: dict[str, object]) -> SObject:
    try:
        name = _Typed.model_validate(record).attributes.type
    except ValidationError:
        name = ""
    if name.lower() not in call.org.objects:
        raise ApiError(400, "INVALID_TYPE", f"sObject type '{name}' is not supported")
    return call.org.entity(name)


def _entity_of_id(call: Call, key: str) -> SObject:
    for entity in call.org.objects.values():
        if key.startswith(entity.prefix):
            return entity
    raise not_found()


def _values(record: dict[str, object]) -> Given:
    return {
        name: value for name, value in record.items() if name.lower() not in ("attributes", "id")
    }


_COLLECTION = "/composite/sobjects"
ENDPOINTS = (
    Endpoint(method="POST", path=_COLLECTION, handler=create),
    Endpoint(method="PATCH", path=_COLLECTION, handler=change),
    Endpoint(method="DELETE", path=_COLLECTION, handler=remove),
    Endpoint(method="PATCH", path=f"{_COLLECTION}/{{object}}/{{field}}", handler=upsert),
)
