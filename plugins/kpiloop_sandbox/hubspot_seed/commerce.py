"""Products, orders and exchange rates in HubSpot's properties.

An order is a deal of the second pipeline, seen once more, and linked with it: whoever counts both
counts it twice.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from kpiloop_sandbox.company.market import FOREIGN_CURRENCY, PRODUCT_NAMES
from kpiloop_sandbox.company.model import Account, Deal, Outcome
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.sales import ORDERS
from kpiloop_sandbox.hubspot.objects import StoredLink, StoredObject, StoredRate
from kpiloop_sandbox.hubspot_seed.ids import Ids, product_id
from kpiloop_sandbox.hubspot_seed.spelling import moment

RATE = 0.92
"""What a dollar is worth; it never changes, so that the demo's numbers are easy to check."""
_TO_CONTACT, _TO_DEAL, _TO_LINE = 507, 512, 513


def rates(options: CompanyOptions) -> Iterator[StoredRate]:
    """The one other currency of the account."""
    yield StoredRate(id="1", currency=FOREIGN_CURRENCY, rate=RATE, effective_at=options.start)


def products(options: CompanyOptions) -> Iterator[StoredObject]:
    """What the company sells."""
    for place, name in enumerate(PRODUCT_NAMES):
        yield StoredObject(
            object_type="products",
            id=product_id(place),
            properties={"name": name, "hs_sku": name[:3].upper(), "hs_product_type": "service"},
            created_at=options.start,
            updated_at=options.start,
        )


def is_order(deal: Deal) -> bool:
    """Whether the deal is a repeat order that was paid, with an amount that is a number."""
    won = deal.outcome is Outcome.WON and deal.deleted_at is None
    return won and deal.pipeline == ORDERS.key and _is_number(deal.amount)


def order(deal: Deal, account: Account, ids: Ids) -> StoredObject:
    """The order of a deal."""
    buyer = next(person for person in account.people if person.key == deal.persons[0])
    return StoredObject(
        object_type="orders",
        id=ids.order(deal),
        properties={
            "hs_order_name": deal.name,
            "hs_payment_status": "paid",
            "hs_external_created_date": moment(deal.closes_at),
            "hs_billing_address_email": buyer.email or "",
            "hs_currency_code": deal.currency,
            "hs_total_price": deal.amount or "",
        },
        created_at=deal.closes_at,
        updated_at=deal.closes_at,
    )


def line(deal: Deal, ids: Ids) -> StoredObject:
    """The one thing that was ordered."""
    return StoredObject(
        object_type="line_items",
        id=ids.line(deal),
        properties={
            "name": deal.product,
            "hs_product_id": product_id(PRODUCT_NAMES.index(deal.product)),
            "quantity": "1",
            "price": deal.amount or "",
            "amount": deal.amount or "",
            "hs_line_item_currency_code": deal.currency,
        },
        created_at=deal.closes_at,
        updated_at=deal.closes_at,
    )


def links(deal: Deal, account: Account, ids: Ids) -> Iterator[StoredLink]:
    """The order's deal, its line, and its buyer where their record still is there."""
    key = ids.order(deal)
    yield _link(key, "deals", ids.deal(deal), _TO_DEAL)
    yield _link(key, "line_items", ids.line(deal), _TO_LINE)
    for person in account.people:
        if person.key == deal.persons[0] and person.deleted_at is None:
            yield _link(key, "contacts", ids.person(person), _TO_CONTACT)


def _link(key: str, to: str, other: str, type_id: int) -> StoredLink:
    return StoredLink(from_type="orders", from_id=key, to_type=to, to_id=other, type_id=type_id)


def _is_number(amount: str | None) -> bool:
    try:
        return Decimal(amount or "").is_finite()
    except InvalidOperation:
        return False
