"""Lists nested in a vendor's record, of which one broken item must not cost the whole record."""

from dataclasses import dataclass, field
from typing import Annotated, TypeGuard, TypeVar

from pydantic import ValidationError, ValidationInfo, ValidatorFunctionWrapHandler, WrapValidator

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class BrokenItems:
    """Collects what was wrong with the items that were left out of one record."""

    reasons: list[str] = field(default_factory=list[str])


def explain(error: ValidationError, *, below: str = "") -> str:
    """What is wrong, in plain words: each field's path, the reason and the value, shortened."""
    return "; ".join(
        f"{_path(below, each['loc'])}: {_reason(each['msg'])}, not {_shortened(each['input'])}"
        for each in error.errors(include_url=False, include_context=False)
    )


def _path(below: str, place: tuple[int | str, ...]) -> str:
    return ".".join(part for part in (below, *map(str, place)) if part) or "the record"


def _reason(message: str) -> str:
    reason = message.removeprefix("Value error, ").removeprefix("Input ")
    return reason[:1].lower() + reason[1:]


def _shortened(value: object, longest: int = 60) -> str:
    shown = repr(value)
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _keep_sound_items(
    value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
) -> object:
    broken: object = info.context
    if not (_is_list(value) and isinstance(broken, BrokenItems)):
        return handler(value)
    sound: list[object] = []
    for place, item in enumerate(value):
        try:
            sound += handler([item])
        except ValidationError as error:
            broken.reasons.append(_explain_item(error, f"{info.field_name}.{place}"))
    return tuple(sound)


def _explain_item(error: ValidationError, place: str) -> str:
    # The item was looked at alone, as a list of one: its own place in that list says nothing.
    return explain(error, below=place).replace(f"{place}.0.", f"{place}.", 1)


Items = Annotated[tuple[Item, ...], WrapValidator(_keep_sound_items)]
"""A nested list of which a broken item is set aside alone: `Items[Value]`."""
