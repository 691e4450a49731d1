"""The company of the benchmark: resolved tables, made of SQL, with the day beside each moment."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.question import Moment
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import read_pack
from kpiloop.schema.registry import RESOLVED, day_of, resolved_columns
from kpiloop.schema.resolved import Resolved
from kpiloop.schema.scores import Score
from kpiloop.warehouse import sql
from kpiloop.warehouse.store import Warehouse
from kpiloop_attribution import kpiloop_derivations
from kpiloop_attribution import kpiloop_packs as attribution_packs
from kpiloop_marketing import kpiloop_packs as marketing_packs

DERIVED = tuple(each.table for each in kpiloop_derivations())
TABLES: tuple[type[Resolved], ...] = (*RESOLVED, Score, *DERIVED)
MOMENT = Moment(datetime(2025, 12, 31, 12, tzinfo=UTC), ZoneInfo("UTC"))
"""Days begin at midnight in UTC, so that SQL alone can tell the day of a moment."""


def catalog() -> Catalog:
    """Every KPI of the bundled packs."""
    packs = [*marketing_packs(), *attribution_packs()]
    return Catalog.of([read_pack(each) for each in packs], DERIVED)


def make(path: Path, people: int) -> None:
    """Fill a new warehouse with what resolving and deriving would have made."""
    statements = Path(__file__).with_name("company.sql").read_text(encoding="utf-8")
    with Warehouse.open(path) as warehouse, warehouse.transaction() as connection:
        for model in TABLES:
            columns = resolved_columns(model)
            connection.execute(f"DROP TABLE IF EXISTS {sql.table('resolved', model.entity)}")
            connection.execute(sql.create("resolved", model.entity, columns))
        connection.execute("SET VARIABLE as_of = $as_of", {"as_of": MOMENT.stored})
        connection.execute("SET VARIABLE people = $people", {"people": people})
        connection.execute(statements)
        for model in TABLES:
            _fill_days(connection, model.entity, tuple(resolved_columns(model)))


def _fill_days(connection: DuckDBPyConnection, entity: str, columns: tuple[str, ...]) -> None:
    """Rewrite a table with the day of each moment."""
    moments = [each for each in columns if each.endswith("_at")]
    if moments:
        days = ", ".join(f"{each}::DATE AS {day_of(each)}" for each in moments)
        table = sql.table("resolved", entity)
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT * REPLACE ({days}) FROM {table}"
        )


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
