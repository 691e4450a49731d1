"""The company's small shop, connected to Mailchimp: training is sold there as well.

An order of the shop is a deal of the CRM, seen once more: the same customer, day and amount.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from kpiloop_sandbox.company.market import HOME_CURRENCY, TRAINING
from kpiloop_sandbox.company.model import Account, Deal, Outcome, Person
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.subscribers import spelled
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.times import iso, seconds

STORE_ID = "acme-shop"
_PRODUCT_ID = "training"
_NO_ADDRESS = {"address1": "", "city": "", "postal_code": "", "country": ""}


def store(options: CompanyOptions, list_id: str) -> Document:
    """The shop, whose customers are the members of an audience."""
    opened = iso(seconds(options.start))
    return {
        "id": STORE_ID,
        "list_id": list_id,
        "name": "Acme shop",
        "platform": "Own shop",
        "domain": "shop.acme.example",
        "is_syncing": False,
        "email_address": "shop@acme.example",
        "currency_code": HOME_CURRENCY,
        "money_format": "€",
        "primary_locale": "de",
        "timezone": "Europe/Berlin",
        "phone": "",
        "list_is_active": True,
        "created_at": opened,
        "updated_at": opened,
    }


def product(options: CompanyOptions) -> Document:
    """What is sold there."""
    opened = iso(seconds(options.start))
    variant = {
        "id": _PRODUCT_ID,
        "title": TRAINING.name,
        "sku": "TRN-1",
        "price": TRAINING.price,
        "inventory_quantity": 0,
        "created_at": opened,
        "updated_at": opened,
    }
    return {
        "id": _PRODUCT_ID,
        "currency_code": HOME_CURRENCY,
        "title": TRAINING.name,
        "handle": _PRODUCT_ID,
        "url": "https://shop.acme.example/training",
        "description": "",
        "type": "Service",
        "vendor": "Acme",
        "image_url": "",
        "variants": [variant],
        "images": [],
        "published_at_foreign": opened,
    }


def orders(account: Account) -> Iterator[Document]:
    """The orders of one account, oldest first."""
    people = {person.key: person for person in account.people}
    for deal in account.deals:
        buyer, total = people[deal.persons[0]], _total(deal)
        if _was_sold_here(deal) and buyer.email is not None and total is not None:
            yield _order(deal, buyer, total)


def customer(own: list[Document]) -> Document:
    """Somebody who ordered, with what their orders add up to."""
    times = sorted(each["processed_at_foreign"] for each in own)
    return {
        **own[0]["customer"],
        "orders_count": len(own),
        "total_spent": sum(each["order_total"] for each in own),
        "created_at": times[0],
        "updated_at": times[-1],
    }


def _was_sold_here(deal: Deal) -> bool:
    return deal.product == TRAINING.name and deal.outcome is Outcome.WON and deal.deleted_at is None


def _total(deal: Deal) -> Decimal | None:
    """The amount of the deal; shops know no amounts that are no numbers."""
    try:
        total = Decimal(deal.amount or "")
    except InvalidOperation:
        return None
    return total if total.is_finite() and total < TRAINING.price * 1_000 else None


def _order(deal: Deal, buyer: Person, total: Decimal) -> Document:
    closed = iso(seconds(deal.closes_at))
    line = {
        "id": "1",
        "product_id": _PRODUCT_ID,
        "product_title": TRAINING.name,
        "product_variant_id": _PRODUCT_ID,
        "product_variant_title": TRAINING.name,
        "quantity": 1,
        "price": float(total),
        "discount": 0,
    }
    return {
        "id": f"A-{deal.key:06d}",
        "customer": {
            "id": f"C-{buyer.key:06d}",
            "email_address": spelled(buyer),
            "opt_in_status": False,
            "company": "",
            "first_name": buyer.first_name,
            "last_name": buyer.last_name,
            "address": _NO_ADDRESS,
        },
        "store_id": STORE_ID,
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "currency_code": deal.currency,
        "order_total": float(total),
        "discount_total": 0,
        "tax_total": 0,
        "shipping_total": 0,
        "processed_at_foreign": closed,
        "updated_at_foreign": closed,
        "lines": [line],
    }
