"""How members of an audience are read: in the order of their last change, in spans of time.

A change moves a member to the end of that order, so nobody is missed behind the place that was
reached; each page begins just before the last second of the one before. A full read is cut into
spans that are read side by side. Whoever is changed meanwhile leaves its span, perhaps before it
was read there; therefore each span also reads what changed since the cut.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Self

from kpiloop import UntrustedAnswerError, Window
from kpiloop.web_api import Api, Checkpoint, Param, Params
from kpiloop_mailchimp.listing import PAGE, Chunk, Listing, Place, Row, Seen, rows_of
from kpiloop_mailchimp.paths import LISTS, below

_SPANS = 20
"""Into how many spans an audience is cut at most: two for each connection."""

_WORTH_CUTTING = 5 * PAGE
_SECOND = timedelta(seconds=1)
SEPARATOR = "|"
_KEYS = ("contact_id", "last_changed")
"""By what a member is known again: with another change it is to be read once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Members of one audience that changed after `since`, up to `before`.

    The texts are times as Mailchimp spells them; empty: without a bound. `newest` is the latest
    change that there was when the spans were cut.
    """

    audience: str
    since: str = ""
    before: str = ""
    newest: str = ""

    def __str__(self) -> str:
        return SEPARATOR.join((self.audience, self.since, self.before, self.newest))

    @classmethod
    def parse(cls, text: str) -> Self:
        """A span from the name of a slice."""
        audience, since, before, newest = text.split(SEPARATOR)
        return cls(audience=audience, since=since, before=before, newest=newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Members(Listing):
    """The members in a span, in the order of their last change."""

    span: Span

    def from_checkpoint(self, checkpoint: Checkpoint) -> Iterator[Chunk]:
        """The members from a checkpoint on."""
        begin = Place(since=self.span.since, before=self.span.before)
        return self.while_there(Place.of(checkpoint, begin))

    def bounds(self, place: Place) -> Params:
        """A span of changes: later than `since`, not later than `before`."""
        return {
            "since_last_changed": place.since or None,
            "before_last_changed": place.before or None,
        }

    def after(self, place: Place, seen: Seen) -> Place | None:
        """On from the last second; by offset only while a single second fills pages."""
        if seen.number != PAGE:
            return Place(since=just_before(self.span.newest)) if place.before else None
        further = self.further(place, seen)
        since = just_before(_change_in(seen.last[-1]))
        if since <= place.since:
            return further
        return Place(since=since, before=place.before, last=further.last)


def members(api: Api, span: Span, params: Params) -> Members:
    """The members in a span, with more parameters: which fields, and which status."""
    return Members(
        api=api,
        path=below(LISTS, span.audience, "members"),
        rows="members",
        keys=_KEYS,
        only_in_rows=True,
        params={**params, **_IN_ORDER},
        span=span,
    )


def cut(api: Api, audience: str, window: Window, status: Params) -> Iterator[Span]:
    """The spans of an audience in a window: one for few members, more for many.

    The last one has no end: who is changed during the read is found there.
    """
    since = just_before(spelled(window.start)) if window.start else ""
    begin = Span(audience=audience, since=since)
    edges = _Edges(api=api, span=begin, status=status)
    total = edges.count() if window.is_full else 0
    if total < _WORTH_CUTTING:
        yield begin
        return
    parts = min(_SPANS, total // (2 * PAGE))
    newest = edges.at(total - 1)
    inner = {edges.at(total * part // parts) for part in range(1, parts)} - {newest}
    for start, end in pairwise([since, *sorted(inner), ""]):
        yield Span(audience=audience, since=start, before=end, newest=newest)


def spelled(moment: datetime) -> str:
    """A moment as Mailchimp takes it: whole seconds, for it keeps no smaller parts."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def just_before(moment: str) -> str:
    """The second before: `since` is exclusive, and in the last second more may have happened."""
    return spelled(datetime.fromisoformat(moment) - _SECOND)


_IN_ORDER: Params = {"sort_field": "last_changed", "sort_dir": "ASC"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edges:
    """Single members at places of an audience, and how many there are."""

    api: Api
    span: Span
    status: Params

    def count(self) -> int:
        answer = self.api.get(self._path, {**self._params(0), "fields": "total_items"})
        total = answer.find("total_items")
        if isinstance(total, int):
            return total
        raise answer.error(
            UntrustedAnswerError, "the audience does not say how many members it has"
        )

    def at(self, offset: int) -> str:
        """The last change of the member at an offset; an audience that shrinks gives its end."""
        for place in range(offset, -1, -PAGE):
            answer = self.api.get(self._path, self._params(place))
            for row in rows_of(answer, "members"):
                return _last_change(row)
        return spelled(datetime.now(UTC))

    @property
    def _path(self) -> str:
        return below(LISTS, self.span.audience, "members")

    def _params(self, offset: int) -> dict[str, Param]:
        fields = {"fields": "members.last_changed"}
        return {"count": 1, "offset": offset, **self.status, **_IN_ORDER, **fields}


def _last_change(row: Row) -> str:
    return spelled(datetime.fromisoformat(str(row.get("last_changed", ""))))


def _change_in(name: str) -> str:
    """The last change of a member by its name, of which it is the second part."""
    return spelled(datetime.fromisoformat(name.partition(" ")[2]))
