"""What the demo company's customers bought, and what is expected of them, read a second time."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from kpiloop import PluginSettings
from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Moment, Question
from kpiloop.engine.derive.derive import Surroundings, derive, underived
from kpiloop.engine.resolve.resolve import resolve
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.pack import read_pack
from kpiloop.warehouse.store import Warehouse
from kpiloop_clv import kpiloop_derivations, kpiloop_packs
from kpiloop_clv.settings import ClvSettings
from oracle.demo import BERLIN, RULES, UNTIL
from oracle.value_kpis import bought

FIRST = date(2025, 3, 1)
AS_OF = datetime(UNTIL.year, UNTIL.month, UNTIL.day, 6, tzinfo=UTC)
DERIVATIONS = {each.name: each for each in kpiloop_derivations()}

_SHOP = """
INSERT INTO pulled.orders (source, id, contact_id, amount, currency, status, ordered_at)
SELECT 'hubspot', 'shop-' || number || '-' || again, id, 20 + (number * 7 + again * 13) % 90,
    'EUR', 'paid',
    TIMESTAMP '2025-03-05 22:30:00' + to_days(number + again * (11 + number % 41))
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM pulled.contacts LIMIT 200)
JOIN range(5) AS times(again) ON again <= number % 5
"""
"""A shop where some come again, late in the evening."""


def around(settings: ClvSettings) -> Surroundings:
    """What a project with these settings tells the derivations."""
    told: dict[str, PluginSettings] = {settings.section: settings}
    return Surroundings(
        derivations=DERIVATIONS, settings=told, models={}, plugins=(), zone=BERLIN, currency="EUR"
    )


@pytest.fixture(scope="module")
def warehouse(pulled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The demo company with a shop, resolved and predicted."""
    path = shutil.copy(pulled, tmp_path_factory.mktemp("values") / "warehouse.duckdb")
    with Warehouse.open(Path(path)) as warehouse:
        with warehouse.transaction() as connection:
            connection.execute(_SHOP)
            resolve(connection, RULES)
        report = derive(warehouse, around(ClvSettings()), AS_OF)
        assert report.rows.keys() == DERIVATIONS.keys()
        yield warehouse


@pytest.fixture(scope="module")
def connection(warehouse: Warehouse) -> Iterator[DuckDBPyConnection]:
    """For reading it."""
    with warehouse.cursor() as cursor:
        yield cursor


def rows_of(connection: DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    """The rows of a resolved table."""
    found = connection.execute(f"FROM resolved.{table} ORDER BY id")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_purchases_agree(connection: DuckDBPyConnection) -> None:
    """How often, how lately, for how long and for how much each customer bought."""
    as_of = {"at": AS_OF.replace(tzinfo=None), "day": AS_OF.astimezone(BERLIN).date()}
    deals, orders = (rows_of(connection, table) for table in ("deals", "orders"))
    expected = bought(deals, orders, as_of)
    found = {row["customer_id"]: row for row in rows_of(connection, "customer_purchases")}
    assert found.keys() == expected.keys()
    assert max(each.frequency for each in expected.values()) > 1
    for customer, each in expected.items():
        row = found[customer]
        assert row["frequency"] == each.frequency
        assert (row["recency_days"], row["age_days"]) == (each.recency_days, each.age_days)
        assert row["mean_home"] == each.mean_home


def test_who_is_a_customer_agrees(connection: DuckDBPyConnection) -> None:
    """A customer at the as-of time has a time as one that is not over."""
    now = AS_OF.replace(tzinfo=None)
    held = {
        row["customer_id"]
        for row in rows_of(connection, "customer_intervals")
        if row["started_at"] < now and (row["ended_at"] is None or row["ended_at"] >= now)
    }
    for row in rows_of(connection, "customer_purchases"):
        assert row["is_customer"] == (row["customer_id"] in held)


def test_each_prediction_is_purchases_times_their_amount(connection: DuckDBPyConnection) -> None:
    """To the cent, for every customer that ever bought; nobody is alive beyond doubt or less."""
    values = rows_of(connection, "customer_values")
    assert len(values) == len(rows_of(connection, "customer_purchases"))
    for row in values:
        product = row["expected_purchases"] * row["expected_mean_home"]
        assert float(row["predicted_home"]) == pytest.approx(float(product), abs=0.02)
        assert 0 <= row["alive"] <= 1
        assert row["predicted_home"] >= 0


@pytest.mark.parametrize("cut", [(), ("channel",), ("product",)])
def test_the_kpi_is_the_mean_over_customers(
    connection: DuckDBPyConnection, cut: tuple[str, ...]
) -> None:
    """Of the customers of today, by the quarter of their first purchase."""
    tables = tuple(each.table for each in DERIVATIONS.values())
    catalog = Catalog.of([read_pack(file) for file in kpiloop_packs()], tables)
    question = Question(
        kpis=("predicted_clv",),
        grains=(Grain.QUARTER, Grain.EVER),
        first_day=FIRST,
        last_day=UNTIL,
        cuts=(cut,),
    )
    customers = [row for row in rows_of(connection, "customer_values") if row["is_customer"]]
    judged = 0
    for value in compute(connection, catalog, [question], Moment(AS_OF, BERLIN)):
        amounts: list[Decimal] = [
            row["predicted_home"]
            for row in customers
            if value.period.first_day <= row["first_bought_day"] <= value.period.last_day
            and all(row[name] == value.dimensions[name] for name in cut)
        ]
        if amounts:
            judged += 1
            assert value.value == float(sum(amounts, Decimal(0))) / len(amounts)
        else:
            assert value.value is None
            assert value.reason
    assert judged


def test_the_order_of_rows_changes_no_bit(warehouse: Warehouse) -> None:
    """Purchases that stand in another order give the same parameters and predictions."""
    settings = around(ClvSettings())

    def told() -> list[dict[str, Any]]:
        with warehouse.cursor() as cursor:
            return [*rows_of(cursor, "value_models"), *rows_of(cursor, "customer_values")]

    before = told()
    with warehouse.transaction() as connection:
        for table in ("deals", "orders", "customer_intervals"):
            connection.execute(
                f"CREATE OR REPLACE TABLE resolved.{table} AS"
                f" FROM resolved.{table} ORDER BY hash(id)"
            )
        connection.execute("DELETE FROM state.meta WHERE key = 'derived'")
    assert derive(warehouse, settings, AS_OF).problems == {}
    assert told() == before


def test_too_few_repeat_buyers_are_a_reason_and_no_fault(warehouse: Warehouse) -> None:
    """Purchases are told all the same; what is predicted has no value, and says why."""
    settings = around(ClvSettings(repeat_buyers=10_000))
    report = derive(warehouse, settings, AS_OF)
    assert report.problems == {}
    assert report.rows.keys() == {"customer_purchases"}
    with warehouse.transaction() as connection:
        reason = underived(connection, settings)["customer_values"]
    assert "bought again on a later day, and predicting needs 10000" in reason
