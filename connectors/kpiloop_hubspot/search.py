"""HubSpot's search as a way to read everything, or all that changed in a window.

The rows come in the order of their ids, and each request asks for ids beyond the last one seen.
So no request goes near the 10,000 hits at which a search ends, any number of records may share a
modification time, and a record that changes meanwhile shifts no page. Id ranges are read side by
side; they are cut by asking the search how many records lie in them.
"""

import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Self

from pydantic import JsonValue

from kpiloop import UntrustedAnswerError, Window
from kpiloop.web_api import Answer, Api, Checkpoint, Key, Page
from kpiloop_hubspot.answers import refuse_partial
from kpiloop_hubspot.client import SEARCH
from kpiloop_hubspot.paths import OBJECTS
from kpiloop_hubspot.values import milliseconds

PAGE = 200
"""Rows that a search gives at most."""

LONGEST_BODY = 3_000
"""Characters that the body of a search may have."""

BATCH = 100
"""Records that a batch read takes."""

_ID = "hs_object_id"
_KEY = f"properties.{_ID}"
_NEXT = "paging.next.after"
_IDS = re.compile(rb'"hs_object_id"\s*:\s*"(\d+)"')
_FEWEST_TO_CUT = 50 * PAGE
_PAGES_PER_CUT = 40
_UNEVEN = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """A type of record, and the property that holds its modification time.

    A filter by the wrong one finds nothing, and HubSpot does not say why.
    """

    name: str
    modified: str


