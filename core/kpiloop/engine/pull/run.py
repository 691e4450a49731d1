"""A pull: each stream of a source is read to its end and merged, those that others follow first."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.connector.reading import Stream
from kpiloop.engine.pull.inbox import Inbox
from kpiloop.engine.pull.intake import take_in
from kpiloop.engine.pull.mapping import MappedFields, check_mapped, mapped_in
from kpiloop.engine.pull.merge import Merge
from kpiloop.engine.pull.reading import Reading, Readings
from kpiloop.engine.pull.report import (
    Listener,
    PullReport,
    StreamReport,
    does_not_add_up,
    silent,
)
from kpiloop.engine.pull.spelling import Spelling, spelling_of
from kpiloop.engine.pull.unavailable import leave_out, says_unavailable
from kpiloop.errors import (
    ConfigError,
    CredentialError,
    KpiloopError,
    PluginError,
    RefusedError,
    ScopeError,
    UnavailableError,
    UntrustedAnswerError,
)
from kpiloop.warehouse.store import Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """What to pull of one source."""

    full: bool = False
    """Read everything again, not only what changed."""
    streams: tuple[str, ...] = ()
    """Only these; empty: all."""
    mapped_fields: MappedFields = field(default_factory=lambda: MappingProxyType({}))
    """Entity or stream → field → the vendor's path, as the settings of the source say."""
    accept_deletes: bool = False
    """Believe a full read that misses most of what is stored."""
    batch_rows: int = 2_000
    """After how many rows what was read is stored: about so many are read again after a crash."""


EVERYTHING = PullRequest()

FINAL = (ConfigError, PluginError, RefusedError, ScopeError, UntrustedAnswerError)
"""Errors that asking again in the same words would meet again."""

MEMORY_LIMIT = "160MB"
"""What the warehouse is opened with for a pull: with it the whole process stays near 300 MB,
however much is pulled (docs/benchmarks.md)."""

THREADS = 1
"""Pages come one batch after the other: more threads of the database would only wait for work."""


def pull(
    warehouse: Warehouse,
    connector: Connector[Any],
    request: PullRequest = EVERYTHING,
    *,
    listener: Listener = silent,
) -> PullReport:
    """Read what changed in a source since the last pull, and merge it into the warehouse.

    A stream that fails stops alone, with those that follow it; what it read is kept, and the next
    pull goes on from there. An optional one that the account does not have is left out. A key that
    is not accepted, or a system that cannot be reached, stops the source: every other stream would
    meet the same. Raises ConfigError where the request names what is not there.
    """
    source = connector.source.name
    check_mapped(connector, source, request.mapped_fields, warehouse.entities)
    reports: dict[str, StreamReport] = {}
    shut: StreamReport | None = None
    for stream in _asked_for(connector, request.streams):
        before = shut or reports.get(stream.follows or stream.each)
        if before is None or before.is_green:
            own = StreamPull(warehouse, connector, stream, request, listener)
            lacking = before.unavailable if before else ""
            report = own.leave_out(lacking) if lacking else own.run()
            shut = report if _is_shut(report) else None
        else:
            report = StreamReport(stream=stream.name, waits_for=before.stream)
        reports[stream.name] = report
    return PullReport(source=source, streams=tuple(reports.values()))


def _is_shut(report: StreamReport) -> bool:
    """Whether the whole source is closed to us, and not just one of its streams."""
    error = report.error
    is_unreachable = isinstance(error, UnavailableError) and error.status is None
    return isinstance(error, CredentialError) or (is_unreachable and not report.counts.read)


def _asked_for(connector: Connector[Any], names: Sequence[str]) -> Sequence[Stream]:
    streams = connector.all_streams()
    for name in names:
        if name not in streams:
            raise ConfigError(
                f"connector {connector.name} has no stream {name}",
                where=connector.source.name,
                legal=", ".join(streams),
                todo="name one of these streams",
            )
    return [stream for name, stream in streams.items() if not names or name in names]


class StreamPull:
    """One stream on its way into the warehouse."""

    def __init__(
        self,
        warehouse: Warehouse,
        connector: Connector[Any],
        stream: Stream,
        request: PullRequest,
        listener: Listener,
    ) -> None:
        self._warehouse = warehouse
        self._connector = connector
        self._stream = stream
        self._request = request
        self._listener = listener
        self._report = StreamReport(stream=stream.name)

    def run(self) -> StreamReport:
        """Read and merge; an error ends up in the report."""
        before = self._calls()
        try:
            mapped = mapped_in(self._connector, self._stream, self._request.mapped_fields)
            self._read_to_the_end([spelling_of(model, mapped) for model in self._stream.models])
        except KpiloopError as error:
            if not (self._stream.optional and says_unavailable(error)):
                self._report = replace(self._report, error=error)
            else:
                self.leave_out(error.what)
        return replace(self._report, calls=self._calls() - before)

    def leave_out(self, reason: str) -> StreamReport:
        """Note that the account has no such stream: up to now there is nothing more to be read."""
        leave_out(self._warehouse, self._connector.source, self._stream.name)
        self._report = replace(self._report, unavailable=reason)
        return self._report

    def _read_to_the_end(self, spellings: Sequence[Spelling]) -> None:
        """Finish what an earlier pull left, if anything, then read what changed since then.

        What can never be finished is given up: its slices may have gone, or the settings that it
        began under may have been corrected.
        """
        readings = Readings(self._warehouse, self._connector)
        reading = readings.open(self._stream, spellings, full=self._request.full)
        try:
            self._read_and_merge(reading, spellings)
        except FINAL:
            if not reading.resumed:
                raise
            following = readings.instead_of(reading, spellings)
            self._report = replace(self._report, resumed=False)
        else:
            if not reading.resumed:
                return
            following = readings.open(self._stream, spellings, full=False)
        self._read_and_merge(following, spellings)

    def _read_and_merge(self, reading: Reading, spellings: Sequence[Spelling]) -> None:
        """One reading from its beginning or its last checkpoint on."""
        resumed = self._report.resumed or reading.resumed
        self._report = replace(self._report, window=reading.window, resumed=resumed)
        inbox = Inbox(self._warehouse, reading, spellings, self._connector.source.clock)
        take_in(
            self._connector,
            reading,
            spellings,
            inbox,
            batch_rows=self._request.batch_rows,
            listener=self._listener,
        )
        self._merge(reading, inbox)

    def _merge(self, reading: Reading, inbox: Inbox) -> None:
        merge = Merge(
            warehouse=self._warehouse,
            connector=self._connector,
            reading=reading,
            inbox=inbox,
            accept_deletes=self._request.accept_deletes,
        )
        merged = merge.run()
        counts = merged.counts
        self._report = replace(self._report, counts=self._report.counts + counts)
        if not counts.closes:
            raise does_not_add_up(reading.source, reading.stream.name, counts)
        if merged.refusal:
            raise merged.refusal

    def _calls(self) -> int:
        return self._connector.api.usage.calls if "api" in vars(self._connector) else 0
