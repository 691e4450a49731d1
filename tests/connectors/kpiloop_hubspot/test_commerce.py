"""Orders with their lines, products and exchange rates, from the account into the warehouse."""

from datetime import date, timedelta

import pytest

from kpiloop_sandbox.hubspot.objects import StoredLink, StoredRate
from support.hubspot import NOON, editor, stored
from support.hubspot_home import Home

ALL = ("orders", "order_links", "order_lines", "archived_orders")
LATER = NOON + timedelta(days=1)


@pytest.fixture
def home(empty_home: Home) -> Home:
    """An order of a contact, come of a deal, with two lines; another line is a deal's alone."""
    store = empty_home.store
    store.load([stored("contacts", 1), stored("deals", 5)])
    store.load(
        [
            stored(
                "orders",
                800,
                {
                    "hs_total_price": "120.50",
                    "hs_currency_code": "EUR",
                    "hs_payment_status": "Paid",
                    "hs_external_created_date": "2026-06-01T10:00:00Z",
                    "hs_billing_address_email": "buyer@customer.example",
                },
            )
        ]
    )
    store.load(
        stored("line_items", key, {"name": name, "quantity": "2", "amount": amount})
        for key, name, amount in ((81, "Starter", "100"), (82, "Training", "20.50"), (83, "X", "9"))
    )
    store.load_links(
        [
            link("orders", 800, "contacts", 1),
            link("orders", 800, "deals", 5),
            link("orders", 800, "line_items", 81),
            link("orders", 800, "line_items", 82),
            link("line_items", 83, "deals", 5),
        ]
    )
    return empty_home


def link(of: str, key: int, to: str, other: int) -> StoredLink:
    """An association as HubSpot defines it."""
    types = {"contacts": 507, "deals": 512 if of == "orders" else 20, "line_items": 513}
    return StoredLink(
        from_type=of, from_id=str(key), to_type=to, to_id=str(other), type_id=types[to]
    )


def test_an_order_has_its_amount_its_buyer_and_its_deal(home: Home) -> None:
    """Who ordered is an association; the state of the payment becomes a common word."""
    home.pull(*ALL)
    columns = "amount::DOUBLE, currency, status, email, contact_id, deal_id"
    assert home.rows(f"SELECT {columns} FROM pulled.orders") == [
        (120.5, "EUR", "paid", "buyer@customer.example", "1", "5")
    ]


@pytest.mark.parametrize(
    ("told", "status"), [("Refunded", "refunded"), ("Partially Refunded", "paid")]
)
def test_an_order_of_which_a_part_was_paid_back_is_paid(home: Home, told: str, status: str) -> None:
    """It was bought; only one that was paid back as a whole was not."""
    home.store.load([stored("orders", 800, {"hs_payment_status": told})])
    home.pull("orders")

    assert home.rows("SELECT status FROM pulled.orders") == [(status,)]


def test_the_lines_of_an_order_are_those_of_its_line_items(home: Home) -> None:
    """A line item that belongs to a deal alone is none."""
    home.pull(*ALL)
    columns = "parent_id, product, quantity::DOUBLE, amount::DOUBLE"
    assert home.rows(f"SELECT {columns} FROM pulled.order_lines ORDER BY id") == [
        ("800", "Starter", 2.0, 100.0),
        ("800", "Training", 2.0, 20.5),
    ]


def test_a_line_that_was_taken_out_of_an_order_is_gone(home: Home) -> None:
    """The lines of an order that changed are replaced as a whole."""
    home.pull(*ALL)
    orders, lines = (editor(home.store, name, LATER) for name in ("orders", "line_items"))
    home.store.links.remove(orders.kind, 800, lines.kind, 82)
    orders.update(800, {"hs_total_price": "100"})
    home.pull(*ALL)
    query = "SELECT id FROM pulled.order_lines WHERE deleted_at IS NULL"
    assert home.rows(query) == [("81",)]


def test_an_archived_order_takes_its_lines_along(home: Home) -> None:
    """What was ordered with it counts no more."""
    home.pull(*ALL)
    editor(home.store, "orders", LATER).archive(800)
    home.pull(*ALL)
    assert home.rows("SELECT count(*) FROM pulled.orders WHERE deleted_at IS NULL") == [(0,)]
    assert home.rows("SELECT count(*) FROM pulled.order_lines WHERE deleted_at IS NULL") == [(0,)]


def test_products_have_their_names_and_numbers(empty_home: Home) -> None:
    """They are the account's library of products."""
    empty_home.store.load([stored("products", 9, {"name": "Starter", "hs_sku": "ST-1"})])
    empty_home.pull("products")
    assert empty_home.rows("SELECT name, sku FROM pulled.products") == [("Starter", "ST-1")]


def test_exchange_rates_hold_from_their_day_on(empty_home: Home) -> None:
    """HubSpot tells what the other currency is worth in the account's own."""
    empty_home.store.load_rates(
        StoredRate(id=str(key), currency="USD", rate=rate, effective_at=NOON + timedelta(days=key))
        for key, rate in ((1, 0.92), (2, 0.9))
    )
    empty_home.pull("exchange_rates")
    query = "SELECT currency, valid_from, rate::DOUBLE FROM pulled.exchange_rates ORDER BY id"
    assert empty_home.rows(query) == [
        ("USD", date(2026, 6, 2), 0.92),
        ("USD", date(2026, 6, 3), 0.9),
    ]