CONTACTS = ObjectType(name="contacts", modified="lastmodifieddate")
COMPANIES = ObjectType(name="companies", modified="hs_lastmodifieddate")
DEALS = ObjectType(name="deals", modified="hs_lastmodifieddate")
CALLS = ObjectType(name="calls", modified="hs_lastmodifieddate")
MEETINGS = ObjectType(name="meetings", modified="hs_lastmodifieddate")
SURVEYS = ObjectType(name="feedback_submissions", modified="hs_lastmodifieddate")
PRODUCTS = ObjectType(name="products", modified="hs_lastmodifieddate")
ORDERS = ObjectType(name="orders", modified="hs_lastmodifieddate")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdRange:
    """The ids above `after`, up to and including `upto`; without one, all that follow."""

    after: int = 0
    upto: int | None = None

    def __str__(self) -> str:
        """The name of the slice."""
        return f"{self.after}..{self.upto or ''}"

    @classmethod
    def parse(cls, name: str) -> Self:
        """The range that a slice's name says."""
        after, _, upto = name.partition("..")
        return cls(after=int(after or 0), upto=int(upto) if upto else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search for all records of a type in a window."""

    api: Api
    of: ObjectType
    window: Window

    def pages(
        self, ids: IdRange, properties: Sequence[str], start: Checkpoint = None
    ) -> Iterator[Page]:
        """All records with ids in the range; the checkpoint of a page is its last id."""
        wanted = (_ID, *(each for each in properties if each != _ID))
        is_wide = len(json.dumps(self._body(ids, wanted))) > LONGEST_BODY
        asked: Sequence[str] = (_ID,) if is_wide else wanted

        def behind(last: Key | None) -> Answer:
            rest = ids if last is None else replace(ids, after=int(last))
            return self._ask(self._body(rest, asked))

        pages = self.api.keyset(behind, rows="results", key=_KEY, more=_NEXT, start=start)
        for page in pages:
            yield from self._read(_ids(page.body or b""), wanted) if is_wide else (page,)

    def cut(self, parts: int) -> list[IdRange]:
        """About so many ranges of about as many records; one where there is little to read.

        Ids are no measure: an account's older ones have a few digits, its newer ones eleven. So
        the heaviest piece is halved between the ids that are really there, until it is light
        enough or the questions become too many for what there is to read.
        """
        smallest, total = self._edge(IdRange(), "ASCENDING")
        if total < _FEWEST_TO_CUT:
            return [IdRange()]
        largest, _ = self._edge(IdRange(), "DESCENDING")
        pieces = [_Piece(low=smallest, high=largest, total=total)]
        for _ in range(parts + total // PAGE // _PAGES_PER_CUT):
            heaviest = max(pieces, key=lambda piece: piece.total)
            if heaviest.total * parts <= total * _UNEVEN or heaviest.low == heaviest.high:
                break
            pieces.remove(heaviest)
            pieces += self._halves(heaviest)
        return _ranges(pieces)

    def _halves(self, piece: "_Piece") -> "tuple[_Piece, _Piece]":
        """The two halves by id, each with its own first and last id."""
        middle = (piece.low + piece.high) // 2
        lower, upper = (
            IdRange(after=piece.low - 1, upto=middle),
            IdRange(after=middle, upto=piece.high),
        )
        with ThreadPoolExecutor(1) as other:
            asked = other.submit(self._edge, upper, "ASCENDING")
            last, left = self._edge(lower, "DESCENDING")
            first, right = asked.result()
        return (
            _Piece(low=piece.low, high=max(last, piece.low), total=left),
            _Piece(low=first or piece.high, high=piece.high, total=right),
        )

    def _edge(self, ids: IdRange, direction: str) -> tuple[int, int]:
        """The first id in this direction (0: there is none), and how many records there are."""
        answer = self._ask(self._body(ids, (_ID,), limit=1, direction=direction))
        found = _ids(answer.body)
        return (found[0] if found else 0), _total(answer)

    def _ask(self, body: dict[str, JsonValue]) -> Answer:
        return self.api.post(OBJECTS.at(self.of.name, "search"), body, limits=SEARCH)

    def _body(
        self,
        ids: IdRange,
        properties: Sequence[str],
        *,
        limit: int = PAGE,
        direction: str = "ASCENDING",
    ) -> dict[str, JsonValue]:
        return {
            "filterGroups": [{"filters": [*self._filters(ids)]}],
            "sorts": [{"propertyName": _ID, "direction": direction}],
            "properties": [*properties],
            "limit": limit,
        }

    def _filters(self, ids: IdRange) -> Iterator[JsonValue]:
        yield {"propertyName": _ID, "operator": "GT", "value": str(ids.after)}
        if ids.upto is not None:
            yield {"propertyName": _ID, "operator": "LTE", "value": str(ids.upto)}
        if self.window.start is not None:
            since, until = milliseconds(self.window.start), milliseconds(self.window.end) + 1
            yield {"propertyName": self.of.modified, "operator": "GTE", "value": str(since)}
            yield {"propertyName": self.of.modified, "operator": "LTE", "value": str(until)}

    def _read(self, ids: Sequence[int], properties: Sequence[str]) -> Iterator[Page]:
        """The records themselves, where a search cannot name so many properties."""
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            body: dict[str, JsonValue] = {
                "properties": [*properties],
                "inputs": [{"id": str(each)} for each in batch],
            }
            answer = self.api.post(OBJECTS.at(self.of.name, "batch", "read"), body)
            refuse_partial(answer)
            yield Page.json(answer.body, rows="results", checkpoint=str(batch[-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """How many records there are from the id `low` to the id `high`, both of them included."""

    low: int
    high: int
    total: int


def _ranges(pieces: Sequence[_Piece]) -> list[IdRange]:
    """The pieces as ranges without gaps and without an end: what comes later is read too."""
    ends = sorted(piece.high for piece in pieces)[:-1]
    return [
        IdRange(after=after, upto=upto)
        for after, upto in zip([0, *ends], [*ends, None], strict=True)
    ]


def _total(answer: Answer) -> int:
    total = answer.find("total")
    if isinstance(total, int):
        return total
    raise answer.error(UntrustedAnswerError, "the search does not say how many records it found")


def _ids(body: bytes) -> list[int]:
    """The ids of the rows, found as text: in a value a quote would follow a backslash."""
    return [int(each) for each in _IDS.findall(body)]
