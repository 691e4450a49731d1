"""`/jobs/query`: Bulk API 2.0 query jobs and their results."""

import base64
import binascii
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kpiloop_sandbox.salesforce.bulk import DELIMITERS, LINE_ENDS, Job, Wish
from kpiloop_sandbox.salesforce.calls import Answer, Call, Endpoint
from kpiloop_sandbox.salesforce.catalogue.fields import Kind
from kpiloop_sandbox.salesforce.edits import USER
from kpiloop_sandbox.salesforce.errors import ApiError
from kpiloop_sandbox.salesforce.routes.querying import plan_of
from kpiloop_sandbox.salesforce.soql.compile import Plan
from kpiloop_sandbox.salesforce.soql.parse import parse

_LAST = "null"
_PAGES_AT_ONCE = 5
_PAGES_SINCE = 58
_CSV = "text/csv"


class _Wanted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    operation: Literal["query", "queryAll"]
    query: str
    contentType: Literal["CSV"] = "CSV"  # noqa: N815 - the API's own name
    columnDelimiter: str = "COMMA"  # noqa: N815 - likewise
    lineEnding: str = "LF"  # noqa: N815 - likewise


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Literal["Aborted"]


def make(call: Call) -> Answer:
    """A new job; a query that cannot run is refused at once."""
    wanted = call.read(_Wanted)
    if wanted.columnDelimiter not in DELIMITERS or wanted.lineEnding not in LINE_ENDS:
        raise ApiError(400, "INVALIDJOB", "Unknown columnDelimiter or lineEnding")
    wish = Wish(
        operation=wanted.operation,
        plan=_bulk_plan(call, wanted),
        delimiter=wanted.columnDelimiter,
        line_end=wanted.lineEnding,
        version=call.version,
        user=USER,
    )
    now, polls = int(call.org.now()), call.org.options.bulk_polls
    return Answer(body=call.org.jobs.make(wish, now=now, polls=polls).as_json())


def show(call: Call) -> Answer:
    """How a job stands."""
    job = call.org.jobs.find(call.path["job"])
    job.asked += 1
    return Answer(body=job.details())


def show_all(call: Call) -> Answer:
    """Every job, the last one first."""
    records = [job.details() for job in call.org.jobs.all()]
    return Answer(body={"done": True, "records": records, "nextRecordsUrl": None})


def change(call: Call) -> Answer:
    """Abort a job."""
    call.read(_Change)
    job = call.org.jobs.find(call.path["job"])
    job.aborted = True
    return Answer(body=job.as_json())


def drop(call: Call) -> Answer:
    """Forget a job that is over."""
    job = call.org.jobs.find(call.path["job"])
    if job.state not in ("JobComplete", "Aborted"):
        raise ApiError(400, "INVALIDJOBSTATE", "Only jobs that are over can be deleted")
    call.org.jobs.drop(job.id)
    return Answer(status=204)


def results(call: Call) -> Answer:
    """A span of the records, and the locator of the next one."""
    job = call.org.jobs.done(call.path["job"], call.version)
    first = _place(call.query.get("locator", ""), job)
    number = _limit(call, call.query.get("maxRecords", ""))
    end = min(first + number, job.results.count)
    return Answer(
        content=job.results.span(first, number),
        media_type=_CSV,
        headers={
            "Sforce-Locator": _LAST if end >= job.results.count else _locator(end),
            "Sforce-NumberOfRecords": str(end - first),
        },
    )


def result_pages(call: Call) -> Answer:
    """Up to five addresses of results, which may be read side by side."""
    if float(call.version) < _PAGES_SINCE:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    job = call.org.jobs.done(call.path["job"], call.version)
    base = f"{call.root}/jobs/query/{job.id}"
    first = _place(call.query.get("locator", ""), job)
    size = call.org.options.bulk_page
    starts = list(range(first, max(job.results.count, 1), size))
    shown, rest = starts[:_PAGES_AT_ONCE], starts[_PAGES_AT_ONCE:]
    pages = [
        {"resultUrl": f"{base}/results?locator={_locator(start)}&maxRecords={size}"}
        for start in shown
    ]
    body: dict[str, object] = {"resultPages": pages, "done": not rest}
    if rest:
        body["nextRecordsUrl"] = f"{base}/resultPages?locator={_locator(rest[0])}"
    return Answer(body=body)


def _bulk_plan(call: Call, wanted: _Wanted) -> Plan:
    """Bulk queries give records alone: no numbers of them, no offsets, no compound fields."""
    query = parse(wanted.query)
    if query.counts or query.offset:
        raise ApiError(400, "API_ERROR", "Aggregate functions and OFFSET are not supported")
    plan = plan_of(call, query, deleted=wanted.operation == "queryAll")
    if any(column.field.kind is Kind.ADDRESS for column in plan.columns):
        message = "Selecting compound data not supported in Bulk Query"
        raise ApiError(400, "FUNCTIONALITY_NOT_ENABLED", message)
    return plan


def _limit(call: Call, text: str) -> int:
    if not text:
        return call.org.options.bulk_page
    if not text.isdigit() or not int(text):
        raise ApiError(400, "INVALIDJOB", "maxRecords must be a positive number")
    return int(text)


def _locator(place: int) -> str:
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def _place(locator: str, job: Job) -> int:
    if not locator:
        return 0
    try:
        text = base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)).decode()
    except (ValueError, binascii.Error):
        text = ""
    if not text.isdigit() or not int(text) <= job.results.count:
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return int(text)


_JOBS, _JOB = "/jobs/query", "/jobs/query/{job}"
ENDPOINTS = (
    Endpoint(method="POST", path=_JOBS, handler=make),
    Endpoint(method="GET", path=_JOBS, handler=show_all),
    Endpoint(method="GET", path=f"{_JOB}/results", handler=results),
    Endpoint(method="GET", path=f"{_JOB}/resultPages", handler=result_pages),
    Endpoint(method="GET", path=_JOB, handler=show),
    Endpoint(method="PATCH", path=_JOB, handler=change),
    Endpoint(method="DELETE", path=_JOB, handler=drop),
)
