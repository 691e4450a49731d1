"""The company of the benchmark: made of SQL and seeded, so that it is the same everywhere."""

import resource
import sys
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from kpiloop.engine.resolve.resolve import resolve
from kpiloop.engine.resolve.rules import ChannelRule, ConfiguredCost, CustomerEnds, Rate, Rules
from kpiloop.warehouse.store import Warehouse

FIRST_DAY = date(2023, 1, 1)
AS_OF = datetime.fromisoformat("2026-01-15T12:00:00+00:00")
ZONE = ZoneInfo("Europe/Berlin")
_WAGES = {"marketing": Decimal(24000), "sales": Decimal(90000)}
_MONTHS = [(year, month) for year in (2023, 2024, 2025) for month in range(1, 13)] + [(2026, 1)]

RULES = Rules(
    zone=ZONE,
    home_currency="EUR",
    stages={"crm": {"lead": "lead", "mql": "mql", "sql": "sql", "customer": "customer"}},
    channels=tuple(
        ChannelRule(channel=source.lower(), where=f"contact.original_source = '{source}'")
        for source in (
            *("PAID_SEARCH", "ORGANIC_SEARCH", "PAID_SOCIAL", "SOCIAL"),
            *("EMAIL", "REFERRAL", "DIRECT"),
        )
    ),
    customer_ends=CustomerEnds.NO_ORDER,
    spread_sales_cost=True,
    rates=(Rate(currency="USD", valid_from=date(1990, 1, 1), rate=Decimal("0.92")),),
    excluded_addresses=("*@acme.example",),
    costs=tuple(
        ConfiguredCost(
            kind="wages",
            department=department,
            amount=amount,
            first_day=date(year, month, 1),
            last_day=date(year, month, 28),
        )
        for year, month in _MONTHS
        for department, amount in _WAGES.items()
    ),
)


def make(path: Path, contacts: int) -> None:
    """Fill a new warehouse with what would have been pulled."""
    statements = Path(__file__).with_name("company.sql").read_text(encoding="utf-8")
    with Warehouse.open(path) as warehouse, warehouse.transaction() as connection:
        as_of = AS_OF.replace(tzinfo=None)
        connection.execute("SET VARIABLE as_of = $as_of", {"as_of": as_of})
        connection.execute("SET VARIABLE contacts = $contacts", {"contacts": contacts})
        connection.execute(statements)


def resolve_it(path: Path) -> None:
    """Resolve the company, and print what that took."""
    with Warehouse.open(path) as warehouse:
        started = time.perf_counter()
        with warehouse.transaction() as connection:
            report = resolve(connection, RULES)
        seconds = time.perf_counter() - started
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(report.rows["people"], seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        resolve_it(Path(sys.argv[2]))
