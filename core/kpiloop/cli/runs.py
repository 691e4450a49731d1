"""`kpiloop runs`: what was done, when, and how it ended."""

import json
from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.clock import Clock
from kpiloop.errors import ConfigError
from kpiloop.ledger.runs import Run, Runs
from kpiloop.ledger.store import Ledger


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
    if not found:
        app.output.say("No runs yet: `kpiloop run` does the first.")
        return
    app.output.table(
        ("run", "command", "started (UTC)", "took", "status", "error"),
        [_row(each, app.clock) for each in found],
        right=("took",),
        spare=("error", "started (UTC)", "took"),
    )
    if run_id is not None:
        app.output.say(json.dumps(found[0].report, ensure_ascii=False, indent=2))


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
