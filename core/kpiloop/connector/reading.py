"""The reading half of the connector contract: streams, and what a stream is asked for.

A stream is a method of a connector that yields pages. The core opens it with a `Read`, validates
the rows, stores them with the page's checkpoint, and works out what changed and what is gone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from kpiloop.schema.record import Record, Wire
from kpiloop.web_api.page import Checkpoint, Page

STREAM = "__kpiloop_stream__"


class Cursor(StrEnum):
    """By which time of its own a vendor can be asked for what is new."""

    MODIFIED = "modified"
    """Changes: a window of modification times; the first read has no start and is full."""
    CREATED = "created"
    """Things that never change once they are there: a window of creation times."""
    NONE = "none"
    """Neither: each read gives everything that there is."""


CursorName: TypeAlias = Literal["modified", "created", "none"]
"""A cursor as `@reads` takes it."""


class Absent(StrEnum):
    """What it means that a full read did not give a record that is stored."""

    DELETED = "deleted"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The vendor's modification times to read: after `start`, up to and including `end`."""

    start: datetime | None
    """No value: from the beginning; the read is full."""
    end: datetime

    @property
    def is_full(self) -> bool:
        """Whether everything is read, so that what is absent is gone."""
        return self.start is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a stream is asked for, once per slice."""

    window: Window
    slice: str = ""
    """The part of the window to read, as the stream's `slices` named it."""
    ids: tuple[str, ...] = ()
    """For a stream that follows another: the parents whose children are to be read."""
    fields: Mapping[type[Wire], tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Per wire model the vendor's field paths that are needed, mapped ones included."""
    mapped: Mapping[type[Wire], Mapping[str, str]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Per wire model the fields that the settings map, and their paths: where the vendor lacks such
    a path, say so; what your own wire model reads besides may be missing in some accounts."""
    checkpoint: Checkpoint = None
    """The checkpoint of the last page that was stored before an interruption; None: begin."""

    def fields_below(self, prefix: str, model: type[Wire] | None = None) -> tuple[str, ...]:
        """The needed fields under a path, as `properties` gives `email` for `properties.email`.

        Without `model`, those of every wire model of the stream.
        """
        models = (model,) if model else tuple(self.fields)
        paths = (path for each in models for path in self.fields.get(each, ()))
        start = f"{prefix}."
        found = (path.removeprefix(start) for path in paths if path.startswith(start))
        return tuple(dict.fromkeys(found))


class Slices(Protocol):
    """Cuts a read into parts that can be read side by side; asked once, before the first page.

    A function or method of two arguments, whatever their names: the connector, and the read.
    """

    def __call__(self, connector: Any, read: Read, /) -> Sequence[str]:
        """The names of the parts."""
        ...


IdPages: TypeAlias = Callable[[Any, Read], Iterator[Page]]
"""Gives the ids of all records that there are, page by page; asked as a stream is."""
Fingerprint: TypeAlias = Callable[[Any, Read], str]
"""Gives a text that is another one whenever a record has come or gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One stream of a connector, as `@reads` declares it."""

    name: str
    models: tuple[type[Wire], ...]
    cursor: Cursor
    slices: Slices | None = None
    """Cuts a read into parts, which several threads read side by side."""
    follows: str = ""
    """Another stream: this one reads the children of the records that it changed."""
    each: str = ""
    """Another stream: this one reads the children of every record alive in its entity."""
    absent: Absent = Absent.DELETED
    """What a full read does not give. Streams that read by ids keep it unless said otherwise: their
    pages say with `Page.replaces` whose children they replace."""
    ids_per_slice: int = 2_000
    once: bool = False
    """The name of a slice changes with what is in it: one that was read before is not read again.
    Where absent records are deleted, all slices are read as soon as one is new or missing."""
    optional: bool = False
    """Whether an account may lack it: then a refusal leaves it out, and the pull goes on."""
    ids: IdPages | None = None
    """For a vendor that tells no deletes: what lists the ids that there are. It is asked after each
    window of changes; a stored record that it does not name is gone."""
    fingerprint: Fingerprint | None = None
    """Spares the ids as long as it is the same."""


_ConnectorType = TypeVar("_ConnectorType")
_Method: TypeAlias = Callable[[_ConnectorType, Read], Iterator[Page]]


def reads(  # noqa: PLR0913 - each word declares one fact about the vendor's interface
    *models: type[Wire],
    cursor: CursorName = "none",
    slices: Slices | None = None,
    follows: str = "",
    each: str = "",
    absent: str = "",
    ids_per_slice: int = 2_000,
    once: bool = False,
    optional: bool = False,
    ids: IdPages | None = None,
    fingerprint: Fingerprint | None = None,
) -> Callable[[_Method[_ConnectorType]], _Method[_ConnectorType]]:
    """Declare a method as a stream that fills the entities of the wire models.

    Its words are those of `Stream`. ValueError where they contradict each other.
    """
    _refuse_contradictions(models, by_ids=(follows, each), slices=slices, cursor=cursor, once=once)
    _refuse_ids(models, ids, fingerprint, is_read_whole=cursor == "none" or once, absent=absent)

    def declare(method: _Method[_ConnectorType]) -> _Method[_ConnectorType]:
        stream = Stream(
            name=method.__name__,
            models=models,
            cursor=Cursor(cursor),
            slices=slices,
            follows=follows,
            each=each,
            absent=Absent(absent or ("kept" if follows or each else "deleted")),
            ids_per_slice=ids_per_slice,
            once=once,
            optional=optional,
            ids=ids,
            fingerprint=fingerprint,
        )
        setattr(method, STREAM, stream)
        return method

    return declare


def _refuse_contradictions(
    models: Sequence[type[Wire]],
    *,
    by_ids: tuple[str, str],
    slices: object,
    cursor: str,
    once: bool,
) -> None:
    if once and not slices:
        raise ValueError("a stream with once= has slices=, whose names tell what was read before")
    if all(by_ids):
        raise ValueError("a stream has follows= or each=, not both")
    if any(by_ids) and (slices or cursor != "none"):
        raise ValueError('a stream with follows= or each= has cursor="none" and no slices=')
    if cursor not in list(Cursor):
        raise ValueError(f'cursor="{cursor}" is none of {", ".join(Cursor)}')
    if not models:
        raise ValueError("@reads needs at least one wire model")
    silent = [model.__name__ for model in models if model.records is Wire.records]
    if silent:
        raise ValueError(
            f"{', '.join(silent)} must say which records it holds: subclass an entity, as in "
            "class AcmeContact(Contact), or write records()"
        )


def _refuse_ids(
    models: Sequence[type[Wire]],
    ids: IdPages | None,
    fingerprint: Fingerprint | None,
    *,
    is_read_whole: bool,
    absent: str,
) -> None:
    if ids is None and fingerprint is None:
        return
    if ids is None:
        raise ValueError("fingerprint= spares ids=: say both")
    if is_read_whole:
        raise ValueError('a stream with ids= is read by windows: say cursor="modified"')
    if absent == "kept":
        raise ValueError('ids= tells what is gone: absent="kept" says that nothing does')
    if len(models) != 1 or not issubclass(models[0], Record):
        raise ValueError(
            "ids= names the records of one entity: give the stream one wire model that subclasses"
            " it, as in class AcmeContact(Contact)"
        )
