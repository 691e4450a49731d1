"""`kpiloop run`: one cycle, for cron and its like."""

from collections.abc import Sequence
from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.apply import apply_with_progress, show_applied
from kpiloop.cli.plan import show_plan
from kpiloop.cli.pull import errors_of, pull_sources
from kpiloop.engine.cycle.booking import Booking, booked
from kpiloop.engine.cycle.cycle import ComputeReport, Cycle
from kpiloop.engine.pull.report import PullReport
from kpiloop.engine.pull.run import PullRequest
from kpiloop.engine.write_back.apply import report_of
from kpiloop.errors import NotYetError, UnreadError
from kpiloop.kpi.kgi import Remainder

_FEW = 5
"""Of many of a kind so many are shown."""


def run(
    context: typer.Context,
    *,
    pull: Annotated[bool, typer.Option(help="Pull first, or use what is there.")] = True,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything, not only changes.")
    ] = False,
    write: Annotated[bool, typer.Option(help="Apply what is automatic, or only plan it.")] = True,
) -> None:
    """Do one cycle: pull, compute, plan, and apply what may be applied without a person.

    Only fields that are published with `auto = true` are written; the others wait for
    `kpiloop apply`. The exit code is 1 where something did not add up, and 2 where a setting or key
    needs a hand.
    """
    app = Application.of(context)
    with Cycle.begin(app.project, app.host, app.clock) as cycle, booked(cycle.runs, "run") as turn:
        request = PullRequest(full=full)
        pulled = pull_sources(cycle, turn, app.output, request=request) if pull else ()
        _show_and_write(app, cycle, turn, _compute(cycle, turn, pulled), write=write)
    app.output.data({"run": turn.run_id, "green": turn.is_green, **turn.report})
    if not turn.is_green:
        raise typer.Exit(turn.exit_code)


def _compute(cycle: Cycle, turn: Booking, pulled: Sequence[PullReport]) -> ComputeReport:
    """Compute; where a source was never read, say what stopped it just now."""
    try:
        computed = cycle.compute(turn.run_id)
    except NotYetError as error:
        if errors := errors_of(pulled):
            raise UnreadError(error.what, errors) from None
        raise
    turn.computed(computed.published, computed.remainders)
    turn.derived(computed.derived.problems)
    return computed


def _show_and_write(
    app: Application, cycle: Cycle, turn: Booking, computed: ComputeReport, *, write: bool
) -> None:
    published = computed.published
    app.output.say(
        f"\nComputed as of {computed.horizon.moment.as_of:%Y-%m-%d %H:%M} UTC: "
        f"{published.new:,} new values, {published.changed:,} changed, "
        f"{published.unchanged:,} as before."
    )
    for currency, amounts in computed.resolved.without_rate.items():
        app.output.say(
            f"{amounts} amounts in {currency} have no value in {app.project.currency}: "
            f"add {currency} to [rates]."
        )
    if undated := computed.resolved.costs_without_days:
        app.output.say(f"{undated} costs tell no day, nor does their campaign: they count nowhere.")
    for entity, sources in computed.resolved.told_by_several.items():
        app.output.say(_told_by_several(entity, " and ".join(sources)))
    for table, problem in computed.derived.problems.items():
        app.output.say(f"{table} could not be derived: {problem}. What rests on it has no value.")
    _say_remainders(app, computed.remainders)
    if write:
        _apply_automatic(app, cycle, turn, published.set_id)
    _plan_others(app, cycle, published.set_id, write=write)


def _say_remainders(app: Application, remainders: Sequence[Remainder]) -> None:
    for each in remainders[:_FEW]:
        app.output.say(f"{each}.")
    if more := len(remainders[_FEW:]):
        app.output.say(f"And {more} more: `kpiloop runs --json` has them all.")
    if remainders:
        app.output.say(
            "A KGI tree does not add up: correct what it consists of, or a definition in it."
        )


def _told_by_several(entity: str, sources: str) -> str:
    if entity == "stages":
        return (
            f"{sources} tell in which stages people are: of each person the one counts that told "
            "of them first, unless [records] stages names the systems that count."
        )
    unless = "unless they tell that it is the same, or " if entity == "deals" else "unless "
    held = "costs of the same campaigns" if entity == "costs" else entity.replace("_", " ")
    return (
        f"{sources} hold {held}: what both hold counts twice, {unless}[records] {entity} names "
        "the systems that count."
    )


def _apply_automatic(app: Application, cycle: Cycle, turn: Booking, set_id: int) -> None:
    """Write the fields that need no person."""
    automatic = [each for each in cycle.fields if each.publication.auto]
    if not automatic:
        return
    plan = cycle.plan(set_id, automatic)
    show_plan(app, cycle, plan)
    report = apply_with_progress(app, cycle, plan, is_scheduled=True)
    turn.applied(report)
    if report.planned:
        show_applied(app, cycle, plan, report)


def _plan_others(app: Application, cycle: Cycle, set_id: int, *, write: bool) -> None:
    """Plan the fields that wait for a person: all of them where nothing is to be written."""
    waiting = [each for each in cycle.fields if not (write and each.publication.auto)]
    if not waiting:
        return
    plan = cycle.plan(set_id, waiting)
    show_plan(app, cycle, plan)
    if report_of(plan, cycle.plans).planned:
        app.output.say("\nNothing of this is written yet: `kpiloop apply` writes it.")
