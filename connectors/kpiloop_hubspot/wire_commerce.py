"""How HubSpot spells orders, what was ordered, products and exchange rates."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import AliasPath, BeforeValidator, Field

from kpiloop import (
    Day,
    Deleted,
    ExchangeRate,
    Id,
    Instant,
    Modified,
    Money,
    Number,
    Order,
    OrderLine,
    Product,
    Rate,
    Text,
)
from kpiloop_hubspot.links import Associated
from kpiloop_hubspot.wire import in_property

_STATUSES = MappingProxyType(
    {
        "paid": "paid",
        "succeeded": "paid",
        "completed": "paid",
        "pending": "pending",
        "processing": "pending",
        "unpaid": "pending",
        "authorized": "pending",
        "partially_paid": "pending",
        "cancelled": "cancelled",
        "canceled": "cancelled",
        "voided": "cancelled",
        "failed": "cancelled",
        "refunded": "refunded",
        "partially_refunded": "paid",
    }
)
"""What the shops that fill HubSpot's orders call the state of a payment."""


def _status(value: object) -> object:
    if not isinstance(value, str):
        return value
    word = value.strip().lower().replace(" ", "_")
    return _STATUSES.get(word, word)


class HubspotOrder(Order):
    """An order; whose it is and what was ordered is read as links."""

    id: Id
    email: Text = in_property("hs_billing_address_email")
    status: Annotated[Text, BeforeValidator(_status)] = in_property("hs_payment_status")
    amount: Money = in_property("hs_total_price")
    currency: Text = in_property("hs_currency_code")
    ordered_at: Instant = in_property("hs_external_created_date")
    modified: Annotated[Instant, Modified()] = in_property("hs_lastmodifieddate")


class ArchivedOrder(Order):
    """An order in the recycling bin."""

    id: Id
    archived: Annotated[Instant, Deleted()] = Field(default=None, validation_alias="archivedAt")


class OrderContacts(Associated):
    """Who ordered."""

    to_entity: ClassVar[str] = "contacts"

    def records(self) -> Iterator[Order]:
        """The order with its contact."""
        yield Order(id=self.id, contact_id=self.first)


class OrderCompanies(Associated):
    """Which company ordered."""

    to_entity: ClassVar[str] = "companies"

    def records(self) -> Iterator[Order]:
        """The order with its company."""
        yield Order(id=self.id, company_id=self.first)


class OrderDeals(Associated):
    """The deal that the order came of."""

    to_entity: ClassVar[str] = "deals"

    def records(self) -> Iterator[Order]:
        """The order with its deal."""
        yield Order(id=self.id, deal_id=self.first)


class HubspotOrderLine(OrderLine):
    """A line item of an order; those of deals are left alone."""

    id: Id
    parent_id: Text = Field(default=None, validation_alias="orderId")
    product: Text = in_property("name")
    quantity: Number = in_property("quantity")
    amount: Money = in_property("amount")
    currency: Text = in_property("hs_line_item_currency_code")


class HubspotProduct(Product):
    """A product of the account's library."""

    id: Id
    name: Text = in_property("name")
    sku: Text = in_property("hs_sku")
    category: Text = in_property("hs_product_type")
    modified: Annotated[Instant, Modified()] = in_property("hs_lastmodifieddate")


class HubspotRate(ExchangeRate):
    """What a currency is worth in the account's own."""

    id: Id
    currency: Text = Field(default=None, validation_alias=AliasPath("fromCurrencyCode"))
    valid_from: Day = Field(default=None, validation_alias=AliasPath("effectiveAt"))
    rate: Rate = Field(default=None, validation_alias=AliasPath("conversionRate"))
