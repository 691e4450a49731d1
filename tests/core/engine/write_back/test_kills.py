"""Applying survives being killed: nothing is lost, doubled or wrong."""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import requests
from pydantic import SecretStr

from kpiloop import Source, SystemClock
from kpiloop.connector.writing import Definition
from kpiloop.engine.write_back.apply import Applying, apply_plan, report_of
from kpiloop.engine.write_back.fields import to_table
from kpiloop.ledger.plan import Plan, PlanField, PlanStatus, RowOutcome
from kpiloop.ledger.plans import Plans
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values
from kpiloop.schema.fields import Kind
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN
from support.account import MADE, account_of_companies

KILLS = 100
COMPANIES = 500
REVENUE = Definition(
    entity="companies", field="kpiloop_revenue", title="Revenue", kind=Kind.NUMBER, decimals=2
)
FIELD = PlanField(
    target="hubspot",
    entity="companies",
    field=REVENUE.field,
    kpi="revenue",
    definition=to_table(REVENUE),
)
CLOCK = SystemClock()


def hubspot(base_url: str) -> Hubspot:
    """The connector, at the speed of the machine."""
    settings = HubspotSettings(
        token=SecretStr(DEFAULT_TOKEN),
        base_url=base_url,
        calls_per_10_seconds=1_000_000,
        searches_per_second=1_000_000,
    )
    return Hubspot(settings, Source(name="hubspot", share=1.0, clock=CLOCK))


def apply_newest(path: Path, base_url: str) -> None:
    """What a process does that applies the newest plan."""
    connector = hubspot(base_url)
    writer = connector.writer()
    assert writer is not None
    with Ledger.open(path) as ledger:
        plans = Plans(ledger, CLOCK)
        plan = plans.latest()
        assert plan is not None
        applying = Applying(
            plans=plans,
            values=Values(ledger, CLOCK),
            writers={"hubspot": writer},
            definitions="d",
            clock=CLOCK,
        )
        apply_plan(plan, applying)
    connector.close()


def new_plan(path: Path, turn: int) -> Plan:
    """A plan that gives every company a value that no turn before it gave."""
    with Ledger.open(path) as ledger:
        set_id = Values(ledger, CLOCK).publish("run", [], as_of=MADE, definitions="k").set_id
        return Plans(ledger, CLOCK).make(
            set_id=set_id,
            definitions="d",
            fields=[FIELD],
            wishes=(
                ("hubspot", "companies", str(number), FIELD.field, value_of(number, turn))
                for number in range(1, COMPANIES + 1)
            ),
        )


def value_of(number: int, turn: int) -> str:
    """What a company should hold after a turn."""
    return str(number * 1_000 + turn)


def forked(work: Callable[[], None]) -> int:
    """Start work in a child process; its id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    finally:
        os._exit(1)


def held(base_url: str) -> dict[str, str]:
    """What the account holds for each company."""
    found: dict[str, str] = {}
    for first in range(1, COMPANIES + 1, 100):
        answer = requests.post(
            f"{base_url}/crm/objects/2026-09/companies/batch/read",
            json={
                "inputs": [{"id": str(number)} for number in range(first, first + 100)],
                "properties": [FIELD.field],
            },
            headers={"Authorization": f"Bearer {DEFAULT_TOKEN}"},
            timeout=30,
        )
        answer.raise_for_status()
        for row in answer.json()["results"]:
            found[row["id"]] = row["properties"][FIELD.field]
    return found


def is_applied(path: Path, plan: Plan) -> bool:
    """Whether every value of the plan has its outcome; the ledger must always be whole."""
    with Ledger.open(path) as ledger:
        (check,) = ledger.rows("PRAGMA integrity_check")
        assert check == ("ok",)
        found = Plans(ledger, CLOCK).get(plan.id)
        assert found is not None
        return found.status is PlanStatus.APPLIED


def test_kills_at_random_moments_lose_double_and_spoil_nothing(tmp_path: Path) -> None:
    """After 100 kills every value is confirmed once, and the account holds just these values."""
    dice = random.Random(20261121)  # noqa: S311 - chance, not secrecy
    path = tmp_path / "ledger.sqlite"
    kills = turn = 0
    with account_of_companies(COMPANIES) as base_url:
        while kills < KILLS:
            plan = new_plan(path, turn)
            while not is_applied(path, plan):
                child = forked(lambda: apply_newest(path, base_url))
                time.sleep(dice.uniform(0.0, 0.25))
                os.kill(child, signal.SIGKILL)
                _, status = os.waitpid(child, 0)
                assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
                kills += os.WIFSIGNALED(status)
            with Ledger.open(path) as ledger:
                report = report_of(plan, Plans(ledger, CLOCK))
                wrong = Plans(ledger, CLOCK).rows(
                    plan.id, outcomes=(RowOutcome.REJECTED, RowOutcome.CONFLICT), limit=3
                )
            assert wrong == []
            assert (report.planned, report.confirmed) == (COMPANIES, COMPANIES)
            assert held(base_url) == {
                str(number): value_of(number, turn) for number in range(1, COMPANIES + 1)
            }
            turn += 1
        written = requests.get(f"{base_url}/_sandbox/stats", timeout=10).json()
    updates = written["requests"]["POST /crm/objects/{type}/batch/update"]
    needed = turn * COMPANIES // 100
    # Whose answer was cut off is read before anything is sent again; only what the account was
    # still about to write when it was read is sent twice: at most one call for a kill.
    assert needed <= updates <= needed + kills
    assert turn * COMPANIES <= written["recordsWritten"] <= updates * 100
