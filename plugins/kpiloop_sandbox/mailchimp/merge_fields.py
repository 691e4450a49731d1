"""Merge fields: their definitions, and whether a value may stand in one."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from kpiloop_sandbox.mailchimp.calls import Body
from kpiloop_sandbox.mailchimp.errors import invalid_resource
from kpiloop_sandbox.mailchimp.objects import RESERVED_TAGS, Document
from kpiloop_sandbox.mailchimp.store import Store, fields_of

TYPES = (
    "text", "number", "address", "phone", "date", "url", "imageurl", "radio", "dropdown",
    "birthday", "zip",
)  # fmt: skip
_TAG = re.compile(r"[A-Z0-9_]{1,10}")
_LONGEST_TEXT = 255
_PARTS_OF_ADDRESS = ("addr1", "city", "state", "zip")
_ADDRESS = TypeAdapter(dict[str, str])
_CHOSEN = frozenset({"radio", "dropdown"})


class FieldOptions(Body):
    """What some types of fields need to know."""

    choices: tuple[str, ...] = ()


class FieldDraft(Body):
    """A merge field to define."""

    name: str = Field(min_length=1)
    type: str
    tag: str = ""
    required: bool = False
    default_value: str = ""
    public: bool = False
    help_text: str = ""
    options: FieldOptions = FieldOptions()


class FieldChange(Body):
    """What may be changed about a merge field; its type stays."""

    name: str | None = None
    tag: str | None = None
    required: bool | None = None
    default_value: str | None = None
    public: bool | None = None
    help_text: str | None = None


def definitions(store: Store, list_id: str) -> list[Document]:
    """The merge fields of an audience."""
    return store.all(fields_of(list_id))


def check_draft(known: list[Document], draft: FieldDraft, limit: int) -> None:
    """Refuse a field that cannot be defined.

    Raises:
        ApiError: the type or the tag is not legal, the tag is taken, or all places are.
    """
    if len(known) >= limit:
        raise invalid_resource(f"This list already has the maximum of {limit} merge fields.")
    if draft.type not in TYPES:
        raise invalid_resource(type=f"Value must be one of: {', '.join(TYPES)}")
    if draft.tag:
        check_tag(known, draft.tag)


def check_tag(known: list[Document], tag: str) -> None:
    """Refuse a tag that is not legal, or is taken.

    Raises:
        ApiError: 400.
    """
    if not _TAG.fullmatch(tag):
        raise invalid_resource(tag="A tag has up to 10 characters of A-Z, 0-9 and _")
    if tag in RESERVED_TAGS or any(each["tag"] == tag for each in known):
        raise invalid_resource(f'A merge field with the tag "{tag}" already exists for this list.')


def checked(known: list[Document], given: Mapping[str, Any]) -> Document:
    """Values as they are stored; tags that the audience does not have are passed over.

    Raises:
        ApiError: 400 with every value that its field does not take.
    """
    values: Document = {}
    errors: dict[str, str] = {}
    for field in known:
        tag = field["tag"]
        if tag not in given:
            continue
        try:
            values[tag] = "" if given[tag] in ("", None) else _value(field, given[tag])
        except ValueError as error:
            errors[tag] = str(error)
    if errors:
        raise invalid_resource("Your merge fields were invalid.", **errors)
    return values


def require(known: list[Document], values: Mapping[str, Any]) -> None:
    """Refuse a member who lacks what the audience requires.

    Raises:
        ApiError: 400 with every field that is empty.
    """
    empty = [each["tag"] for each in known if each["required"] and not values.get(each["tag"])]
    if empty:
        told = dict.fromkeys(empty, "Please enter a value")
        raise invalid_resource("Your merge fields were invalid.", **told)


def _value(field: Document, value: Any) -> Any:
    match field["type"]:
        case "number":
            return _number(value)
        case "date":
            return date.fromisoformat(str(value)).isoformat()
        case "address":
            return _address(value)
        case kind if kind in _CHOSEN and str(value) not in field["options"].get("choices", []):
            raise ValueError("This is none of the choices")
        case _:
            return _text(value)


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError("Please enter a number") from None
    return int(number) if number.is_integer() else number


def _address(value: Any) -> Document:
    try:
        parts = _ADDRESS.validate_python(value)
    except ValidationError:
        parts = {}
    if not all(parts.get(part) for part in _PARTS_OF_ADDRESS):
        raise ValueError("Please enter a complete address")
    return dict(parts)


def _text(value: Any) -> str:
    text = str(value)
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"Please enter at most {_LONGEST_TEXT} characters")
    return text
