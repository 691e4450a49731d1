"""`kpiloop runs`: what was done, when, and how it ended."""

from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.clock import Clock
from kpiloop.errors import ConfigError
from kpiloop.ledger.runs import Run, Runs
from kpiloop.ledger.store import Ledger, to_json


def runs(
    context: typer.Context,
    run_id: Annotated[
        str | None, typer.Argument(metavar="RUN", help="One run, with all that it counted.")
    ] = None,
    *,
    last: Annotated[int, typer.Option(help="How many of them.", min=1)] = 20,
) -> None:
    """List the latest runs with how they ended, or show one with its counts."""
    app = Application.of(context)
    with Ledger.open(app.project.ledger) as ledger:
        booked = Runs(ledger, app.clock)
        if run_id is None:
            found = booked.latest(last)
        else:
            one = booked.get(run_id)
            if one is None:
                raise ConfigError(f"there is no run {run_id!r}", todo="kpiloop runs lists them")
            found = [one]
    app.output.data(found)
    app.output.table(
        ("run", "command", "started (UTC)", "took", "status", ""),
        [_row(each, app.clock) for each in found],
    )
    if run_id is not None:
        app.output.say(to_json(found[0].report))


def _row(run: Run, clock: Clock) -> tuple[str, ...]:
    took = (run.ended_at or clock.now()) - run.started_at
    return (
        run.id,
        run.command,
        f"{run.started_at:%Y-%m-%d %H:%M:%S}",
        f"{took.total_seconds():,.0f} s",
        run.status.value,
        str(run.report.get("error", "")),
    )
