"""Every path, parameter and field that the connector asks for stands in the vendor's own spec."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml

from kpiloop import Window
from kpiloop.testing import FaultServer, Received
from kpiloop_mailchimp.reads import Mailchimp
from support.mailchimp import EVERYTHING, NOON, Connect, pages_of

SPEC = Path(__file__).parents[4] / "shared/data/mailchimp/marketing-3.0.76.openapi.yaml"
NEWER = {"filter_bots"}
"""Parameters that came with a later version than that of the spec at hand."""
WITHOUT_PAGES = "/3.0/reports/c1/abuse-reports"
"""A list whose paging the spec leaves open: it is asked for pages, and may come whole."""
IDS: Mapping[str, tuple[str, ...]] = {
    "email_activity": ("c1",),
    "unsubscribes": ("c1",),
    "complaints": ("c1",),
    "variants": ("c1",),
    "survey_scores": ("s1:r1",),
}

pytestmark = pytest.mark.skipif(not SPEC.is_file(), reason="the spec is not part of the project")


@pytest.fixture(scope="module")
def spec() -> Any:
    """The vendor's description of its API."""
    return yaml.load(SPEC.read_text(), Loader=yaml.CSafeLoader)


@pytest.fixture
def requests(server: FaultServer, connect: Connect) -> list[Received]:
    """What all streams and doctor ask for, in full reads and in windows."""
    mailchimp = connect()
    for stream in Mailchimp.streams():
        pages_of(mailchimp, stream, ids=IDS.get(stream, ()))
    pages_of(mailchimp, "members", window=Window(start=NOON, end=EVERYTHING.end))
    list(mailchimp.checks())
    return server.received


def operation(spec: Any, path: str) -> Any:
    """The description of GET on a path that was asked for."""
    for template, described in spec["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", template)
        if "get" in described and re.fullmatch(pattern, path):
            return described["get"]
    raise AssertionError(f"the spec knows no GET {path}")


def resolved(spec: Any, node: Any) -> Any:
    """A node of the spec, its reference followed."""
    while "$ref" in node:
        target = spec
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def answer_of(described: Any) -> Any:
    """The schema of the answer to an operation, which is the same for every media type."""
    return next(iter(described["responses"]["200"]["content"].values()))["schema"]


def has(spec: Any, schema: Any, path: list[str]) -> bool:
    """Whether an answer has a field at a dotted path; the keys of free objects are free."""
    schema = resolved(spec, schema)
    if not path:
        return True
    if schema.get("type") == "array":
        return has(spec, schema["items"], path)
    known = schema.get("properties", {})
    for part in schema.get("allOf", ()):
        known = {**known, **resolved(spec, part).get("properties", {})}
    return path[0] in known and has(spec, known[path[0]], path[1:])


def fields_asked(request: Received) -> Iterator[list[str]]:
    """The fields that a request wants or leaves out."""
    query = parse_qs(request.query)
    for text in (*query.get("fields", ()), *query.get("exclude_fields", ())):
        yield from (name.split(".") for name in text.split(","))


def test_every_path_and_parameter_is_in_the_spec(spec: Any, requests: list[Received]) -> None:
    """A parameter that is not known is ignored without a word, and lists come back unfiltered."""
    assert len({each.path for each in requests}) > 15
    for request in requests:
        described = operation(spec, request.path.removeprefix("/3.0") or "/")
        known = {resolved(spec, each)["name"] for each in described.get("parameters", ())}
        paging = {"count", "offset"} if request.path == WITHOUT_PAGES else set[str]()
        assert parse_qs(request.query).keys() - NEWER - paging <= known, request.path


def test_every_field_that_is_asked_for_is_in_the_spec(spec: Any, requests: list[Received]) -> None:
    """A field that is not known is left out without a word."""
    for request in requests:
        described = operation(spec, request.path.removeprefix("/3.0") or "/")
        for path in fields_asked(request):
            assert has(spec, answer_of(described), path), (request.path, path)


PATHS = {
    "members": "/lists/{list_id}/members",
    "audiences": "/lists",
    "segments": "/lists/{list_id}/segments",
    "campaigns": "/campaigns",
    "reports": "/reports",
    "activity_totals": "/reports",
    "email_activity": "/reports/{campaign_id}/email-activity",
    "unsubscribes": "/reports/{campaign_id}/unsubscribed",
    "complaints": "/reports/{campaign_id}/abuse-reports",
    "variants": "/reports/{campaign_id}/sent-to",
    "automations": "/automations",
    "automation_emails": "/automations/{workflow_id}/emails",
    "orders": "/ecommerce/stores/{store_id}/orders",
    "products": "/ecommerce/stores/{store_id}/products",
    "landing_pages": "/reporting/landing-pages",
    "survey_responses": "/reporting/surveys/{outreach_id}/responses",
    "facebook_ads": "/reporting/facebook-ads",
}


@pytest.mark.parametrize(("stream", "path"), PATHS.items())
def test_every_field_that_is_read_is_in_the_spec(spec: Any, stream: str, path: str) -> None:
    """Wire models read nothing that the vendor does not promise."""
    answer = resolved(spec, answer_of(spec["paths"][path]["get"]))
    lists = {name: each for name, each in answer["properties"].items() if name != "_links"}
    rows = next(each for each in lists.values() if each.get("type") == "array")
    for model in Mailchimp.streams()[stream].models:
        for place in places(model):
            assert has(spec, rows, place), (model.__name__, place)


@pytest.mark.parametrize("stream", ["members", "email_activity", "unsubscribes", "variants"])
def test_the_fields_that_name_a_row_stand_in_rows_only(spec: Any, stream: str) -> None:
    """Full pages are not taken apart: whatever bears these names is counted as a row."""
    names = {"contact_id", "last_changed"} if stream == "members" else {"email_id"}
    answer = answer_of(spec["paths"][PATHS[stream]]["get"])
    found = [name for name in keys_below(spec, answer) if name in names]
    assert sorted(found) == sorted(names)


def keys_below(spec: Any, schema: Any) -> Iterator[str]:
    """The names of all fields of an answer, at any depth."""
    schema = resolved(spec, schema)
    if schema.get("type") == "array":
        yield from keys_below(spec, schema["items"])
    for name, each in schema.get("properties", {}).items():
        yield name
        yield from keys_below(spec, each)
    for part in schema.get("allOf", ()):
        yield from keys_below(spec, part)


def places(model: Any) -> Iterator[list[str]]:
    """Where a wire model's own fields stand, but for those that the connector adds."""
    for name in model.__annotations__.keys() & model.model_fields.keys():
        alias = model.model_fields[name].validation_alias or name
        path = [str(each) for each in getattr(alias, "path", [alias]) if isinstance(each, str)]
        if path[0] != "merge_fields" and not path[0].startswith("kpiloop_"):
            yield path
