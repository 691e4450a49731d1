"""Recordings: what a vendor answered once, in a file that people can read."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpiloop.testing.fault_server import Received
from kpiloop.testing.forwarding import Answered

ROOT = "http://recorded.example"
"""What links to the vendor lead to in a recording; a replay puts itself in its place."""

_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One request and its answer."""

    method: str
    path: str
    query: str = ""
    body: str = ""
    answered: Answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Everything that was asked, in its order; `base_path` begins every path."""

    base_path: str
    exchanges: Sequence[Recorded]

    def save(self, file: Path) -> None:
        """Write it down, as JSON."""
        table = {
            "base_path": self.base_path,
            "exchanges": [_to_table(each) for each in self.exchanges],
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(table, indent=2, ensure_ascii=False, sort_keys=True)
        file.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> "Recording":
        """Read it."""
        table = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            base_path=str(table["base_path"]),
            exchanges=[_from_table(each) for each in table["exchanges"]],
        )


def unescaped(text: str) -> str:
    """JSON without the escapes that would hide what is looked for; anything else as it is.

    Half of a surrogate pair, which some vendors send, can only stand as an escape.
    """
    try:
        plain = json.dumps(json.loads(text), ensure_ascii=False)
        plain.encode()
    except (ValueError, RecursionError):
        return text
    return plain


def text_of(request: Received) -> str:
    """The body of a request, as far as it is text."""
    return request.body.decode("utf-8", "replace")


def _to_table(each: Recorded) -> Mapping[str, object]:
    answered = each.answered
    return {
        "request": {
            "method": each.method,
            "path": each.path,
            "query": each.query,
            "body": each.body,
        },
        "answer": {
            "status": answered.status,
            "headers": dict(answered.headers),
            **_body_to_table(answered),
        },
    }


def _body_to_table(answered: Answered) -> Mapping[str, object]:
    try:
        text = answered.body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": b64encode(answered.body).decode()}
    if _JSON in answered.headers.get("content-type", ""):
        try:
            found: object = json.loads(text)
            json.dumps(found, ensure_ascii=False).encode()
        except ValueError:
            return {"text": text}
        return {"json": found}
    return {"text": text}


def _from_table(table: Mapping[str, Any]) -> Recorded:
    request, answer = table["request"], table["answer"]
    return Recorded(
        method=str(request["method"]),
        path=str(request["path"]),
        query=str(request["query"]),
        body=str(request["body"]),
        answered=Answered(
            status=int(answer["status"]), headers=answer["headers"], body=_body_from_table(answer)
        ),
    )


def _body_from_table(answer: Mapping[str, Any]) -> bytes:
    if "base64" in answer:
        return b64decode(answer["base64"])
    if "json" in answer:
        return json.dumps(answer["json"], ensure_ascii=False).encode()
    return str(answer["text"]).encode()
