"""How near to HubSpot's limits kpiloop works, with 150 ms per answer and no call turned down.

The simulated account runs in a process of its own, enforces the limits (5 searches a second, 190
calls in 10 seconds) and notes when each request arrives. This needs a machine that is quiet
otherwise; what else it did is printed.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cached_property
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "ceiling"))

from limits import LATENCY_MS, Row, judged, least, noted, refused
from pydantic import SecretStr

from kpiloop.clock import SystemClock
from kpiloop.connector.base import Source
from kpiloop.connector.writing import Definition
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.engine.write_back.apply import Applying, apply_plan
from kpiloop.engine.write_back.fields import to_table
from kpiloop.engine.write_back.spelling import spell
from kpiloop.ledger.plan import PlanField
from kpiloop.ledger.plans import Plans
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Values
from kpiloop.schema.fields import Kind
from kpiloop.warehouse.store import Warehouse
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN

MANY, SOME = 60_000, 10_000
"""Contacts where one limit is looked at for a minute, and where everything is pulled."""
SERVER = Path(__file__).with_name("ceiling") / "server.py"
SEARCH, PER_SEARCHES = 5, 1.0
BURST, PER_BURST = 190, 10.0
FIELD = Definition(
    entity="contacts", field="kpiloop_days", title="Days", kind=Kind.NUMBER, description="Days."
)


class Account:
    """The simulated account, as the benchmark sees it."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    @cached_property
    def connector(self) -> Hubspot:
        """One connector for all work, as in a cycle; it may use the limits in full."""
        settings = HubspotSettings(base_url=self._base_url, token=SecretStr(DEFAULT_TOKEN))
        return Hubspot(settings, Source(name="hubspot", share=1))

    def row(self, name: str, *, is_one_limit: bool = True) -> Row:
        """What was asked since the last time; searches and other calls one after the other."""
        notes = noted(self._base_url)
        searches = sum(path.endswith("/search") for _, path, _ in notes)
        others = len(notes) - searches
        return Row(
            name=name,
            calls=len(notes),
            seconds=notes[-1][0] - notes[0][0],
            least=least(searches, SEARCH, PER_SEARCHES) + least(others, BURST, PER_BURST),
            refused=refused(notes),
            is_one_limit=is_one_limit,
        )


EMPTY_AFTER = 10
"""Seconds after which no earlier call counts any more, so that each row begins alike."""


@contextmanager
def account(contacts: int, latency_ms: float) -> Generator[Account]:
    """A simulated account that is up."""
    command = [sys.executable, str(SERVER), str(contacts), str(latency_ms)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        base_url = process.stdout.readline().strip()
        if not base_url:
            sys.exit("the simulated account did not start")
        up = Account(base_url)
        yield up
        up.connector.close()
        process.stdin.close()


def pulled(warehouse: Warehouse, account: Account, *streams: str) -> None:
    """Pull some streams, or all."""
    report = pull(warehouse, account.connector, PullRequest(streams=streams))
    if not report.is_green:
        sys.exit(f"the pull is not green: {report}")


def applied(folder: Path, account: Account, ids: Sequence[str]) -> None:
    """Give every contact a value by a plan."""
    clock = SystemClock()
    field = PlanField(
        target="hubspot",
        entity=FIELD.entity,
        field=FIELD.field,
        kpi="days",
        definition=to_table(FIELD),
    )
    with Ledger.open(folder / "ledger.sqlite") as ledger:
        plans, values = Plans(ledger, clock), Values(ledger, clock)
        wishes = [
            ("hubspot", FIELD.entity, each, FIELD.field, spell(Decimal(place)))
            for place, each in enumerate(ids)
        ]
        plan = plans.make(set_id=1, definitions="", fields=[field], wishes=wishes)
        applying = Applying(
            plans=plans,
            values=values,
            writers={"hubspot": account.connector.writer()},
            definitions="",
            clock=clock,
        )
        report = apply_plan(plan, applying)
    if report.confirmed != len(ids):
        sys.exit(f"not every value was confirmed: {report}")


def one_by_one(contacts: int, latency_ms: float) -> Generator[Row]:
    """One limit at a time: searches, batch reads, batch reads and writes in turn."""
    with tempfile.TemporaryDirectory() as name, account(contacts, latency_ms) as up:
        folder = Path(name)
        with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
            pulled(warehouse, up, "contacts")
            yield up.row("contacts, by search")
            time.sleep(EMPTY_AFTER)
            pulled(warehouse, up, "contact_stages")
            yield up.row("their histories, by batch read")
            with warehouse.cursor() as cursor:
                found = cursor.execute("SELECT id FROM pulled.contacts ORDER BY id").fetchall()
        time.sleep(EMPTY_AFTER)
        applied(folder, up, [each for (each,) in found])
        yield up.row("values applied, batch read and update")


def everything(contacts: int, latency_ms: float) -> Generator[Row]:
    """A first pull of a whole account."""
    with tempfile.TemporaryDirectory() as name, account(contacts, latency_ms) as up:
        with Warehouse.open(Path(name) / "warehouse.duckdb") as warehouse:
            pulled(warehouse, up)
        yield up.row(f"a whole first pull of {contacts:,} contacts", is_one_limit=False)


def main(many: int = MANY, some: int = SOME, latency_ms: int = LATENCY_MS) -> None:
    """Print a table; numbers of contacts and the latency may be given."""
    print(f"{latency_ms} ms per answer, {many:,} contacts")
    rows = chain(one_by_one(many, latency_ms), everything(some, latency_ms))
    sys.exit(judged(rows))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
