"""`/query` and `/queryAll`: a first batch of records, and the next ones by locator."""

from kpiloop_sandbox.salesforce.calls import Answer, Call, Endpoint
from kpiloop_sandbox.salesforce.errors import ApiError
from kpiloop_sandbox.salesforce.queries import Found, as_records
from kpiloop_sandbox.salesforce.soql.compile import Plan, compile_query
from kpiloop_sandbox.salesforce.soql.parse import parse
from kpiloop_sandbox.salesforce.soql.tree import Query

_FEWEST = 200
_BATCH_OPTION = "batchsize="


def query_live(call: Call) -> Answer:
    """The records that are not deleted."""
    return _first(call, deleted=False)


def query_all(call: Call) -> Answer:
    """Records in the recycle bin as well."""
    return _first(call, deleted=True)


def more(call: Call) -> Answer:
    """The next batch of a query."""
    key, found, place = call.org.locators.find(call.path["locator"])
    return _batch(call, found, place, key)


def plan_of(call: Call, query: Query, *, deleted: bool) -> Plan:
    """The plan of a query in this org, now."""
    return compile_query(query, call.org.objects, call.org.today(), deleted=deleted)


def _first(call: Call, *, deleted: bool) -> Answer:
    text = call.query.get("q", "")
    if not text:
        raise ApiError(400, "MALFORMED_QUERY", "A query string has to be specified")
    plan = plan_of(call, parse(text), deleted=deleted)
    rows = call.store.rows(plan)
    if plan.counts:
        return Answer(body={"totalSize": rows[0], "done": True, "records": []})
    ends_at = call.org.now() + call.org.options.locator_seconds
    return _batch(call, Found(plan=plan, rows=rows, ends_at=ends_at), 0, "")


def _batch(call: Call, found: Found, place: int, key: str) -> Answer:
    end = place + _size(call)
    lines = call.store.page(found.plan, found.rows[place:end])
    body: dict[str, object] = {"totalSize": len(found.rows), "done": end >= len(found.rows)}
    if end < len(found.rows):
        key = key or call.org.locators.keep(found)
        body["nextRecordsUrl"] = f"{call.root}/query/{key}-{end}"
    body["records"] = list(as_records(found.plan, lines, call.version))
    return Answer(body=body)


def _size(call: Call) -> int:
    """How many records a batch has: fewer where `Sforce-Query-Options` asks for fewer."""
    wanted = call.headers.get("sforce-query-options", "").replace(" ", "").lower()
    highest = call.org.options.page_size
    if not wanted.startswith(_BATCH_OPTION):
        return highest
    number = wanted.removeprefix(_BATCH_OPTION)
    return min(max(int(number), _FEWEST), highest) if number.isdigit() else highest


ENDPOINTS = (
    Endpoint(method="GET", path="/query", handler=query_live),
    Endpoint(method="GET", path="/queryAll", handler=query_all),
    Endpoint(method="GET", path="/query/{locator}", handler=more),
    Endpoint(method="GET", path="/queryAll/{locator}", handler=more),
)
