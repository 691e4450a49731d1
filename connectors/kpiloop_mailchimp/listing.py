"""Lists of the API, page by page: offsets that hold although the list is edited meanwhile.

Mailchimp has no cursors. When a row before the offset goes away, all that follow move up, and the
next page would leave rows out without a word. So each page begins a few rows before the end of the
one before; where none of those is in it, the list has moved, and it is read again from further up.
A row that comes twice is stored once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import takewhile
from types import MappingProxyType
from typing import TypeAlias, TypedDict

from pydantic import BaseModel, ConfigDict, JsonValue

from kpiloop import Checkpoint, NotFoundError, Page, UnavailableError, UntrustedAnswerError
from kpiloop.web_api import Answer, Api, Param, Params
from kpiloop_mailchimp.glance import ends_of

_NOTHING: Mapping[str, str | None] = MappingProxyType({})

PAGE = 1_000
"""Rows that Mailchimp gives at most; it cuts larger wishes down without saying so."""

OVERLAP = 5
"""Rows of a page that the next one repeats."""

_MOST_STEPS_BACK = 20

Row: TypeAlias = Mapping[str, JsonValue]


class _More(TypedDict):
    """What pages of both sorts take."""

    of: type[BaseModel]
    checkpoint: Checkpoint
    replaces: Iterable[str]


class Place(BaseModel):
    """How far a list was read; what a checkpoint holds."""

    model_config = ConfigDict(frozen=True)

    offset: int = 0
    last: tuple[str, ...] = ()
    """The last rows before: one of them must be met again."""
    since: str = ""
    before: str = ""
    """The list's bounds in time, where it has any."""

    @classmethod
    def of(cls, checkpoint: Checkpoint, begin: "Place") -> "Place":
        """Where a checkpoint points, else the beginning."""
        return begin if checkpoint is None else cls.model_validate(checkpoint)


