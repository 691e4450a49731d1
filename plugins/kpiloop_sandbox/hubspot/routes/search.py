"""`/crm/objects/{type}/search`."""

from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.errors import bad_request
from kpiloop_sandbox.hubspot.filters import SearchRequest
from kpiloop_sandbox.hubspot.rendering import view

MAX_BODY = 3_000


def search(call: Call) -> Answer:
    """One page of a search, with the total of all."""
    if len(call.body) > MAX_BODY:
        raise bad_request(f"The request body must not exceed {MAX_BODY} characters")
    request = call.read(SearchRequest)
    found = call.account.index.search(call.kind, request, call.now)
    shape = view(call, request.properties)
    body: dict[str, object] = {
        "total": found.total,
        "results": [shape.show(record) for record in found.records],
    }
    if found.next_offset is not None:
        body["paging"] = {"next": {"after": str(found.next_offset)}}
    return Answer(body=body)


ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/crm/objects/{type}/search",
        handler=search,
        scope="crm.objects.{type}.read",
        search=True,
    ),
)
