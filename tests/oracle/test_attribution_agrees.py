"""Attribution of the demo company: every credit and KPI is what a second reading says."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Moment, Question
from kpiloop.engine.derive.derive import Surroundings, derive
from kpiloop.engine.resolve.resolve import resolve
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import read_pack
from kpiloop.kpi.value import KpiValue
from kpiloop.warehouse.store import Warehouse
from kpiloop_attribution import kpiloop_derivations, kpiloop_packs
from kpiloop_marketing import kpiloop_packs as marketing_packs
from oracle.attribution_kpis import (
    RETURNS,
    REVENUE,
    Company,
    influenced,
    total,
    within,
)
from oracle.demo import BERLIN, RULES, UNTIL

FIRST = date(2025, 3, 1)
AS_OF = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 6, tzinfo=UTC)
MODELS = (
    *("first", "last", "linear", "time_decay", "u_shaped", "w_shaped", "shapley"),
    "markov",
)
DERIVATIONS = {each.name: each for each in kpiloop_derivations()}


_MARKET = """
INSERT INTO pulled.figures (source, id, name, first_day, last_day, amount, currency)
VALUES ('hand', '2025', 'market_size', DATE '2025-01-01', DATE '2025-12-31', 36500000, 'EUR'),
    ('hand', '2026', 'other', DATE '2026-01-01', DATE '2026-12-31', 9, 'EUR')
"""
"""A market of 100,000 a day, in one of the two years."""


@pytest.fixture(scope="module")
def warehouse(pulled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The demo company, resolved and attributed by the default settings."""
    path = shutil.copy(pulled, tmp_path_factory.mktemp("attribution") / "warehouse.duckdb")
    around = Surroundings(
        derivations=DERIVATIONS,
        settings={},
        models={},
        plugins=(),
        zone=BERLIN,
        currency="EUR",
    )
    with Warehouse.open(Path(path)) as warehouse:
        with warehouse.transaction() as connection:
            connection.execute(_MARKET)
            resolve(connection, RULES)
        assert derive(warehouse, around, AS_OF).problems == {}
        yield warehouse


@pytest.fixture(scope="module")
def connection(warehouse: Warehouse) -> Iterator[DuckDBPyConnection]:
    """For reading it."""
    with warehouse.cursor() as cursor:
        yield cursor


