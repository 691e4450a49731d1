"""`/sobjects` and `/sobjects/X/describe`: the objects and fields that the running user sees."""

from email.utils import format_datetime, parsedate_to_datetime

from kpiloop_sandbox.salesforce.calls import Answer, Call, Endpoint
from kpiloop_sandbox.salesforce.catalogue.describe import describe_field, describe_object
from kpiloop_sandbox.salesforce.times import moment_of, seconds_of


def objects(call: Call) -> Answer:
    """Every object, without its fields."""
    described = [describe_object(each, call.root) for each in call.org.objects.values()]
    return Answer(body={"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": described})


def describe(call: Call) -> Answer:
    """One object with its fields; nothing where nothing changed since `If-Modified-Since`."""
    changed_at = call.org.schema_changed_at
    headers = {"Last-Modified": format_datetime(moment_of(changed_at), usegmt=True)}
    seen_at = _seconds(call.headers.get("if-modified-since", ""))
    if seen_at is not None and seen_at >= changed_at:
        return Answer(status=304, headers=headers)
    entity = call.entity
    body = describe_object(entity, call.root)
    body["fields"] = [describe_field(field, entity) for field in entity.fields]
    body["childRelationships"] = []
    body["recordTypeInfos"] = []
    body["supportedScopes"] = [{"label": f"All {entity.label}", "name": "everything"}]
    return Answer(body=body, headers=headers)


def basics(call: Call) -> Answer:
    """One object without its fields."""
    described = describe_object(call.entity, call.root)
    return Answer(body={"objectDescribe": described, "recentItems": []})


def _seconds(text: str) -> int | None:
    try:
        return seconds_of(parsedate_to_datetime(text)) if text else None
    except ValueError:
        return None


ENDPOINTS = (
    Endpoint(method="GET", path="/sobjects", handler=objects),
    Endpoint(method="GET", path="/sobjects/{object}/describe", handler=describe),
    Endpoint(method="GET", path="/sobjects/{object}", handler=basics),
)
