"""Writing as kpiloop does it: a plan, applied once, row by row."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from kpiloop.clock import ManualClock
from kpiloop.connector.writing import Value
from kpiloop.engine.write_back.apply import Applying, ApplyReport, apply_plan
from kpiloop.engine.write_back.fields import to_table
from kpiloop.engine.write_back.spelling import spell
from kpiloop.errors import StalePlanError
from kpiloop.ledger.plan import Plan, PlanField, RowOutcome
from kpiloop.ledger.plans import Plans
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values
from kpiloop.testing.explaining import expect, some
from kpiloop.testing.fault_proxy import FaultProxy
from kpiloop.testing.faults import Sometimes, lost_answer
from kpiloop.testing.vendor_account import VendorAccount
from kpiloop.testing.writable import Writable, steps, writable

_TARGET = "contract"
_KPI = "contract_days"
_DEFINITIONS = "one"


class PlannedWrites:
    """What must hold where the core plans, writes, and looks again."""

    def test_a_plan_is_applied_once(self, account: VendorAccount, tmp_path: Path) -> None:
        """Every planned value is confirmed, and a second plan of the same has nothing to do."""
        with _desk(account, tmp_path) as (desk, _):
            for place in desk.places:
                values = steps(place.ids)
                report = desk.apply(place, desk.plan(place, values))
                _expect(report, place, confirmed=len(values))
                place.expect_held(values, definition=place.number)
                left = desk.rows(desk.plan(place, values))
                expect(not left, f"a second plan wants to write again: {some(left)}")

    def test_a_value_that_somebody_changed_is_kept(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """Between two plans somebody changes a value by hand: it stays, and is told."""
        with _desk(account, tmp_path) as (desk, _):
            for place in desk.places:
                desk.apply(place, desk.plan(place, dict.fromkeys(place.ids, Decimal(1))))
                by_hand: dict[str, Value] = {place.ids[0]: Decimal(999)}
                place.put(by_hand)
                rest: dict[str, Value] = dict.fromkeys(place.ids[1:], Decimal(2))
                plan = desk.plan(place, {place.ids[0]: Decimal(2)} | rest)
                _expect(desk.apply(place, plan), place, confirmed=len(rest), conflicts=1)
                place.expect_held(by_hand | rest, definition=place.number)

    def test_lost_answers_are_found_out(self, account: VendorAccount, tmp_path: Path) -> None:
        """Where answers are lost, the records tell what was written: all is confirmed."""
        with _desk(account, tmp_path) as (desk, proxy):
            for place in desk.places:
                values = steps(place.ids)
                plan = desk.plan(place, values)
                proxy.fault = Sometimes(lost_answer, every=2)
                report = desk.apply(place, plan)
                proxy.fault = None
                _expect(report, place, confirmed=len(values))
                place.expect_held(values, definition=place.number)

    def test_a_stale_plan_sends_nothing(self, account: VendorAccount, tmp_path: Path) -> None:
        """A plan of two days ago is refused before the vendor hears of it."""
        with _desk(account, tmp_path) as (desk, proxy):
            place = desk.places[0]
            plan = desk.plan(place, steps(place.ids))
            desk.clock.advance(timedelta(days=2).total_seconds())
            before = len(proxy.received)
            was_refused = False
            try:
                desk.apply(place, plan)
            except StalePlanError:
                was_refused = True
            expect(was_refused, "a plan of two days ago was applied")
            expect(len(proxy.received) == before, "a stale plan made the writer call the vendor")

    def test_a_record_that_went_costs_the_others_nothing(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """A record that is deleted between plan and apply is rejected; the others are written."""
        with _desk(account, tmp_path) as (desk, _):
            plans = [(place, desk.plan(place, steps(place.ids))) for place in desk.places]
            gone = account.delete_one()
            account.settle()
            for place, plan in plans:
                report = desk.apply(place, plan)
                lost = int(gone in place.ids)
                _expect(report, place, confirmed=len(place.ids) - lost, rejected=lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """A ledger of its own, with which plans are made and applied."""

    ledger: Ledger
    clock: ManualClock
    places: list[Writable]

    @property
    def _plans(self) -> Plans:
        return Plans(self.ledger, self.clock)

    def plan(self, place: Writable, values: Mapping[str, Value]) -> Plan:
        """A plan of what differs from what was confirmed last."""
        field = PlanField(
            target=_TARGET,
            entity=place.entity,
            field=place.number.field,
            kpi=_KPI,
            definition=to_table(place.number),
        )
        return self._plans.make(
            set_id=1,
            definitions=_DEFINITIONS,
            fields=[field],
            wishes=[
                (_TARGET, place.entity, key, place.number.field, spell(value))
                for key, value in values.items()
            ],
        )

    def apply(self, place: Writable, plan: Plan) -> ApplyReport:
        """Write it."""
        applying = Applying(
            plans=self._plans,
            values=Values(self.ledger, self.clock),
            writers={_TARGET: place.writer},
            definitions=_DEFINITIONS,
            clock=self.clock,
        )
        report = apply_plan(plan, applying)
        expect(report.is_green, f"planned values are left without an outcome: {report}")
        return report

    def rows(self, plan: Plan) -> list[str]:
        """What a plan would write."""
        return [
            f"{row.record_id}: {row.old_value} → {row.new_value}"
            for row in self._plans.rows(plan.id, outcomes=[RowOutcome.PLANNED])
        ]


@contextmanager
def _desk(account: VendorAccount, folder: Path) -> Generator[tuple[_Desk, FaultProxy]]:
    clock = ManualClock(datetime.now(UTC))
    with (
        FaultProxy(account.base_url) as proxy,
        writable(account, folder, proxy.base_url) as places,
        Ledger.open(folder / "ledger.sqlite") as ledger,
    ):
        yield _Desk(ledger=ledger, clock=clock, places=[*places]), proxy


def _expect(
    report: ApplyReport, place: Writable, *, confirmed: int, rejected: int = 0, conflicts: int = 0
) -> None:
    found = (report.confirmed, report.rejected, report.conflicts)
    expect(
        found == (confirmed, rejected, conflicts),
        f"of {report.planned} planned values {report.confirmed} were confirmed, {report.rejected} "
        f"rejected and {report.conflicts} in conflict; right would be {confirmed}, {rejected} and "
        f"{conflicts}",
        where=place.entity,
        todo="see the tests of written values, which name the row: current() must give what the "
        "record holds, write() one true outcome for each change",
    )
