"""Booking a run: whatever happens inside, the ledger tells how it ended."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from kpiloop.engine.pull.report import PullReport, StreamReport
from kpiloop.engine.write_back.apply import ApplyReport
from kpiloop.errors import KpiloopError, NotGreenError
from kpiloop.kpi.kgi import Remainder
from kpiloop.ledger.runs import Runs, RunStatus
from kpiloop.ledger.values import Published


@dataclass(slots=True)
class Booking:
    """A run under way: what it counted so far, and whether all of it adds up."""

    run_id: str
    report: dict[str, object] = field(default_factory=dict[str, object])
    exit_code: int = 0
    """What the program should end with, if nothing worse happens."""

    @property
    def is_green(self) -> bool:
        """Whether all of it adds up so far."""
        return not self.exit_code

    def pulled(self, reports: Sequence[PullReport]) -> None:
        """Take in what was pulled."""
        self.report["pull"] = streams_of(reports)
        if closed := {each.source: str(each.error) for each in reports if each.error is not None}:
            self.report["not_opened"] = closed
        self._end_with(*(error.exit_code for each in reports for error in each.errors))

    def computed(self, published: Published, remainders: Sequence[Remainder] = ()) -> None:
        """Take in what was computed; a KGI tree that does not add up is not green."""
        self.report["values"] = {
            "new": published.new,
            "changed": published.changed,
            "unchanged": published.unchanged,
        }
        if remainders:
            self.report["remainders"] = [str(each) for each in remainders]
            self._end_with(NotGreenError.exit_code)

    def derived(self, problems: Mapping[str, str]) -> None:
        """Take in why tables of plugins could not be made; what rests on them has no value."""
        if problems:
            self.report["not_derived"] = dict(problems)
            self._end_with(NotGreenError.exit_code)

    def applied(self, report: ApplyReport) -> None:
        """Take in what was written back."""
        self.report["write_back"] = {
            "planned": report.planned,
            "confirmed": report.confirmed,
            "rejected": report.rejected,
            "conflicts": report.conflicts,
        }
        self._end_with(0 if report.is_green else NotGreenError.exit_code)

    def _end_with(self, *codes: int) -> None:
        self.exit_code = max(self.exit_code, *codes, 0)


def streams_of(reports: Sequence[PullReport]) -> dict[str, dict[str, object]]:
    """Source → stream → what became of it; without the sources that could not be opened."""
    return {
        each.source: {stream.stream: _stream(stream) for stream in each.streams}
        for each in reports
        if each.error is None
    }


@contextmanager
def booked(runs: Runs, command: str) -> Generator[Booking]:
    """Book a run: green, not green, failed with its reason, or interrupted."""
    booking = Booking(runs.start(command))
    try:
        yield booking
    except KpiloopError as error:
        runs.end(booking.run_id, RunStatus.FAILED, {**booking.report, "error": error.what})
        raise
    except KeyboardInterrupt:
        runs.end(booking.run_id, RunStatus.INTERRUPTED, booking.report)
        raise
    except BaseException as error:
        kind = type(error).__name__
        runs.end(booking.run_id, RunStatus.FAILED, {**booking.report, "error": kind})
        raise
    status = RunStatus.GREEN if booking.is_green else RunStatus.NOT_GREEN
    runs.end(booking.run_id, status, booking.report)


def _stream(stream: StreamReport) -> Mapping[str, object]:
    told: dict[str, object] = {name: count for name, count in stream.counts.items() if count}
    told["calls"] = stream.calls
    if stream.error is not None:
        told["error"] = stream.error.what
    if stream.unavailable:
        told["unavailable"] = stream.unavailable
    if stream.waits_for:
        told["waits_for"] = stream.waits_for
    return told
