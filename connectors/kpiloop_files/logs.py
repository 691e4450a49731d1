"""Access logs as page views: with visitors, visits and the channels that brought them."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import Field

from kpiloop import Id, Instant, PageView, Record, Text
from kpiloop_files.log_lines import Hit, parse
from kpiloop_files.repeated import Rows
from kpiloop_files.seen import Seen
from kpiloop_files.settings import Log
from kpiloop_files.text import lines
from kpiloop_files.visits import Visits, digest
from kpiloop_files.wire import Placed

_LONGEST_SHOWN = 500
_READING = "2"
"""Raised when lines are read in another way: then logs are read again."""


class LogRow(Placed, PageView):
    """One page view of an access log."""

    id: Id
    page: Text = None
    visitor_id: Text = None
    visit_id: Text = None
    ip: Text = None
    original_source: Text = None
    utm_source: Text = None
    utm_medium: Text = None
    utm_campaign: Text = None
    referrer: Text = None
    variant: Text = Field(default=None, validation_alias="utm_content")
    viewed_at: Instant = None


class LogInput:
    """One kind of log of the settings.

    Views stay when their log is thrown away. Each file's visits are its own: let a log begin a new
    file at midnight, when visitors become others anyway.
    """

    absent = "kept"
    has_ids = False
    model: type[Record] = LogRow

    def __init__(self, log: Log) -> None:
        self.file = log.file
        self.name = log.stream
        self._hosts = frozenset(each.lower().removeprefix("www.") for each in log.hosts)
        self._gap = timedelta(minutes=log.visit_gap_minutes)
        self.version = digest(_READING, str(log.visit_gap_minutes), *sorted(self._hosts))

    def rows(self, path: Path, name: str) -> Rows:
        """The page views of a log with their lines; robots, errors and images are left out."""
        with closing(Seen()) as seen:
            yield from self._rows(path, name, seen)

    def _rows(self, path: Path, name: str, seen: Seen) -> Rows:
        visits = Visits(gap=self._gap, hosts=self._hosts)
        for number, line in enumerate(_whole_lines(path), start=1):
            text = line.rstrip("\r\n")
            place: dict[str, Any] = {"file": name, "row": number}
            if not text.strip():
                continue
            try:
                hit = parse(text)
            except ValueError as error:
                found = text[:_LONGEST_SHOWN]
                broken = {"id": f"{name}:{number}", "problem": str(error), "found": found}
                yield number, place | broken
                continue
            if hit.is_page_view:
                # By what the line says, so that a log may be renamed; two lines may be alike.
                _, times = seen.add(text, number)
                yield number, place | _view(hit, visits) | {"id": f"{digest(text)}-{times}"}


def _view(hit: Hit, visits: Visits) -> dict[str, object]:
    visitor, visit = visits.of(hit)
    return {
        **{name: value for name, value in hit.query.items() if name.startswith("utm_")},
        "page": hit.page,
        "visitor_id": visitor,
        "visit_id": visit.id,
        "ip": hit.ip,
        "original_source": visit.channel,
        "referrer": hit.referrer,
        "viewed_at": hit.moment.isoformat(),
    }


def _whole_lines(path: Path) -> Iterator[str]:
    """The lines of a log but one that the server is still writing: the next pull reads that."""
    is_finished = path.suffix == ".gz"
    return (each for each in lines(path) if is_finished or each.endswith("\n"))
