"""Credits of small companies full of coincidences: sums close, whatever the rows and threads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpiloop.engine.derive.derive import Surroundings, derive
from kpiloop.schema.registry import RESOLVED, resolved_columns
from kpiloop.warehouse import sql
from kpiloop.warehouse.store import Warehouse
from kpiloop_attribution import kpiloop_derivations
from kpiloop_attribution.settings import AttributionSettings

DERIVATIONS = MappingProxyType({each.name: each for each in kpiloop_derivations()})
START = datetime(2026, 1, 1)  # noqa: DTZ001 - as the warehouse tells times
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
TABLES = ("people", "deals", "orders", "touches")
Row = dict[str, Any]


def some(*values: str) -> st.SearchStrategy[str | None]:
    """One of a few, or nothing."""
    return st.sampled_from([None, *values])


moments = st.integers(0, 100).map(lambda day: START + timedelta(days=day))
amounts = st.none() | st.decimals("-1000", "100000", places=4)
people = st.fixed_dictionaries(
    {"id": st.sampled_from("abc"), "company_id": some("x", "y"), "became_lead_at": moments}
)
deals = st.fixed_dictionaries(
    {
        "id": st.sampled_from("123"),
        "person_id": some("a", "b", "gone"),
        "company_id": some("x", "y"),
        "created_at": moments,
        "won_at": st.none() | moments,
        "amount_home": amounts,
    }
)
orders = st.fixed_dictionaries(
    {
        "id": st.sampled_from("123"),
        "person_id": some("a", "c"),
        "company_id": some("x"),
        "is_purchase": st.booleans(),
        "ordered_at": st.none() | moments,
        "amount_home": amounts,
    }
)
touches = st.fixed_dictionaries(
    {
        "id": st.text("0123456789", min_size=1, max_size=2),
        "kind": st.sampled_from(["visit", "form"]),
        "person_id": st.sampled_from("abc"),
        "channel": some("email", "paid_search", "organic_search"),
        "campaign_id": some("spring"),
        "happened_at": moments,
    }
)


def rows_of(one: st.SearchStrategy[Row], most: int) -> st.SearchStrategy[list[Row]]:
    """Rows of different ids."""
    return st.lists(one, max_size=most, unique_by=lambda row: row["id"])


companies = st.fixed_dictionaries(
    {
        "people": rows_of(people, 3),
        "deals": rows_of(deals, 3),
        "orders": rows_of(orders, 3),
        "touches": rows_of(touches, 8),
    }
)


@dataclass
class Books:
    """A warehouse in which one small company stands after the other."""

    warehouse: Warehouse
    credits: list[Row] = field(default_factory=list[Row])

    def keep(self, company: dict[str, list[Row]], *, backwards: bool = False) -> None:
        """Store a company, in whatever order, and derive what follows."""
        with self.warehouse.transaction() as connection:
            connection.execute("DELETE FROM state.meta WHERE key = 'derived'")
            for table in TABLES:
                connection.execute(f"DELETE FROM resolved.{table}")
                for row in company[table][:: -1 if backwards else 1]:
                    marks = ", ".join("?" * len(row))
                    connection.execute(
                        f"INSERT INTO resolved.{table} ({sql.names(row)}) VALUES ({marks})",
                        list(row.values()),
                    )

    def attribute(self, chosen: AttributionSettings) -> list[tuple[Any, ...]]:
        """The credits, in the order of their ids."""
        around = Surroundings(
            derivations=DERIVATIONS,
            settings={"attribution": chosen},
            models={},
            plugins=(),
            zone=ZoneInfo("Europe/Berlin"),
            currency="EUR",
        )
        assert derive(self.warehouse, around, AS_OF).problems == {}
        return self.ask("FROM resolved.credits ORDER BY id")

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """The answer of the warehouse."""
        with self.warehouse.cursor() as cursor:
            return cursor.execute(statement).fetchall()


@pytest.fixture(scope="module")
def books_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Books]]:
    """Books that work with so many threads."""
    open_ones: dict[int, tuple[Any, Books]] = {}

    def make(threads: int) -> Books:
        if threads not in open_ones:
            path: Path = tmp_path_factory.mktemp(f"books{threads}") / "warehouse.duckdb"
            opened = Warehouse.open(path, threads=threads)
            warehouse = opened.__enter__()
            with warehouse.transaction() as connection:
                for model in RESOLVED:
                    statement = sql.create("resolved", model.entity, resolved_columns(model))
                    connection.execute(statement)
            open_ones[threads] = (opened, Books(warehouse))
        return open_ones[threads][1]

    yield make
    for opened, _ in open_ones.values():
        opened.__exit__(None, None, None)


chosen = st.builds(
    AttributionSettings,
    model=st.sampled_from(["first", "markov", "w_shaped"]),
    window_days=st.sampled_from([1, 30, 90]),
    journey=st.sampled_from(["company", "person"]),
)
FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FEW
@given(company=companies, said=chosen)
def test_every_model_shares_every_sale_to_the_cent(
    books_of: Callable[[int], Books], company: dict[str, list[Row]], said: AttributionSettings
) -> None:
    """Under each model the credits make the sale; none is negative where the sale is not."""
    books = books_of(1)
    books.keep(company)
    books.attribute(said)
    wrong = books.ask(
        """
        WITH made AS (
            SELECT sales.id, model, sum(credits.amount_home) AS amount, sum(share) AS share,
                bool_and(credits.amount_home * sign(sales.amount_home) >= 0) AS is_fit
            FROM resolved.credits JOIN resolved.sales ON sales.id = sale_id
            GROUP BY ALL
        ), models AS (
            SELECT DISTINCT model FROM resolved.credits
        )
        SELECT sales.id, models.model
        FROM resolved.sales CROSS JOIN models
        LEFT JOIN made ON made.id = sales.id AND made.model = models.model
        WHERE made.amount IS DISTINCT FROM sales.amount_home OR made.share IS DISTINCT FROM 1
            OR NOT coalesce(made.is_fit, TRUE)
        """
    )
    assert wrong == []


@FEW
@given(company=companies, said=chosen)
def test_credits_do_not_depend_on_the_order_of_rows_and_threads(
    books_of: Callable[[int], Books], company: dict[str, list[Row]], said: AttributionSettings
) -> None:
    """The same rows to the last digit, stored backwards and read by four threads."""
    books, others = books_of(1), books_of(4)
    books.keep(company)
    others.keep(company, backwards=True)
    assert books.attribute(said) == others.attribute(said)


def test_a_sale_counts_once(books_of: Callable[[int], Books]) -> None:
    """Won deals are sales, and orders that are purchases of their own."""
    bought: Row = {
        "person_id": None,
        "company_id": None,
        "is_purchase": True,
        "ordered_at": START,
        "amount_home": Decimal(5),
    }
    deal: Row = {"person_id": None, "company_id": None, "created_at": START}
    books = books_of(1)
    books.keep(
        {
            "people": [],
            "touches": [],
            "deals": [
                {**deal, "id": "1", "won_at": START, "amount_home": Decimal(7)},
                {**deal, "id": "2", "won_at": None, "amount_home": Decimal(9)},
            ],
            "orders": [
                {**bought, "id": "a", "is_purchase": False},
                {**bought, "id": "b"},
            ],
        }
    )
    books.attribute(AttributionSettings())
    assert books.ask("SELECT id FROM resolved.sales ORDER BY id") == [
        ("deal:1",),
        ("order:b",),
    ]