BEGINNING = Place()


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer with rows of a list."""

    answer: Answer
    key: str
    """The key under which the answer has the rows."""

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The rows, which costs a parse.

        Raises:
            UntrustedAnswerError: There is no list of objects under the key.
        """
        return rows_of(self.answer, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the way through a list needs to know of one page."""

    number: int
    """How many rows it has."""
    joins: bool
    """Whether one of the last rows before is in it."""
    skip: int | None
    """How many rows at its beginning came before; None: they stand amid new ones."""
    last: tuple[str, ...]
    """The names of its last rows."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Some rows of a list, and where it goes on; None: nowhere."""

    told: Told
    skip: int | None
    fresh: Callable[[], Sequence[Row]]
    after: Place | None

    @cached_property
    def rows(self) -> Sequence[Row]:
        """Those that did not come before."""
        return self.fresh()

    @property
    def checkpoint(self) -> Checkpoint:
        """The place as a page keeps it."""
        return self.after.model_dump(mode="json") if self.after else None

    def page(
        self,
        *,
        of: type[BaseModel],
        checkpoint: Checkpoint,
        replaces: Iterable[str] = (),
        adds: Mapping[str, str | None] = _NOTHING,
    ) -> Page:
        """The rows as a page: the text as it came, unless rows from before stand amid new ones."""
        more: _More = {"of": of, "checkpoint": checkpoint, "replaces": replaces}
        if self.skip is None:
            return Page.rows([{**row, **adds} for row in self.rows], **more)
        body, key = self.told.answer.body, self.told.key
        return Page.json(body, rows=key, adds=adds, skip=self.skip, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list of the API."""

    api: Api
    path: str
    rows: str
    """The key under which an answer has the rows."""
    keys: tuple[str, ...] = ("id",)
    """The fields by which a row is known again."""
    only_in_rows: bool = False
    """Whether nothing within a row has fields of these names: then full pages, whose ends tell all,
    are not taken apart here."""
    params: Params = field(default_factory=dict[str, Param])

    def chunks(self, place: Place = BEGINNING) -> Iterator[Chunk]:
        """The list from a place to its end.

        Raises:
            UnavailableError: The list is edited faster than it can be read.
        """
        steps_back = 0
        following: Place | None = place
        while following is not None:
            place = following
            told = self.ask(place)
            seen = self._glance(told, place) or self._look(told, place)
            if place.offset and not seen.joins:
                steps_back += 1
                following = self._back(place, steps_back)
                continue
            following = self.after(place, seen)
            fresh = partial(self._fresh, told, place)
            yield Chunk(told=told, skip=seen.skip, fresh=fresh, after=following)

    def _glance(self, told: Told, place: Place) -> Seen | None:
        """What can be seen of a full page by its ends; None: no telling."""
        if not self.only_in_rows:
            return None
        ends = ends_of(told.answer.body, self.keys, full=PAGE, some=OVERLAP)
        if ends is None:
            return None
        before = [*takewhile(lambda name: name in place.last, ends.first)]
        if place.last and not before:  # some may stand further down
            return None
        return Seen(number=PAGE, joins=bool(before), skip=len(before), last=ends.last)

    def _look(self, told: Told, place: Place) -> Seen:
        """What a page shows when it is taken apart."""
        names = [self._name(row) for row in told.rows]
        known = [name in place.last for name in names]
        skip = sum(known)
        return Seen(
            number=len(names),
            joins=any(known),
            skip=None if any(known[skip:]) else skip,
            last=tuple(names[-OVERLAP:]),
        )

    def _fresh(self, told: Told, place: Place) -> Sequence[Row]:
        return [row for row in told.rows if self._name(row) not in place.last]

    def while_there(self, place: Place = BEGINNING) -> Iterator[Chunk]:
        """The list of something that may be deleted meanwhile: then it goes on nowhere."""
        with suppress(NotFoundError):
            yield from self.chunks(place)

    def ask(self, place: Place) -> Told:
        """The rows at a place, with what the list adds to them."""
        return self.told_at(place)

    def told_at(self, place: Place, more: Params | None = None) -> Told:
        """The rows at a place, as Mailchimp gives them."""
        given: Params = {
            "count": PAGE,
            "offset": place.offset,
            **self.params,
            **self.bounds(place),
            **(more or {}),
        }
        return Told(answer=self.api.get(self.path, given), key=self.rows)

    def bounds(self, place: Place) -> Params:  # noqa: ARG002 - for lists that have them
        """The parameters that a place adds."""
        return {}

    def after(self, place: Place, seen: Seen) -> Place | None:
        """Where the list goes on: nowhere after a page that is not full.

        The number of rows that an answer tells is not used: with some parameters it is too low. An
        answer with more rows than were asked for comes from a list that has no pages.
        """
        if seen.number != PAGE:
            return None
        return self.further(place, seen)

    def further(self, place: Place, seen: Seen) -> Place:
        """The next offset, a few rows before the end of this page."""
        offset = place.offset + seen.number - OVERLAP
        return place.model_copy(update={"offset": offset, "last": seen.last})

    def _name(self, row: Row) -> str:
        return " ".join(str(row.get(key, "")) for key in self.keys)

    def _back(self, place: Place, steps: int) -> Place:
        if steps > _MOST_STEPS_BACK:
            raise UnavailableError(
                "the list is edited faster than it can be read",
                path=self.path,
                todo="try again when no import is running in Mailchimp",
            )
        return place.model_copy(update={"offset": max(place.offset - PAGE, 0)})


def rows_of(answer: Answer, key: str) -> Sequence[Row]:
    """The rows of an answer.

    Raises:
        UntrustedAnswerError: There is no list of objects under the key.
    """
    body = answer.json()
    rows = body.get(key) if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise _no_rows(answer, key)
    found = [row for row in rows if isinstance(row, dict)]
    if len(found) != len(rows):
        raise _no_rows(answer, key)
    return found


def _no_rows(answer: Answer, key: str) -> UntrustedAnswerError:
    return answer.error(
        UntrustedAnswerError,
        f"the answer has no list of {key}",
        todo="try again later; if it stays, look for a newer version of the connector",
    )
