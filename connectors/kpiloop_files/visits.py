"""Page views grouped into visits: one visitor, and no pause longer than the gap."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from kpiloop_files.channels import channel_of
from kpiloop_files.log_lines import Hit

_MANY = 50_000


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit, by its id, and the channel that brought it."""

    id: str
    channel: str


@dataclass(slots=True)
class _Ongoing:
    visit: Visit
    last: datetime


class Visits:
    """Tells of one page view after the other, in the order of a log, to which visit it belongs.

    A visitor is an address with a browser, for the length of a day on the server's clock: nobody
    is followed from one day to the next.
    """

    def __init__(self, *, gap: timedelta, hosts: frozenset[str]) -> None:
        self._gap = gap
        self._hosts = hosts
        self._ongoing: dict[str, _Ongoing] = {}

    def of(self, hit: Hit) -> tuple[str, Visit]:
        """The visitor's id and the visit of a page view."""
        visitor = digest(hit.ip, hit.agent, hit.local_day)
        known = self._ongoing.get(visitor)
        if known is None or hit.moment - known.last > self._gap:
            self._forget(hit.moment)
            channel = channel_of(hit.query, hit.referrer, self._hosts)
            visit = Visit(f"{visitor}-{hit.moment:%H%M%S}", channel)
            self._ongoing[visitor] = _Ongoing(visit, hit.moment)
            return visitor, visit
        known.last = max(known.last, hit.moment)
        return visitor, known.visit

    def _forget(self, now: datetime) -> None:
        """Drop the visits that have ended, once there are many: memory stays flat."""
        if len(self._ongoing) < _MANY:
            return
        self._ongoing = {
            visitor: each for visitor, each in self._ongoing.items() if now - each.last <= self._gap
        }


def digest(*parts: str) -> str:
    """Sixteen letters that stand for these texts."""
    return hashlib.blake2b("\0".join(parts).encode(errors="replace"), digest_size=8).hexdigest()
