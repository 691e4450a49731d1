"""`/sobjects/X/updated` and `/deleted`: ids of what changed in a span of whole minutes."""

from kpiloop_sandbox.salesforce.calls import Answer, Call, Endpoint
from kpiloop_sandbox.salesforce.errors import ApiError
from kpiloop_sandbox.salesforce.times import parse_time, spelled

MOST_IDS = 600_000
_MINUTE, _DAY = 60, 86_400
_UPDATED_DAYS, _DELETED_DAYS = 30, 15


def updated(call: Call) -> Answer:
    """The records that were made or changed, for the last 30 days."""
    start, end = _span(call, _UPDATED_DAYS)
    found = _found(call, start, end, deleted=False)
    return Answer(body={"ids": [key for key, _ in found], "latestDateCovered": _covered(call, end)})


def deleted(call: Call) -> Answer:
    """The records that were deleted in the last 15 days, those that were purged included."""
    start, end = _span(call, _DELETED_DAYS)
    found = _found(call, start, end, deleted=True) + call.store.purged(call.entity, start, end)
    earliest = int(call.org.now()) - _DELETED_DAYS * _DAY
    return Answer(
        body={
            "deletedRecords": [{"id": key, "deletedDate": spelled(at)} for key, at in found],
            "earliestDateAvailable": spelled(earliest - earliest % _MINUTE),
            "latestDateCovered": _covered(call, end),
        }
    )


def _span(call: Call, days: int) -> tuple[int, int]:
    """Start and end, of which Salesforce ignores the seconds."""
    start, end = (_minute(call, name) for name in ("start", "end"))
    if end - start < _MINUTE:
        raise _bad_date("startDate must be at least one minute before endDate")
    if start < call.org.now() - days * _DAY - _MINUTE:
        raise _bad_date(f"startDate cannot be more than {days} days ago")
    return start, end


def _minute(call: Call, name: str) -> int:
    seconds = parse_time(call.query.get(name, ""))
    if seconds is None:
        raise ApiError(400, "INVALID_FIELD", f"{name} is not a valid dateTime")
    return seconds - seconds % _MINUTE


def _found(call: Call, start: int, end: int, *, deleted: bool) -> list[tuple[str, int]]:
    entity = call.entity
    if not (entity.has("SystemModstamp") and entity.has("IsDeleted")):
        raise ApiError(400, "INVALID_TYPE", f"{entity.name} is not replicateable")
    found = call.store.changed(entity, start, end, deleted=deleted)
    if len(found) > MOST_IDS:
        raise ApiError(400, "EXCEEDED_ID_LIMIT", f"More than {MOST_IDS} ids: ask for less time")
    return found


def _covered(call: Call, end: int) -> str:
    now = int(call.org.now())
    return spelled(min(end, now - now % _MINUTE))


def _bad_date(message: str) -> ApiError:
    return ApiError(400, "INVALID_REPLICATION_DATE", message)


ENDPOINTS = tuple(
    Endpoint(method="GET", path=f"/sobjects/{{object}}/{name}{slash}", handler=handler)
    for name, handler in (("updated", updated), ("deleted", deleted))
    for slash in ("", "/")
)
