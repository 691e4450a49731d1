"""A small vendor with a memory and bad habits, and plans to write into it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kpiloop.clock import ManualClock
from kpiloop.connector.writing import (
    Batching,
    Capacity,
    Change,
    Current,
    Definition,
    Outcome,
    Status,
    Value,
    Writer,
)
from kpiloop.engine.write_back.apply import Applying, ApplyReport, apply_plan
from kpiloop.engine.write_back.fields import to_table
from kpiloop.ledger.plan import Plan, PlanField, Wish
from kpiloop.ledger.plans import Plans
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values
from kpiloop.schema.fields import Kind

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
CYCLE_DAYS = Definition(
    entity="deals", field="kpiloop_cycle_days", title="Cycle days", kind=Kind.NUMBER
)


@dataclass
class Vendor(Writer):
    """Holds records in memory; each habit is a set of record ids."""

    records: dict[str, dict[str, Value]] = field(default_factory=dict)
    defined: list[str] = field(default_factory=list)
    rejects: set[str] = field(default_factory=set)
    loses_answer: set[str] = field(default_factory=set)
    """Writes the value, then the answer is lost; once for each."""
    loses_request: set[str] = field(default_factory=set)
    """Neither writes nor answers; once for each."""
    forgets: set[str] = field(default_factory=set)
    """Leaves the record out of its answer, every time."""
    refuses_field: str = ""
    written: list[Change] = field(default_factory=list)

    def batching(self, entity: str) -> Batching:
        """Two records a call, so that tests see several batches."""
        return Batching(write=2, read=2)

    def capacity(self, entity: str) -> Capacity:
        """Everything may be done."""
        return Capacity(may_define=True, may_write=True, free_fields=None)

    def define(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Take all but one."""
        self.defined += [each.field for each in definitions]
        return [
            Outcome(
                entity=each.entity,
                id=each.field,
                status=Status.REJECTED if each.field == self.refuses_field else Status.CONFIRMED,
                reason="no free fields" if each.field == self.refuses_field else "",
            )
            for each in definitions
        ]

    def current(
        self, entity: str, ids: Sequence[str], definitions: Sequence[Definition]
    ) -> Iterator[Current]:
        """What is held now."""
        for each in ids:
            if each in self.records:
                yield Current(id=each, values=dict(self.records[each]))

    def write(
        self, changes: Iterable[Change], definitions: Sequence[Definition]
    ) -> Iterator[Outcome]:
        """Write with the habits that are set."""
        for change in changes:
            self.written.append(change)
            if change.id in self.forgets:
                continue
            if change.id in self.loses_request:
                self.loses_request.discard(change.id)
                yield Outcome(entity=change.entity, id=change.id, status=Status.UNKNOWN)
                continue
            if change.id in self.rejects:
                yield Outcome(
                    entity=change.entity, id=change.id, status=Status.REJECTED, reason="locked"
                )
                continue
            self.records[change.id].update(change.values)
            lost = change.id in self.loses_answer
            self.loses_answer.discard(change.id)
            status = Status.UNKNOWN if lost else Status.CONFIRMED
            yield Outcome(entity=change.entity, id=change.id, status=status)

    def retire(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Nothing is ever retired here."""
        return []


@dataclass
class Desk:
    """Makes and applies plans against one vendor called `crm`."""

    ledger: Ledger
    clock: ManualClock
    vendor: Vendor
    max_changes: int | None = None
    auto: bool = False
    clears: bool = True
    definitions: str = "d1"

    @property
    def plans(self) -> Plans:
        """The plans of the ledger."""
        return Plans(self.ledger, self.clock)

    @property
    def values(self) -> Values:
        """The values of the ledger."""
        return Values(self.ledger, self.clock)

    def compute(self) -> int:
        """A new computed set."""
        return self.values.publish("run", [], as_of=NOW, definitions="k1").set_id

    def plan(self, wanted: dict[str, str]) -> Plan:
        """A plan that wants these values."""
        wishes: list[Wish] = [
            ("crm", "deals", record, CYCLE_DAYS.field, value) for record, value in wanted.items()
        ]
        field_ = PlanField(
            target="crm",
            entity="deals",
            field=CYCLE_DAYS.field,
            kpi="cycle_days",
            definition=to_table(CYCLE_DAYS),
            is_automatic=self.auto,
            max_changes=self.max_changes,
            clears=self.clears,
        )
        self.clock.advance(1)
        return self.plans.make(
            set_id=self.compute(), definitions=self.definitions, fields=[field_], wishes=wishes
        )

    def apply(self, plan: Plan, *, scheduled: bool = False) -> ApplyReport:
        """Apply a plan."""
        return apply_plan(
            plan,
            Applying(
                plans=self.plans,
                values=self.values,
                writers={"crm": self.vendor},
                definitions=self.definitions,
                clock=self.clock,
                is_scheduled=scheduled,
            ),
        )

    def outcomes(self, plan: Plan) -> dict[str, tuple[str, str]]:
        """Record → outcome and reason."""
        return {row.record_id: (row.outcome.value, row.reason) for row in self.plans.rows(plan.id)}
