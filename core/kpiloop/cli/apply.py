"""`kpiloop apply`: write what a plan says."""

from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.plan import newest
from kpiloop.cli.progress import rows_progress
from kpiloop.engine.cycle.booking import booked
from kpiloop.engine.cycle.cycle import Cycle
from kpiloop.engine.write_back.apply import ApplyReport, report_of
from kpiloop.errors import ConfigError, PlanError
from kpiloop.ledger.plan import Plan, RowOutcome


def apply(
    context: typer.Context,
    plan_id: Annotated[
        str | None, typer.Argument(metavar="PLAN", help="Which plan.", show_default="the newest")
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
) -> None:
    """Write what a plan says into the records, and show what became of each value.

    A plan that rests on something that has changed since is refused. Writing may start workflows
    that the vendor's system runs when a property changes.
    """
    app = Application.of(context)
    with Cycle.begin(app.project, app.host, app.clock) as cycle:
        made = newest(cycle) if plan_id is None else _find(cycle, plan_id)
        planned = report_of(made, cycle.plans).planned
        if planned and not yes:
            _ask(app, f"Write {planned:,} values of plan {made.id}?")
        with booked(cycle.runs, "apply") as run:
            report = apply_with_progress(app, cycle, made)
            run.applied(report)
        show_applied(app, cycle, made, report)
    app.output.data({"plan": made.id, "green": report.is_green, **_counts(report)})
    if not report.is_green:
        raise typer.Exit(1)


def _ask(app: Application, question: str) -> None:
    """Go on only where a person says yes; ConfigError where none can be asked."""
    if not app.output.is_plain:
        raise ConfigError(
            "nobody can be asked whether to write, for --json or --quiet is set",
            where="kpiloop apply",
            todo="add --yes, and the values are written without a question",
        )
    typer.confirm(question, abort=True)


def _find(cycle: Cycle, plan_id: str) -> Plan:
    found = cycle.plans.get(plan_id)
    if found is None:
        raise PlanError(f"there is no plan {plan_id!r}", todo="kpiloop plan makes one")
    return found


def apply_with_progress(
    app: Application, cycle: Cycle, made: Plan, *, is_scheduled: bool = False
) -> ApplyReport:
    """Apply a plan with a bar over its values."""
    planned = report_of(made, cycle.plans).planned
    with rows_progress(app.output, "Writing", planned) as progress:
        return cycle.apply(made, is_scheduled=is_scheduled, progress=progress)


def show_applied(app: Application, cycle: Cycle, made: Plan, report: ApplyReport) -> None:
    """What became of the values, and the reasons of those that were not written."""
    app.output.say(
        f"\nOf {report.planned:,} planned values {report.confirmed:,} are confirmed, "
        f"{report.rejected:,} rejected, and {report.conflicts:,} left alone because somebody "
        "else changed them."
    )
    wrong = cycle.plans.rows(made.id, outcomes=(RowOutcome.REJECTED, RowOutcome.CONFLICT), limit=10)
    if wrong:
        app.output.table(
            ("record", "field", "outcome", "reason"),
            [(row.record_id, row.field, row.outcome.value, row.reason) for row in wrong],
        )
        app.output.say("`kpiloop plan --show` lists them all; the next run tries them again.")


def _counts(report: ApplyReport) -> dict[str, int]:
    return {
        "planned": report.planned,
        "confirmed": report.confirmed,
        "rejected": report.rejected,
        "conflicts": report.conflicts,
    }
