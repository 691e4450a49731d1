"""From page to page by the key of the last row: edits and deletes meanwhile move no other row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, TypeAlias, TypeGuard

from pydantic import AliasPath, BaseModel, Field, TypeAdapter, create_model

from kpiloop.errors import UntrustedAnswerError
from kpiloop.web_api.answer import Answer
from kpiloop.web_api.page import Checkpoint, Page

Key: TypeAlias = str | int
"""What rows are in the order of, such as an id."""

Ask: TypeAlias = Callable[[Key | None], Answer]
"""Gets the rows behind a key, in the order of the keys; behind None stand all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyset:
    """Where rows and their keys stand, and which page is the last.

    Attributes:
        rows: The dotted path of the list of rows; empty where the body is the list.
        key: The dotted path of a row's key.
        size: How many rows a page has that is not the last; None: only an empty one is.
        more: The dotted path of what stands only where more follows; empty: nothing does.
        of: The wire model that reads the rows.
    """

    rows: str
    key: str = "id"
    size: int | None = None
    more: str = ""
    of: type[BaseModel] | None = None


def walk_keys(ask: Ask, keyset: Keyset, start: Checkpoint) -> Iterator[Page]:
    """The pages behind `start`; each one's checkpoint is its last key."""
    last = _key_of(start)
    while True:
        answer = ask(last)
        found = _found_in(answer, keyset)
        if not found:
            return
        last = _last_key(answer, keyset, found, last)
        yield Page.json(answer.body, rows=keyset.rows, of=keyset.of, checkpoint=last)
        if keyset.size is not None and len(found) < keyset.size:
            return
        if keyset.more and not answer.find(keyset.more):
            return


def _found_in(answer: Answer, keyset: Keyset) -> Sequence[object]:
    """What stands at the key of each row, whatever it is: the wire model judges broken rows."""
    body: Any = answer.parse(_body_of(keyset.rows, keyset.key))
    rows: Sequence[Any] = body.rows if keyset.rows else body
    return [getattr(row, "key", None) for row in rows]


@cache
def _body_of(rows: str, key: str) -> TypeAdapter[Any]:
    """Reads the keys of a body alone, at a third of the cost of parsing it."""
    at_key = Field(default=None, validation_alias=AliasPath(*_keys(key)))
    row: Any = create_model("Row", key=(Any, at_key))
    annotated: Any = Annotated  # types made at run time are values to a type checker
    any_row = annotated[row | Any, Field(union_mode="left_to_right")]
    all_rows: Any = GenericAlias(list, (any_row,))
    if not rows:
        return TypeAdapter(all_rows)
    at_rows = Field(validation_alias=AliasPath(*_keys(rows)))
    body: Any = create_model("Body", rows=(all_rows, at_rows))
    return TypeAdapter(body)


def _keys(path: str) -> tuple[str, *tuple[str, ...]]:
    first, *others = path.split(".")
    return (first, *others)


def _last_key(answer: Answer, keyset: Keyset, found: Sequence[object], before: Key | None) -> Key:
    keys = [each for each in found if _is_key(each)]
    way = [*([] if before is None else [before]), *keys]
    if keys and _is_in_order(way):
        return keys[-1]
    raise answer.error(
        UntrustedAnswerError,
        f"the rows are not in the order of {keyset.key!r}, or not behind the last one: going on "
        "from there would leave records out",
        todo="try again later; if it stays, tell the author of the connector: the request must "
        f"sort by {keyset.key}, and ask for what is greater",
    )


def _is_in_order(keys: Sequence[Key]) -> bool:
    """Whether each key is behind the one before; of texts only whether one comes again.

    Vendors sort letters each in a way of their own. Figures may be sorted as numbers or as texts.
    """
    if len({*keys}) < len(keys):
        return False
    if not all(isinstance(each, int) or each.isdecimal() for each in keys):
        return True
    return [*keys] in (sorted(keys, key=int), sorted(keys, key=str))


def _is_key(value: object) -> TypeGuard[Key]:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _key_of(start: Checkpoint) -> Key | None:
    if start is None or _is_key(start):
        return start
    raise TypeError("a checkpoint of a keyset is the key of a row")
