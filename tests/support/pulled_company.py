"""A company whose pulled records a test stores by hand, and what resolving makes of them."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from duckdb import DuckDBPyConnection

from kpiloop.engine.resolve.report import ResolveReport
from kpiloop.engine.resolve.resolve import resolve
from kpiloop.engine.resolve.rules import ChannelRule, Rate, Rules
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse import sql
from kpiloop.warehouse.layout import lay_out

STAGES = ("lead", "mql", "sql", "opportunity", "customer")
RULES = Rules(
    zone=ZoneInfo("Europe/Berlin"),
    home_currency="EUR",
    stages={source: {stage: stage for stage in STAGES} for source in ("crm", "shop")},
    channels=(
        ChannelRule(channel="ads", where="contact.original_source = 'ADS'"),
        ChannelRule(channel="search", where="contact.original_source IN ('ADS', 'SEARCH')"),
    ),
    rates=(
        Rate(currency="USD", valid_from=date(2020, 1, 1), rate=Decimal("0.9")),
        Rate(currency="USD", valid_from=date(2026, 6, 1), rate=Decimal("0.8")),
    ),
)

Row = dict[str, Any]


@dataclass
class Pulled:
    """Pulled tables in memory; every record is of the system `crm`, unless it says otherwise."""

    connection: DuckDBPyConnection
    rules: Rules = RULES
    rows: int = 0

    def put(self, entity: str, **values: object) -> None:
        """Store a record; instants are texts in UTC."""
        self.rows += 1
        row: dict[str, object] = {"id": str(self.rows), "source": "crm", **values}
        marks = ", ".join("?" * len(row))
        self.connection.execute(
            f"INSERT INTO pulled.{entity} ({sql.names(row)}) VALUES ({marks})", list(row.values())
        )

    def contact(self, contact: str, **values: object) -> None:
        """Store a contact."""
        self.put("contacts", id=contact, created_at="2026-01-01", **values)

    def enters(self, contact: str, **stages: str) -> None:
        """Store the moments at which a contact entered stages."""
        for stage, moment in stages.items():
            self.put(
                "stage_changes",
                of_entity="contacts",
                parent_id=contact,
                stage=stage,
                entered_at=moment,
            )

    def deal(self, deal: str, *contacts: str, won_at: str | None = None, **values: object) -> None:
        """Store a deal with its contacts; with `won_at` it was won then."""
        won = {"closed_at": won_at, "is_won": True, "is_closed": True} if won_at else {}
        self.put("deals", id=deal, **{"created_at": "2026-02-01", **won, **values})
        for contact in contacts:
            self.link(deal, "contacts", contact)

    def link(self, deal: str, entity: str, to: str, label: str | None = None) -> None:
        """Store that a deal belongs to a record."""
        self.put(
            "links",
            from_entity="deals",
            parent_id=deal,
            to_entity=entity,
            to_id=to,
            label=label,
        )

    def resolve(self, **changes: Any) -> ResolveReport:
        """Resolve, with some rules changed."""
        return resolve(self.connection, replace(self.rules, **changes))

    def found(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        """Some columns of a resolved table, in order."""
        statement = f"SELECT {columns} FROM resolved.{table} ORDER BY ALL NULLS FIRST"
        return self.connection.execute(statement).fetchall()

    def only(self, table: str, columns: str) -> tuple[Any, ...]:
        """Some columns of the only row of a resolved table."""
        (row,) = self.found(table, columns)
        return row


@contextmanager
def pulled_in_memory() -> Generator[Pulled]:
    """A company without records, in a database of its own."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield _empty(connection)


def _empty(connection: DuckDBPyConnection) -> Pulled:
    """A company without records."""
    lay_out(connection, PULLED)
    return Pulled(connection)
