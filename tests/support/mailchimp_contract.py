"""Mailchimp's own OpenAPI document as the judge of every request and answer of the sandbox.

`watching` wraps an application: whatever passes is held against the document, and `violations`
says what did not fit. The document is the vendor's and not part of the project.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml
from jsonschema import Draft4Validator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DOCUMENT = (
    Path(__file__).parents[3] / "shared" / "data" / "mailchimp" / "marketing-3.0.76.openapi.yaml"
)
_VERSION = "/3.0"
_NEWER = {"filter_bots": {"type": "boolean"}}
"""Parameters that came after the document's version."""
_WRONG = "merge_fields"
"""The document wants objects for the values of merge fields, where the vendor has plain ones."""
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00)?")
_OUR_OWN = ("/_sandbox/", "/oauth2/")
_LOWEST_REFUSAL = 400


class Contract:
    """The document, and what has not fitted it so far."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.judged = 0

    def watching(self, app: ASGIApp) -> ASGIApp:
        """The application, with every exchange judged; where the document is absent, as it is."""
        if not DOCUMENT.exists():
            return app

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            asked, answered = bytearray(), bytearray()
            heads: list[Message] = []

            async def hear() -> Message:
                message = await receive()
                asked.extend(message.get("body", b""))
                return message

            async def say(message: Message) -> None:
                answered.extend(message.get("body", b""))
                if message["type"] == "http.response.start":
                    heads.append(message)
                elif not message.get("more_body") and not scope["path"].startswith(_OUR_OWN):
                    # Before the caller has the answer, who may look at the violations then.
                    self._judge(scope, bytes(asked), heads[0], bytes(answered))
                await send(message)

            await app(scope, hear, say)

        return watched

    def _judge(self, scope: Scope, asked: bytes, head: Message, answered: bytes) -> None:
        self.judged += 1
        status = head["status"]
        place = f"{scope['method']} {scope['path']} → {status}"
        operation = operation_of(scope["method"], scope["path"].removeprefix(_VERSION))
        if status >= _LOWEST_REFUSAL:
            self.violations += [f"{place}: {gap}" for gap in _of_refusal(head, answered)]
        elif operation is None:
            self.violations.append(f"{place}: the vendor has no such endpoint")
        else:
            query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
            gaps = [
                *_of_query(operation, dict(query)),
                *_of_request(operation, asked),
                *answer_gaps(operation, status, answered),
            ]
            self.violations += [f"{place}: {gap}" for gap in gaps]


@cache
def document() -> Any:
    """The whole document."""
    with DOCUMENT.open("rb") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)


@cache
def operation_of(method: str, path: str) -> Any:
    """What the document says of a method at a path: where the fewest parts are left open."""
    found = [
        (template.count("{"), operations[method.lower()])
        for template, operations in document()["paths"].items()
        if method.lower() in operations and _fits(template, path)
    ]
    return min(found, key=lambda each: each[0])[1] if found else None


def _fits(template: str, path: str) -> bool:
    pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None


def _of_refusal(head: Message, answered: bytes) -> Iterator[str]:
    kind = dict(head["headers"]).get(b"content-type", b"").decode()
    if not kind.startswith("application/problem+json"):
        if kind != "text/html; charset=utf-8":  # the bare 403
            yield f"a refusal is a problem document, not {kind}"
        return
    yield from _gaps(json.loads(answered), {"$ref": "#/components/schemas/Problem Detail Document"})


def _of_query(operation: Any, query: Mapping[str, str]) -> Iterator[str]:
    known = {
        each["name"]: each["schema"]
        for each in operation.get("parameters", ())
        if each["in"] == "query"
    } | _NEWER
    for name, text in query.items():
        if name not in known:
            yield f"the vendor has no parameter {name}"
        elif not _is_legal(text, known[name]):
            yield f"{name}={text} is not legal"


def _is_legal(text: str, schema: Any) -> bool:
    match schema.get("type"):
        case "integer":
            return text.isdigit()
        case "boolean":
            return text in {"true", "false", "True", "False"}
        case _:
            return "enum" not in schema or text in schema["enum"]


def _of_request(operation: Any, asked: bytes) -> Iterator[str]:
    body = operation.get("requestBody")
    if body and asked:
        schema = body["content"]["application/json"]["schema"]
        yield from (f"request {gap}" for gap in _gaps(json.loads(asked), schema))


def answer_gaps(operation: Any, status: int, answered: bytes) -> Iterator[str]:
    """Where an answer with this status is not as the operation's answers are."""
    told = operation["responses"].get(str(status))
    if told is None:
        yield f"the vendor answers {', '.join(operation['responses'])}"
        return
    schema = told.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return
    body = json.loads(answered)
    yield from _gaps(body, schema)
    yield from _unknown(body, schema, "$")


def _gaps(body: Any, schema: Any) -> Iterator[str]:
    """Where a body breaks its schema; a time is in ISO 8601, or empty where it never came."""
    whole = {**schema, "components": document()["components"]}
    for error in Draft4Validator(whole).iter_errors(body):
        if _WRONG not in error.path:
            yield f"{error.json_path}: {error.message}"


def _unknown(body: Any, schema: Any, place: str) -> Iterator[str]:
    """Members of an answer that the vendor does not have, and times that are none."""
    schema = _resolved(schema)
    if isinstance(body, list):
        for each in body:
            yield from _unknown(each, schema.get("items", {}), f"{place}[]")
    elif isinstance(body, dict):
        known = schema.get("properties", {})
        for name, value in body.items():
            if name in known:
                yield from _unknown(value, known[name], f"{place}.{name}")
            elif known:
                yield f"{place}: the vendor has no member {name}"
    elif schema.get("format") == "date-time" and not _TIME.fullmatch(str(body)):
        yield f"{place}: {body!r} is not how the vendor writes times"


def _resolved(schema: Any) -> Any:
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    parts = [_resolved(part) for part in schema.get("allOf", ())]
    if not parts:
        return schema
    merged: dict[str, Any] = {}
    for part in [*parts, schema]:
        merged |= part.get("properties", {})
    return {**schema, "properties": merged}
