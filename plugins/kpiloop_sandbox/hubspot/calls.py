"""What an endpoint is: a function from a call to an answer, with its path and scope."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ValidationError

from kpiloop_sandbox.hubspot.account import Account
from kpiloop_sandbox.hubspot.errors import bad_request
from kpiloop_sandbox.hubspot.kinds import Kind, kind_of
from kpiloop_sandbox.hubspot.store import Store

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to one endpoint; `version` is the API version in its path."""

    account: Account
    now: int
    version: str
    path: Mapping[str, str]
    query: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    url: str = ""

    @property
    def store(self) -> Store:
        """The account's state."""
        return self.account.store

    @property
    def kind(self) -> Kind:
        """The object type in the path."""
        return kind_of(self.path["type"])

    def one(self, name: str, default: str = "") -> str:
        """A query parameter that is given at most once."""
        return next((value for key, value in self.query if key == name), default)

    def many(self, name: str) -> list[str]:
        """A query parameter that may be repeated, or list its values with commas."""
        values = (value for key, value in self.query if key == name)
        return [part for value in values for part in value.split(",") if part]

    def flag(self, name: str) -> bool:
        """A query parameter that is true or false."""
        return self.one(name).lower() == "true"

    def limit(self, default: int, highest: int) -> int:
        """The `limit` parameter.

        Raises:
            ApiError: it is no number, or beyond what the endpoint serves.
        """
        text = self.one("limit", str(default))
        if not text.isdigit() or not 1 <= int(text) <= highest:
            raise bad_request(f"Invalid limit {text}: it must be between 1 and {highest}")
        return int(text)

    def read(self, model: type[M]) -> M:
        """The body as this model.

        Raises:
            ApiError: it is not JSON, or not of this shape.
        """
        try:
            return model.model_validate_json(self.body)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise bad_request(f"Invalid input JSON at {place or 'root'}: {first['msg']}") from None

    def next_page(self, after: str) -> dict[str, object]:
        """The `paging` member that leads to the next page."""
        rest = [(key, value) for key, value in self.query if key != "after"]
        link = f"{self.url}?{urlencode([*rest, ('after', after)])}"
        return {"paging": {"next": {"after": after, "link": link}}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The body and status of a successful call."""

    body: object = None
    status: int = 200

    def content(self) -> bytes:
        """The body on the wire."""
        if self.body is None:
            return b""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a handler is reached; `scope` may name path parameters in braces."""

    method: str
    path: str
    handler: Callable[[Call], Answer]
    scope: str = ""
    open: bool = field(default=False)
    search: bool = field(default=False)

    def needed_scope(self, call: Call) -> str:
        """The scope that this call needs."""
        if "{type}" not in self.scope:
            return self.scope
        return self.scope.format(type=call.kind.scope)
