"""Values made out of a vendor's row, said so that a database can make them as well as Python.

Where measuring shows that a wire model's own code is too slow, the model says in these terms what
the code does; the core then reads most rows without a Python object for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard


@dataclass(frozen=True, slots=True)
class Key:
    """What stands under a key of the row."""

    name: str


@dataclass(frozen=True, slots=True)
class ItemKey:
    """What stands under a key of an item in the row's list."""

    name: str


@dataclass(frozen=True, slots=True)
class Word:
    """Always the same text; an empty one is no value."""

    text: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts with colons between them; no value where one of them has none."""

    parts: "tuple[Key | ItemKey | Word, ...]"


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first that has a value; an empty text is none."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class IsWord:
    """Whether a key has this text; no value where it has none."""

    key: Key
    text: str


Term: TypeAlias = Key | ItemKey | Word | Joined | FirstOf | IsWord


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a row with a list of items becomes records, for rows that hold nothing unusual.

    It must say what the wire model's `records` does; whatever row does not fit is left to that.
    """

    entity: type[object]
    items: str
    """The key of the list."""
    given: tuple[str, ...] = ()
    """The keys that pages give in `adds`."""
    alone: Sequence[Mapping[str, Term]]
    """Records that there are once for each row: field → value."""
    each: Mapping[str, Term]
    """The record that there is for each item."""
    plain: Mapping[str, str]
    """Key of an item → the regular expression that its text must match."""
    free: tuple[str, ...] = ()
    """More keys of items that the wire model reads: any text will do, or none."""
    apart: tuple[str, ...] = ()
    """Keys of items: a row of which two items are alike in all of these does not fit."""


def leaves_of(term: Term) -> "tuple[Key | ItemKey | Word, ...]":
    """The keys and words that a value is made of."""
    match term:
        case Joined(parts):
            return parts
        case FirstOf(keys):
            return keys
        case IsWord(key, _):
            return (key,)
        case _:
            return (term,)


def keys_of(term: Term) -> tuple[str, ...]:
    """The keys of the row that a value is made of."""
    return tuple(leaf.name for leaf in leaves_of(term) if isinstance(leaf, Key))


def with_made_keys(row: object, made: Mapping[str, Term]) -> object:
    """A row with the keys that its wire model makes; anything but an object stays as it is."""
    if not made or not _is_object(row):
        return row
    return {**row, **{name: value_of(term, row) for name, term in made.items()}}


def value_of(term: Term, row: Mapping[str, object]) -> object:
    """The value that a term has for a row without items."""
    match term:
        case Key(name):
            return row.get(name)
        case Word(text):
            return text
        case Joined(parts):
            return _joined([value_of(part, row) for part in parts])
        case FirstOf(keys):
            values = (row.get(key.name) for key in keys)
            return next((each for each in values if each is not None and each != ""), None)
        case IsWord(key, text):
            found = row.get(key.name)
            return None if found is None else found == text
        case ItemKey(name):
            raise TypeError(f"a row alone has no items, and no {name} of one")


def _joined(parts: Sequence[object]) -> str | None:
    texts = [str(each) for each in parts if isinstance(each, str | int) and each != ""]
    return ":".join(texts) if len(texts) == len(parts) else None


def _is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)