def rows_of(connection: DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    """The rows of a resolved table."""
    found = connection.execute(f"FROM resolved.{table}")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def company(connection: DuckDBPyConnection) -> Company:
    """The rows that the second reading stands on."""
    tables = ("deals", "orders", "people", "touches", "costs", "figures")
    return Company(*(rows_of(connection, table) for table in tables))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The bundled packs."""
    packs = [read_pack(file) for file in (*marketing_packs(), *kpiloop_packs())]
    return Catalog.of(packs, tuple(each.table for each in DERIVATIONS.values()))


def ask(
    connection: DuckDBPyConnection, catalog: Catalog, *kpis: str, cut: tuple[str, ...] = ()
) -> list[KpiValue]:
    """KPIs by quarter."""
    question = Question(
        kpis=kpis, grains=(Grain.QUARTER,), first_day=FIRST, last_day=UNTIL, cuts=(cut,)
    )
    return list(compute(connection, catalog, [question], Moment(AS_OF, BERLIN)))


def span(value: KpiValue) -> tuple[date, date]:
    """The days of a value's period."""
    return value.period.first_day, value.period.last_day


def test_the_demo_company_has_journeys_to_judge(company: Company) -> None:
    """There are sales with several touches, with one and with none, and of several channels."""
    lengths = [len(sale["journey"]) for sale in company.sales]
    assert min(lengths) == 0
    assert max(lengths) > 4
    assert len({touch["channel"] for sale in company.sales for touch in sale["journey"]}) > 4


@pytest.mark.parametrize("model", MODELS)
def test_credits_agree(connection: DuckDBPyConnection, company: Company, model: str) -> None:
    """Every touch of every sale is owed the same amount by both readings."""
    found = {
        (row["sale_id"], row["touch_id"]): row["amount_home"]
        for row in rows_of(connection, "credits")
        if row["model"] == model and row["amount_home"]
    }
    expected = {
        (credit["id"], credit["touch_id"]): credit["amount_home"]
        for credit in company.credits(model)
        if credit["amount_home"]
    }
    assert found == expected


@pytest.mark.parametrize("model", MODELS)
def test_every_model_adds_up_to_the_revenue(
    connection: DuckDBPyConnection, company: Company, model: str
) -> None:
    """The credits of each sale make its amount, and their shares make one, without a remainder."""
    statement = (
        "SELECT sale_id, sum(amount_home), sum(share), min(amount_home), min(share)"
        " FROM resolved.credits WHERE model = ? GROUP BY sale_id"
    )
    found = {row[0]: row[1:] for row in connection.execute(statement, [model]).fetchall()}
    assert found.keys() == {sale["id"] for sale in company.sales}
    for sale in company.sales:
        amount, share, least, least_share = found[sale["id"]]
        assert (amount, share) == (sale["amount_home"], 1)
        assert least_share > 0
        assert least is None or least >= 0


@pytest.mark.parametrize("cut", [(), ("channel",), ("campaign_id",), ("product",)])
@pytest.mark.parametrize("kpi", REVENUE)
def test_revenue_agrees(
    connection: DuckDBPyConnection,
    catalog: Catalog,
    company: Company,
    kpi: str,
    cut: tuple[str, ...],
) -> None:
    """Each sum of credits by the chosen model, in total and by what a touch or sale knows."""
    shared = company.credits("linear")
    values = ask(connection, catalog, kpi, cut=cut)
    assert values
    for value in values:
        rows = [
            row
            for row in within(shared, "sold_day", *span(value))
            if all(row[name] == value.dimensions[name] for name in cut)
        ]
        assert value.value == total(rows, REVENUE[kpi])


def test_attributed_revenue_is_all_revenue(
    connection: DuckDBPyConnection, catalog: Catalog, company: Company
) -> None:
    """What is attributed, unattributed included, is what deals and orders brought."""
    values = {
        (each.kpi, each.period.key): each.value
        for each in ask(connection, catalog, "attributed_revenue", "total_revenue")
    }
    for (kpi, period), value in values.items():
        assert value == values["total_revenue", period], kpi
    assert sum(v for (kpi, _), v in values.items() if kpi == "total_revenue" and v) == total(
        company.sales
    )


@pytest.mark.parametrize("kpi", RETURNS)
def test_returns_agree(
    connection: DuckDBPyConnection, catalog: Catalog, company: Company, kpi: str
) -> None:
    """Revenue less cost, for each unit of cost; no cost, no value."""
    revenue, costs = RETURNS[kpi]
    judged = 0
    for value in ask(connection, catalog, kpi):
        sold = total(within(company.credits("linear"), "sold_day", *span(value)), REVENUE[revenue])
        spent = total(within(company.costs, "cost_day", *span(value)), costs)
        if value.value is None:
            assert not spent
            assert value.reason
        else:
            assert value.value == float(sold - spent) / float(spent)
            judged += 1
    assert judged or kpi == "social_roi"


def test_influenced_revenue_agrees(
    connection: DuckDBPyConnection, catalog: Catalog, company: Company
) -> None:
    """The whole amount of each sale that marketing touched, over all; never above 100 %."""
    for value in ask(connection, catalog, "influenced_revenue_share"):
        sales = within(company.sales, "sold_day", *span(value))
        if value.value is None:
            assert not total(sales)
        else:
            assert value.value == float(influenced(sales)) / float(total(sales))
            assert value.value <= 1


def test_marketing_s_share_never_exceeds_what_it_influenced(
    connection: DuckDBPyConnection, catalog: Catalog
) -> None:
    """A sale that marketing is owed a part of was touched by marketing."""
    kpis = ("marketing_revenue", "influenced_revenue")
    found: dict[tuple[str, str], Decimal] = {
        (each.kpi, each.period.key): Decimal(str(each.value))
        for each in ask(connection, catalog, *kpis)
    }
    for (kpi, period), value in found.items():
        assert value <= found["influenced_revenue", period], kpi


def test_market_share_agrees(
    connection: DuckDBPyConnection, catalog: Catalog, company: Company
) -> None:
    """Revenue over what the market spends; a year of which nobody entered it has no value."""
    values = ask(connection, catalog, "market_share")
    assert {each.period.key for each in values if each.value is not None} == {
        *("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
    }
    for value in values:
        if value.value is not None:
            sold = total(within(company.sales, "sold_day", *span(value)))
            first_day, last_day = span(value)
            assert value.value == float(sold) / (100_000 * ((last_day - first_day).days + 1))


@pytest.mark.parametrize("kpi", ["cpa", "automation_roi"])
def test_without_automation_cost_there_is_a_reason(
    connection: DuckDBPyConnection, catalog: Catalog, kpi: str
) -> None:
    """Where no cost is of the kind automation, nothing is known of what it costs."""
    for value in ask(connection, catalog, kpi):
        assert value.value is None
        assert "automation_cost" in (value.reason or "")


def test_the_order_value_is_of_marketing_s_part(
    connection: DuckDBPyConnection, catalog: Catalog
) -> None:
    """A sale counts for marketing with the share that it is owed."""
    for value in ask(connection, catalog, "marketing_order_value"):
        if value.value is not None:
            assert value.numerator is not None
            assert value.denominator is not None
            assert value.value == float(value.numerator) / float(value.denominator)
