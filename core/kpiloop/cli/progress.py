"""Progress of long work on stderr; nothing where nobody is looking."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
)

from kpiloop.cli.output import Output
from kpiloop.engine.pull.report import Listener
from kpiloop.engine.pull.report import Progress as PullProgress


@contextmanager
def pull_progress(output: Output) -> Generator[Listener]:
    """A listener that shows each stream with what it has read."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.fields[told]}"))
    with Progress(
        *columns,
        console=output.notices,
        transient=True,
        disable=not output.notices.is_terminal,
    ) as bars:
        known: dict[tuple[str, str], TaskID] = {}

        def listen(progress: PullProgress) -> None:
            key = (progress.source, progress.stream)
            if key not in known:
                known[key] = bars.add_task(f"{progress.source} {progress.stream}", told="")
            told = "merging" if progress.is_merging else f"{progress.read:,} read"
            if progress.slices > 1:
                told += f", part {progress.slices_done} of {progress.slices}"
            bars.update(known[key], told=told)

        yield listen


@contextmanager
def rows_progress(output: Output, what: str, total: int) -> Generator[Callable[[int], None]]:
    """A bar over a known number of rows; none where there is nothing to do."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns,
        console=output.notices,
        transient=True,
        disable=not (total and output.notices.is_terminal),
    ) as bars:
        task = bars.add_task(what, total=total)
        yield lambda rows: bars.advance(task, rows)
