"""Applying a plan: each row is read, judged, journalled, sent and judged again."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from kpiloop.clock import Clock
from kpiloop.connector.writing import Definition, Status, Writer
from kpiloop.engine.write_back.batch import Batch
from kpiloop.engine.write_back.fields import from_table
from kpiloop.errors import GuardError, StalePlanError
from kpiloop.ledger.plan import Plan, PlanField, PlanStatus, RowOutcome
from kpiloop.ledger.plans import Plans
from kpiloop.ledger.values import Values

MAX_AGE = timedelta(hours=24)
_WORKERS = 12
"""Batches under way: each reads, then writes; 19 calls a second at 600 ms keep them busy."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyReport:
    """How many values were planned, and what became of them."""

    planned: int
    confirmed: int
    rejected: int
    conflicts: int

    @property
    def is_green(self) -> bool:
        """Whether each planned value has an outcome, good or bad."""
        return self.planned == self.confirmed + self.rejected + self.conflicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """What applying needs beside the plan."""

    plans: Plans
    values: Values
    writers: Mapping[str, Writer]
    """Target → what writes there."""
    definitions: str
    """The hash of today's published definitions."""
    clock: Clock
    is_scheduled: bool = False
    progress: Progress = lambda _rows: None


def apply_plan(plan: Plan, applying: Applying) -> ApplyReport:
    """Write a plan's values, only into kpiloop's own fields of records that exist.

    Raises StalePlanError where the plan rests on something that has changed, and GuardError where
    it goes beyond what the settings allow; then nothing was sent. An interrupted plan can be
    applied again: what was confirmed is not sent twice.
    """
    fields = applying.plans.fields(plan.id)
    _refuse_stale(plan, applying)
    _refuse_unguarded(plan, fields, applying)
    applying.plans.mark(plan.id, PlanStatus.APPLYING)
    for target in sorted({field.target for field in fields}):
        of_target = [field for field in fields if field.target == target]
        writer = applying.writers[target]
        definitions = _define(plan, of_target, writer, applying)
        for entity in sorted({each.entity for each in definitions}):
            of_entity = [each for each in definitions if each.entity == entity]
            _write_entity(plan, target, writer, of_entity, applying)
    report = report_of(plan, applying.plans)
    if report.is_green:
        applying.plans.mark(plan.id, PlanStatus.APPLIED)
    return report


def report_of(plan: Plan, plans: Plans) -> ApplyReport:
    """How the rows of a plan stand."""
    counts = [field.counts for field in plans.counts(plan.id)]

    def total(outcome: RowOutcome) -> int:
        return sum(each.get(outcome, 0) for each in counts)

    return ApplyReport(
        planned=sum(chain.from_iterable(each.values() for each in counts)),
        confirmed=total(RowOutcome.CONFIRMED),
        rejected=total(RowOutcome.REJECTED),
        conflicts=total(RowOutcome.CONFLICT),
    )


def _refuse_stale(plan: Plan, applying: Applying) -> None:
    latest = applying.values.latest_set()
    reason = ""
    if plan.status is PlanStatus.APPLIED:
        reason = "it was applied already"
    elif applying.clock.now() - plan.created_at > MAX_AGE:
        reason = f"it is older than {MAX_AGE.total_seconds() / 3600:.0f} hours"
    elif plan.definitions != applying.definitions:
        reason = "a definition or a [[publish]] setting has changed since it was made"
    elif latest and latest.id > plan.set_id:
        reason = "KPIs were computed again since it was made"
    if reason:
        raise StalePlanError(
            f"the plan cannot be applied: {reason}",
            where=f"plan {plan.id}",
            todo="make a new one: kpiloop plan",
        )


def _refuse_unguarded(plan: Plan, fields: Sequence[PlanField], applying: Applying) -> None:
    changes = {
        (each.target, each.entity, each.field): each for each in applying.plans.counts(plan.id)
    }
    for field in fields:
        total = changes[field.target, field.entity, field.field].total
        if applying.is_scheduled and total and not field.is_automatic:
            raise GuardError(
                f"{field.field} may not be written by a scheduled run",
                where=f"plan {plan.id}",
                todo="look at it with `kpiloop plan --show` and apply it with `kpiloop apply`, "
                f"or set auto = true in the [[publish]] of {field.kpi}",
            )
        if field.max_changes is not None and total > field.max_changes:
            raise GuardError(
                f"{field.field} would change in {total} records of {field.target}, "
                f"more than max_changes = {field.max_changes}",
                where=f"plan {plan.id}",
                todo="look at it with `kpiloop plan --show`; where it is right, raise "
                f"max_changes in the [[publish]] of {field.kpi}",
            )


def _define(
    plan: Plan, fields: Sequence[PlanField], writer: Writer, applying: Applying
) -> list[Definition]:
    """Make the fields that have something to write; those that the vendor took."""
    open_fields = {
        (each.entity, each.field)
        for each in applying.plans.counts(plan.id)
        if each.counts.get(RowOutcome.PLANNED) or each.counts.get(RowOutcome.SENDING)
    }
    needed = {
        (field.entity, field.field): field
        for field in fields
        if (field.entity, field.field) in open_fields
    }
    definitions = {key: from_table(field.definition) for key, field in needed.items()}
    taken: list[Definition] = []
    for outcome in writer.define(list(definitions.values())) if definitions else ():
        key = (outcome.entity, outcome.id)
        if outcome.status is Status.CONFIRMED:
            taken.append(definitions[key])
        else:
            reason = f"the field could not be made: {outcome.reason}"
            applying.progress(applying.plans.reject_field(plan.id, needed[key], reason))
    return taken


def _write_entity(
    plan: Plan,
    target: str,
    writer: Writer,
    definitions: Sequence[Definition],
    applying: Applying,
) -> None:
    """Write the records of one entity, some batches side by side; the limits hold over all."""
    entity = definitions[0].entity
    size = writer.batching(entity).write
    batches = applying.plans.open_records(plan.id, target, entity, size)
    running: set[Future[int]] = set()
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="apply") as pool:
        for rows in batches:
            batch = Batch(
                plan=plan.id, plans=applying.plans, writer=writer, definitions=definitions
            )
            running.add(pool.submit(batch.settle, rows))
            if len(running) >= _WORKERS:
                running = _advance(running, applying.progress)
        while running:
            running = _advance(running, applying.progress)


def _advance(running: set[Future[int]], progress: Progress) -> set[Future[int]]:
    done, rest = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        progress(future.result())
    return rest
