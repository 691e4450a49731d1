"""What an endpoint is: a function from a call to an answer, with its path."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from kpiloop_sandbox.mailchimp.account import Account
from kpiloop_sandbox.mailchimp.errors import bad_request, invalid_resource, not_found
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.recipients import Span
from kpiloop_sandbox.mailchimp.selection import Selection, tree
from kpiloop_sandbox.mailchimp.store import LISTS, Store
from kpiloop_sandbox.mailchimp.times import iso, parse

M = TypeVar("M", bound=BaseModel)
DEFAULT_COUNT, HIGHEST_COUNT = 10, 1_000


class Body(BaseModel):
    """A submitted resource; members that Mailchimp does not know are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to one endpoint; `now` is the account's time in whole seconds."""

    account: Account
    now: int
    path: Mapping[str, str]
    query: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    base: str = ""

    @property
    def store(self) -> Store:
        """The account's state."""
        return self.account.store

    @property
    def time(self) -> str:
        """The account's time as Mailchimp writes it."""
        return iso(self.now)

    def one(self, name: str, default: str = "") -> str:
        """A query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def flag(self, name: str) -> bool:
        """A query parameter that is true or false."""
        return self.one(name).lower() in {"true", "1"}

    def choice(self, name: str, legal: Sequence[str]) -> str:
        """A query parameter of which the legal values are known; empty where it is not given.

        Raises:
            ApiError: another value.
        """
        value = self.one(name)
        if value and value not in legal:
            raise bad_request(f"{name}: {value!r} is none of {', '.join(legal)}")
        return value

    def moment(self, name: str) -> int | None:
        """A query parameter that is a time, in whole seconds.

        Raises:
            ApiError: it is none.
        """
        text = self.one(name)
        if not text:
            return None
        moment = parse(text)
        if moment is None:
            raise bad_request(f"{name}: {text!r} is not a time in ISO 8601")
        return moment

    @property
    def span(self) -> Span:
        """`count` and `offset`; a count that is too high gives what one page holds.

        Raises:
            ApiError: one of them is no number.
        """
        return Span(
            limit=min(self._number("count", DEFAULT_COUNT), HIGHEST_COUNT),
            offset=self._number("offset", 0),
        )

    @property
    def selection(self) -> Selection:
        """Which members of the answer are wanted."""
        return Selection(
            tree([path for path in self.one("fields").split(",") if path]),
            tree([path for path in self.one("exclude_fields").split(",") if path]),
        )

    def audience(self) -> Document:
        """The audience in the path.

        Raises:
            ApiError: 404.
        """
        return self.found(LISTS, self.path["list_id"])

    def found(self, collection: str, key: str) -> Document:
        """A document that must be there.

        Raises:
            ApiError: 404.
        """
        document = self.store.get(collection, key)
        if document is None:
            raise not_found()
        return document

    def read(self, model: type[M]) -> M:
        """The body as this model.

        Raises:
            ApiError: it is not JSON, or not of this shape.
        """
        try:
            return model.model_validate_json(self.body or b"{}")
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False)
            if found[0]["type"] == "json_invalid":
                raise bad_request("We encountered an unspecified JSON parsing error.") from None
            told = {".".join(map(str, each["loc"])): each["msg"] for each in found}
            raise invalid_resource(**told) from None

    def _number(self, name: str, default: int) -> int:
        text = self.one(name, str(default))
        if not (text.isascii() and text.isdigit()):
            raise bad_request(f"{name}: {text!r} is not a whole number")
        return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The body and status of a successful call."""

    body: Document | None = None
    status: int = 200

    def content(self, selection: Selection) -> bytes:
        """The body on the wire, as far as it is wanted."""
        if self.body is None:
            return b""
        wanted = selection.of(self.body)
        return json.dumps(wanted, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a handler is reached, below `/3.0`."""

    method: str
    path: str
    handler: Callable[[Call], Answer]


def collection(
    call: Call, name: str, rows: Sequence[Document], total: int, **more: object
) -> Answer:
    """A page of rows with the number of all, and the links that Mailchimp adds."""
    for row in rows:
        row["_links"] = links(call, str(row.get("id") or row.get("email_id") or ""))
    body: Document = {name: list(rows), **more, "total_items": total, "_links": links(call, "")}
    return Answer(body=body)


def bare(name: str, rows: Sequence[Document]) -> Answer:
    """All rows of a short list, which has neither pages nor links."""
    return Answer(body={name: list(rows), "total_items": len(rows)})


def paged(call: Call, name: str, rows: Sequence[Document], **more: object) -> Answer:
    """The page of all rows that the call asks for."""
    span = call.span
    page = rows[span.offset : span.offset + span.limit]
    return collection(call, name, page, len(rows), **more)


def single(call: Call, document: Document, status: int = 200) -> Answer:
    """One resource with its links."""
    return Answer(body={**document, "_links": links(call, "")}, status=status)


def links(call: Call, key: str) -> list[Document]:
    """Where a resource is found."""
    address = f"{call.base}/{key}" if key else call.base
    return [{"rel": "self", "href": address, "method": "GET"}]
