"""A company whose resolved tables a test fills by hand, and questions to it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import duckdb
from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.coverage import ALL, Coverage
from kpiloop.engine.compute.question import Cut, Moment, Question
from kpiloop.engine.compute.records import RecordQuestion, compute_records
from kpiloop.kpi.calendar import Grain, Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import parse_pack
from kpiloop.kpi.value import KpiValue
from kpiloop.schema.registry import RESOLVED, day_of, resolved_columns
from kpiloop.warehouse import sql

BERLIN = ZoneInfo("Europe/Berlin")
Number = Decimal | float | None


def utc(text: str) -> datetime:
    """A moment, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Company:
    """Resolved tables in memory, and the definitions and the moment of the questions to them."""

    connection: DuckDBPyConnection
    pack: str = ""
    as_of: datetime = field(default_factory=lambda: utc("2027-06-30T12:00"))
    zone: ZoneInfo = BERLIN
    coverage: Coverage = ALL
    rows: int = 0

    def put(self, table: str, **values: object) -> None:
        """Store a row; instants are texts in UTC, and get their local day beside them."""
        self.rows += 1
        row: dict[str, object] = {"id": str(self.rows), **values}
        for name, value in values.items():
            if name.endswith("_at") and value is not None:
                row[day_of(name)] = utc(str(value)).astimezone(self.zone).date()
        marks = ", ".join("?" * len(row))
        self.connection.execute(
            f"INSERT INTO resolved.{table} ({sql.names(row)}) VALUES ({marks})", list(row.values())
        )

    @property
    def catalog(self) -> Catalog:
        """The definitions."""
        return _catalog(self.pack)

    @property
    def moment(self) -> Moment:
        """The as-of time."""
        return Moment(self.as_of, self.zone, coverage=self.coverage)

    def values(
        self,
        kpi: str,
        grain: Grain = Grain.MONTH,
        *,
        first: str = "2026-01-01",
        last: str = "2026-12-31",
        cuts: tuple[Cut, ...] = ((),),
    ) -> list[KpiValue]:
        """What computing says."""
        question = Question(
            kpis=(kpi,),
            grains=(grain,),
            first_day=date.fromisoformat(first),
            last_day=date.fromisoformat(last),
            cuts=cuts,
        )
        return list(compute(self.connection, self.catalog, [question], self.moment))

    def by_period(self, kpi: str, grain: Grain = Grain.MONTH) -> dict[str, Number]:
        """Period → value, where it is neither 0 nor unknown."""
        return {each.period.key: each.value for each in self.values(kpi, grain) if each.value}

    def one(self, kpi: str, period: str, grain: Grain = Grain.MONTH) -> KpiValue:
        """The value of one period."""
        return next(each for each in self.values(kpi, grain) if each.period.key == period)

    def by(self, kpi: str, *cut: str, period: str = "ever") -> dict[tuple[str | None, ...], Number]:
        """Dimension values → value, of one period."""
        grain = Grain.EVER if period == "ever" else Grain.MONTH
        return {
            tuple(each.dimensions[name] for name in cut): each.value
            for each in self.values(kpi, grain, cuts=(cut,))
            if each.period.key == period
        }

    def per_record(self, kpi: str, by: str) -> dict[str, tuple[Number, int, str]]:
        """Record → value, sample size and completeness, over the year."""
        period = Period(Grain.YEAR, "2026", date(2026, 1, 1), date(2026, 12, 31))
        question = RecordQuestion(kpi=kpi, by=by, period=period)
        compute_records(self.connection, self.catalog, question, self.moment)
        rows = self.connection.execute(
            "SELECT record_id, exact_value, float_value, sample_size, completeness "
            'FROM computed.record_values WHERE kpi = ? AND "by" = ?',
            [kpi, by],
        ).fetchall()
        return {row[0]: (row[1] if row[2] is None else row[2], *row[3:]) for row in rows}


@lru_cache(maxsize=8)
def _catalog(pack: str) -> Catalog:
    return Catalog.of([parse_pack(pack, "test.toml")])


@contextmanager
def company_in_memory(pack: str, threads: int = 2) -> Generator[Company]:
    """A company without rows, in a database of its own."""
    with duckdb.connect(config={"threads": threads}) as connection:
        company = empty_company(connection)
        company.pack = pack
        yield company


def empty_company(connection: DuckDBPyConnection) -> Company:
    """A company without rows."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS resolved")
    for model in RESOLVED:
        connection.execute(f"DROP TABLE IF EXISTS {sql.table('resolved', model.entity)}")
        connection.execute(sql.create("resolved", model.entity, resolved_columns(model)))
    return Company(connection)
