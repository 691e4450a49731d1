"""Orders and their lines, where Odoo has Sales."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from acme_tables import acme
from kpiloop.testing import read_records
from odoo_account import OdooAccount
from small_odoo import Row, SmallOdoo

from kpiloop_odoo.reads import Odoo

_TIMES = {"create_date": "2026-05-01 08:00:00", "write_date": "2026-06-01 09:30:00"}
_ORDER: Row = {
    **_TIMES,
    "partner_id": 1,
    "opportunity_id": 7,
    "campaign_id": 1,
    "currency_id": 1,
    "date_order": "2026-05-30 12:00:00",
}
_LINE: Row = {**_TIMES, "order_id": 2, "currency_id": 1, "display_type": False}


def sales() -> Mapping[str, list[Row]]:
    """A quotation, an order of two products under a heading, and one that was cancelled."""
    sold = {"product_id": 1, "product_uom_qty": 3.0, "price_total": 357.0}
    extra = {"product_id": 2, "product_uom_qty": 0.5, "price_total": 11.9}
    heading = {"display_type": "line_section", "product_id": False}
    nothing = {"product_uom_qty": 0.0, "price_total": 0.0}
    return {
        "sale.order": [
            {**_ORDER, "id": 1, "state": "sent", "amount_total": 50.0},
            {**_ORDER, "id": 2, "state": "sale", "amount_total": 368.9},
            {**_ORDER, "id": 3, "state": "cancel", "amount_total": 0.0, "opportunity_id": False},
        ],
        "sale.order.line": [
            {**_LINE, "id": 1, **nothing, **heading},
            {**_LINE, "id": 2, **sold},
            {**_LINE, "id": 3, **extra},
        ],
        "product.product": [{"id": 1, "name": "Tracker"}, {"id": 2, "name": "Hour of help"}],
    }


@pytest.fixture
def odoo() -> Iterator[Odoo]:
    """A connector to a company that has Sales."""
    with SmallOdoo({**acme(), **sales()}) as server:
        account = OdooAccount(server.base_url)
        with closing(account.make_connector(account.base_url)) as connector:
            assert isinstance(connector, Odoo)
            yield connector


def found(odoo: Odoo, stream: str) -> dict[str, Any]:
    """The records of a stream, by their ids."""
    return {each.id: each for each in read_records(odoo, stream)}


def test_an_order_stands_once_it_is_confirmed(odoo: Odoo) -> None:
    """A quotation is pending, a confirmed order paid."""
    told = {key: (each.status, each.amount) for key, each in found(odoo, "orders").items()}
    assert told == {
        "1": ("pending", Decimal(50)),
        "2": ("paid", Decimal("368.9")),
        "3": ("cancelled", 0),
    }


def test_an_order_tells_whose_it_is_and_what_brought_it(odoo: Odoo) -> None:
    """Contact, opportunity, campaign and currency are those of the order."""
    order = found(odoo, "orders")["2"]
    assert (order.contact_id, order.deal_id, order.campaign_id) == ("1", "7", "1")
    assert (order.currency, f"{order.ordered_at:%F}") == ("EUR", "2026-05-30")
    assert found(odoo, "orders")["3"].deal_id is None


def test_the_lines_of_an_order_add_up_to_it(odoo: Odoo) -> None:
    """Each line has its product, its number and its amount with taxes; headings are none."""
    lines = found(odoo, "order_lines")
    assert {(each.product, each.quantity) for each in lines.values()} == {
        ("Tracker", 3),
        ("Hour of help", Decimal("0.5")),
    }
    assert sum(each.amount for each in lines.values()) == found(odoo, "orders")["2"].amount
