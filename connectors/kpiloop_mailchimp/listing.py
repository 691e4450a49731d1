"""Lists of the API, page by page: offsets that hold although the list is edited meanwhile.

Mailchimp has no cursors. When a row before the offset goes away, all that follow move up, and the
next page would leave rows out without a word. So each page begins a few rows before the end of the
one before; where none of those is in it, the list has moved, and it is read again from further up.
A row that comes twice is stored once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, TypedDict

from pydantic import BaseModel, ConfigDict, JsonValue

from kpiloop import Checkpoint, NotFoundError, Page, UnavailableError, UntrustedAnswerError
from kpiloop.web_api import Answer, Api, Param, Params

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Rows of a list, and the text that has them."""

    rows: Sequence[Row]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows of a list, and where it goes on; None: nowhere."""

    told: Told
    key: str
    """The key under which the text has the rows."""
    rows: Sequence[Row]
    """Those that did not come before."""
    after: Place | None

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
        skip = len(self.told.rows) - len(self.rows)
        more: _More = {"of": of, "checkpoint": checkpoint, "replaces": replaces}
        if [*self.told.rows[skip:]] == [*self.rows]:
            return Page.json(self.told.body, rows=self.key, adds=adds, skip=skip, **more)
        return Page.rows([{**row, **adds} for row in self.rows], **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list of the API."""

    api: Api
    path: str
    rows: str
    """The key under which an answer has the rows."""
    keys: tuple[str, ...] = ("id",)
    """The fields by which a row is known again."""
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
            rows = told.rows
            names = [self._name(row) for row in rows]
            if place.offset and {*place.last}.isdisjoint(names):
                steps_back += 1
                following = self._back(place, steps_back)
                continue
            following = self.after(place, rows, names)
            fresh = [row for row, name in zip(rows, names, strict=True) if name not in place.last]
            yield Chunk(told=told, key=self.rows, rows=fresh, after=following)

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
        answer = self.api.get(self.path, given)
        return Told(rows=rows_of(answer, self.rows), body=answer.body)

    def bounds(self, place: Place) -> Params:  # noqa: ARG002 - for lists that have them
        """The parameters that a place adds."""
        return {}

    def after(self, place: Place, rows: Sequence[Row], names: Sequence[str]) -> Place | None:
        """Where the list goes on: nowhere after a page that is not full.

        The number of rows that an answer tells is not used: with some parameters it is too low. An
        answer with more rows than were asked for comes from a list that has no pages.
        """
        if len(rows) != PAGE:
            return None
        return self.further(place, names)

    def further(self, place: Place, names: Sequence[str]) -> Place:
        """The next offset, a few rows before the end of this page."""
        offset = place.offset + len(names) - OVERLAP
        return place.model_copy(update={"offset": offset, "last": tuple(names[-OVERLAP:])})

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
