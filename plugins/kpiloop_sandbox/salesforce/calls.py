"""What an endpoint is: a function from a call to an answer, with its path."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from kpiloop_sandbox.salesforce.catalogue.sobject import SObject
from kpiloop_sandbox.salesforce.errors import bad_json
from kpiloop_sandbox.salesforce.org import Org
from kpiloop_sandbox.salesforce.store import Store

M = TypeVar("M", bound=BaseModel)
JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to one endpoint; `version` is the API version in its path: `67.0`."""

    org: Org
    version: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    base_url: str = ""

    @property
    def store(self) -> Store:
        """The org's records."""
        return self.org.store

    @property
    def entity(self) -> SObject:
        """The object in the path."""
        return self.org.entity(self.path["object"])

    @property
    def root(self) -> str:
        """Where this version of the API is."""
        return f"/services/data/v{self.version}"

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
            raise bad_json(f"{first['msg']} at {place or '[line:1, column:1]'}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The body and status of a successful call; `content` goes as it is, `body` as JSON."""

    body: object = None
    status: int = 200
    content: bytes | None = None
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def on_wire(self) -> bytes:
        """The body on the wire."""
        if self.content is not None:
            return self.content
        if self.body is None:
            return b""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a handler is reached, below the API version; `open` needs no session."""

    method: str
    path: str
    handler: Callable[[Call], Answer]
    open: bool = False
