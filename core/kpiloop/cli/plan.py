"""`kpiloop plan`: what would be written, before anything is."""

from collections.abc import Sequence
from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.numbers import NO_VALUE
from kpiloop.connector.writing import Batching
from kpiloop.engine.cycle.booking import booked
from kpiloop.engine.cycle.cycle import Cycle, writer_of
from kpiloop.engine.write_back.plan import Cost, cost
from kpiloop.errors import ConfigError, NotYetError, VendorError
from kpiloop.ledger.plan import FieldCount, Plan, PlanRow

SAMPLE = 5
_MINUTE = 60


def plan(
    context: typer.Context,
    *,
    show: Annotated[
        bool, typer.Option("--show", help="Show the newest plan again, every row of it.")
    ] = False,
) -> None:
    """Make a plan of the values that differ from what was written last, and show it.

    Nothing is sent. `kpiloop apply` applies the plan. KPIs are computed first where a definition
    or a setting has changed since they were.
    """
    app = Application.of(context)
    opened = Cycle.look if show else Cycle.begin
    with opened(app.project, app.host, app.clock) as cycle:
        made = newest(cycle) if show else _make(app, cycle)
        show_plan(app, cycle, made, every_row=show)
        app.output.data(_for_programs(cycle, made))


def _make(app: Application, cycle: Cycle) -> Plan:
    _require_fields(app, cycle)
    latest = cycle.values.latest_set()
    if latest is not None and latest.definitions == cycle.definitions:
        return cycle.plan(latest.id)
    with booked(cycle.runs, "plan") as turn:
        computed = cycle.compute(turn.run_id)
        turn.computed(computed.published, computed.remainders)
        return cycle.plan(computed.published.set_id)


def newest(cycle: Cycle) -> Plan:
    """The newest plan; NotYetError where there is none."""
    found = cycle.plans.latest()
    if found is None:
        raise NotYetError("there is no plan yet", todo="make one: kpiloop plan")
    return found


def _require_fields(app: Application, cycle: Cycle) -> None:
    if not cycle.fields:
        raise ConfigError(
            "nothing is published, so there is nothing to plan",
            where=str(app.project.path),
            todo='add a [[publish]] with kpi = "…", by = "company" and to = "<source>"',
        )


def show_plan(app: Application, cycle: Cycle, made: Plan, *, every_row: bool = False) -> None:
    """Counts by field, some rows of each, and what applying costs."""
    counts = [each for each in cycle.plans.counts(made.id) if each.total]
    if not counts:
        app.output.say("\nPlan: nothing to write; each record that has a value holds it already.")
        return
    app.output.table(
        ("target", "records of", "field", "values"),
        [(each.target, each.entity, each.field, f"{each.total:,}") for each in counts],
        title=f"\nPlan {made.id}",
        right=("values",),
    )
    limit = -1 if every_row else SAMPLE
    for each in counts:
        key = (each.target, each.entity, each.field)
        rows = cycle.plans.rows(made.id, field=key, limit=limit)
        app.output.table(
            ("record", "old", "new", *(("outcome", "reason") if every_row else ())),
            [_row(row, every_row=every_row) for row in rows],
            title=f"\n{each.field} of {each.entity}" + ("" if every_row else ", for example"),
            right=("old", "new"),
        )
    for target, price in _costs(cycle, made).items():
        app.output.say(
            f"\nThis takes about {price.calls:,} calls for {price.records:,} records of {target}"
            f"{_lasting(price.seconds)}."
        )
    if not every_row:
        _show_definitions(app, cycle, counts)


def _show_definitions(app: Application, cycle: Cycle, counts: Sequence[FieldCount]) -> None:
    """Which fields applying makes first, and what stands in its way."""
    for target, entity in sorted({(each.target, each.entity) for each in counts}):
        try:
            capacity = writer_of(cycle.connector(target)).capacity(entity)
        except VendorError as error:
            app.output.say(f"{target} cannot be asked what it has room for: {error.what}")
            continue
        wanted = [each.field for each in counts if (each.target, each.entity) == (target, entity)]
        missing = [field for field in wanted if field not in capacity.fields]
        if missing:
            app.output.say(f"Fields to make in {entity} of {target}: {', '.join(missing)}.")
        if capacity.free_fields is not None and capacity.free_fields < len(missing):
            app.output.say(f"There is room for {capacity.free_fields} of them.")
        if capacity.reason:
            app.output.say(f"{target} {entity}: {capacity.reason}")


def _row(row: PlanRow, *, every_row: bool) -> Sequence[str | None]:
    values = (row.record_id, row.old_value or NO_VALUE, row.new_value or NO_VALUE)
    return (*values, row.outcome.value, row.reason) if every_row else values


def _costs(cycle: Cycle, made: Plan) -> dict[str, Cost]:
    places = {(each.target, each.entity) for each in cycle.plans.fields(made.id)}
    batching: dict[tuple[str, str], Batching] = {}
    for target, entity in sorted(places):
        batching[target, entity] = writer_of(cycle.connector(target)).batching(entity)
    return {
        name: price for name, price in cost(cycle.plans, made, batching).items() if price.records
    }


def _lasting(seconds: float | None) -> str:
    """How long it takes at the vendor's limit, where that is known."""
    if seconds is None:
        return ""
    if seconds < _MINUTE:
        return f", and at its limit {max(seconds, 1):.0f} s"
    return f", and at its limit {seconds / _MINUTE:,.0f} min"


def _for_programs(cycle: Cycle, made: Plan) -> dict[str, object]:
    return {
        "plan": made.id,
        "status": made.status,
        "fields": [
            {
                "target": each.target,
                "entity": each.entity,
                "field": each.field,
                "kpi": each.kpi,
                "outcomes": {outcome.value: number for outcome, number in each.counts.items()},
            }
            for each in cycle.plans.counts(made.id)
        ],
        "rows": list(cycle.plans.rows(made.id)),
    }
