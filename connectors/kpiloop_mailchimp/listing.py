"""Lists of the API, page by page: offsets that hold although the list is edited meanwhile.

Mailchimp has no cursors. When a row before the offset goes away, all that follow move up, and the
next page would leave rows out without a word. So each page begins a few rows before the end of the
one before; where none of those is in it, the list has moved, and it is read again from further up.
A row that comes twice is stored once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, JsonValue

from kpiloop import Checkpoint, UnavailableError, UntrustedAnswerError
from kpiloop.web_api import Answer, Api, Param, Params

PAGE = 1_000
"""Rows that Mailchimp gives at most; it cuts larger wishes down without saying so."""

OVERLAP = 5
"""Rows of a page that the next one repeats."""

_MOST_STEPS_BACK = 20

Row: TypeAlias = Mapping[str, JsonValue]


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
class Chunk:
    """Some rows of a list, and where it goes on; None: nowhere."""

    rows: Sequence[Row]
    after: Place | None

    @property
    def checkpoint(self) -> Checkpoint:
        """The place as a page keeps it."""
        return self.after.model_dump(mode="json") if self.after else None


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
            rows = self.ask(place)
            names = [self._name(row) for row in rows]
            if place.offset and {*place.last}.isdisjoint(names):
                steps_back += 1
                following = self._back(place, steps_back)
                continue
            following = self.after(place, rows, names)
            fresh = [row for row, name in zip(rows, names, strict=True) if name not in place.last]
            yield Chunk(rows=fresh, after=following)

    def ask(self, place: Place) -> Sequence[Row]:
        """The rows at a place, with what the list adds to them."""
        return self.rows_at(place)

    def rows_at(self, place: Place, more: Params | None = None) -> Sequence[Row]:
        """The rows at a place, as Mailchimp gives them."""
        given: Params = {
            "count": PAGE,
            "offset": place.offset,
            **self.params,
            **self.bounds(place),
            **(more or {}),
        }
        return rows_of(self.api.get(self.path, given), self.rows)

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
