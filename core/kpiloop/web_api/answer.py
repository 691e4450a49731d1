"""What a vendor answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError

from kpiloop.errors import UntrustedAnswerError, VendorError
from kpiloop.web_api import strict_json

SomeVendorError = TypeVar("SomeVendorError", bound=VendorError)
Expected = TypeVar("Expected")

_MESSAGE_KEYS = ("message", "detail", "error_description", "title", "error", "errors")
_LONGEST_MESSAGE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer: status, headers and the body, decompressed.

    `path` is the path that was asked, without its query string; header names are looked up
    whatever their case. Headers and body stay out of the repr: they may hold personal data.
    """

    system: str
    method: str
    path: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> JsonValue:
        """The body as Python values; NaN, endless nesting and cut-off text are refused.

        Raises:
            UntrustedAnswerError: The body is not JSON.
        """
        try:
            return strict_json.parse(self.body)
        except strict_json.NotJsonError as error:
            reason = str(error)
        raise self._not_json(reason)

    def parse(self, expected: TypeAdapter[Expected]) -> Expected:
        """The body as a type of the connector's own: `answer.parse(TypeAdapter(AcmeAccount))`.

        Raises:
            UntrustedAnswerError: It holds something else; its content is not told, for it may be
                personal.
        """
        try:
            return expected.validate_json(self.body)
        except ValidationError:
            pass
        raise self.error(
            UntrustedAnswerError,
            "the answer does not have the form that the vendor's manual promises",
            todo="try again later; if it stays, look for a newer version of the connector",
        )

    def find(self, path: str) -> JsonValue:
        """What stands at a dotted path of keys ("paging.next.after"), or None.

        Cheap for what stands in the last few kilobytes, as cursors do.

        Raises:
            UntrustedAnswerError: The body is not JSON.
        """
        try:
            return strict_json.find(self.body, path)
        except strict_json.NotJsonError as error:
            reason = str(error)
        raise self._not_json(reason)

    def error(
        self, kind: type[SomeVendorError], what: str, *, legal: str = "", todo: str = ""
    ) -> SomeVendorError:
        """An error of this kind that names this call."""
        return kind(
            what,
            system=self.system,
            method=self.method,
            path=self.path,
            status=self.status,
            legal=legal,
            todo=todo,
        )

    def _not_json(self, reason: str) -> UntrustedAnswerError:
        return self.error(
            UntrustedAnswerError,
            f"the answer (status {self.status}) is not the JSON that was asked for: {reason}",
            todo="check the source's address; if it is right, the vendor answers wrongly: "
            "try again later",
        )


def vendor_message(answer: Answer) -> str:
    """The vendor's own words about an error, on one line and short; empty where it gave none."""
    try:
        found = _message_in(strict_json.parse(answer.body))
    except strict_json.NotJsonError:
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in found).split())
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"


def _message_in(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        return _message_in(value[0])
    if isinstance(value, dict):
        for key in _MESSAGE_KEYS:
            if message := _message_in(value.get(key)):
                return message
    return ""
