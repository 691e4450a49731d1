"""`kpiloop pull`: read what changed in the systems of the project."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.output import Output
from kpiloop.cli.progress import pull_progress
from kpiloop.engine.cycle.booking import Booking, booked, streams_of
from kpiloop.engine.cycle.cycle import Cycle
from kpiloop.engine.pull.report import PullReport, StreamReport
from kpiloop.engine.pull.run import EVERYTHING, PullRequest
from kpiloop.errors import KpiloopError, UnreadError


def pull(
    context: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(help="Sources to pull.", show_default="all")
    ] = None,
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything, not only changes.")
    ] = False,
    accept_deletes: Annotated[
        bool,
        typer.Option("--accept-deletes", help="Believe a full read that misses most records."),
    ] = False,
) -> None:
    """Read what changed in the systems of the project, and store it.

    An interrupted pull goes on where it was. The exit code is 1 where a stream could not be read,
    and 2 where a setting or key needs a hand.
    """
    app = Application.of(context)
    with Cycle.begin(app.project, app.host, app.clock) as cycle, booked(cycle.runs, "pull") as run:
        request = PullRequest(full=full, accept_deletes=accept_deletes)
        reports = pull_sources(cycle, run, app.output, sources or (), request)
    unopened = {each.source: {"error": str(each.error)} for each in reports if each.error}
    app.output.data({**streams_of(reports), **unopened})
    if not run.is_green:
        raise typer.Exit(run.exit_code)


def pull_sources(
    cycle: Cycle,
    turn: Booking,
    output: Output,
    sources: Sequence[str] = (),
    request: PullRequest = EVERYTHING,
) -> list[PullReport]:
    """Pull with progress, book it, and show the counts of each source.

    Where not one stream could be read, raises what stopped it, or UnreadError with all that did: a
    wrong key, no network.
    """
    with pull_progress(output) as listener:
        reports = list(cycle.pull(sources, request, listener=listener))
    turn.pulled(reports)
    _require_any(reports)
    for report in reports:
        show_pull(report, output)
    return reports


def errors_of(reports: Sequence[PullReport]) -> Sequence[KpiloopError]:
    """What stopped something, each reason once."""
    return list({str(error): error for each in reports for error in each.errors}.values())


def _require_any(reports: Sequence[PullReport]) -> None:
    errors = errors_of(reports)
    if not errors or any(stream.is_green for report in reports for stream in report.streams):
        return
    if len(errors) == 1:
        raise errors[0]
    sources = " and ".join(report.source for report in reports if report.errors)
    raise UnreadError(f"nothing could be read from {sources}", errors)


def show_pull(report: PullReport, output: Output) -> None:
    """A table of what each stream read, and why one stopped."""
    if report.error is not None:
        output.say(f"Nothing is pulled from {report.source}. {report.error}")
        return
    columns = ("stream", "read", "new", "changed", "unchanged", "deleted", "quarantined", "calls")
    output.table(
        columns,
        [_row(stream) for stream in report.streams if not stream.waits_for],
        title=f"Pulled from {report.source}",
        right=columns[1:],
        spare=("calls", "unchanged", "deleted", "changed"),
    )
    for stream in report.streams:
        if stream.error is not None:
            output.say(f"{stream.stream} stopped: {stream.error}")
        elif stream.unavailable:
            output.say(f"{stream.stream} is not available here: {stream.unavailable}.")
    for line in _not_read(report):
        output.say(line)
    if report.counts.quarantined:
        output.say(
            f"Set aside: {report.counts.quarantined:,}. `kpiloop quarantine` says which and why."
        )


def _not_read(report: PullReport) -> Iterator[str]:
    """One line for all streams that wait for the same one."""
    waiting = Counter(stream.waits_for for stream in report.streams if stream.waits_for)
    for stopped, streams in waiting.items():
        were = "1 stream was" if streams == 1 else f"{streams} streams were"
        yield f"{were} not read, because {stopped} stopped."


def _row(stream: StreamReport) -> tuple[str, ...]:
    counts = stream.counts
    numbers = (
        counts.read,
        counts.new,
        counts.changed,
        counts.unchanged + counts.repeated,
        counts.deleted,
        counts.quarantined,
        stream.calls,
    )
    return (stream.stream, *(f"{number:,}" if number else "" for number in numbers))
