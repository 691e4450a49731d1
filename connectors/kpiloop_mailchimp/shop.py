"""How Mailchimp spells what connected stores sell."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from kpiloop import (
    Contact,
    Id,
    Instant,
    Items,
    Money,
    Number,
    Order,
    OrderLine,
    Product,
    Record,
    Text,
    Wire,
)
from kpiloop_mailchimp.wire import KEY

_PAID = "paid"
_STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "paid": _PAID,
        "partially_paid": "pending",
        "authorized": "pending",
        "pending": "pending",
        "refunded": "refunded",
        "partially_refunded": _PAID,
        "cancelled": "cancelled",
        "canceled": "cancelled",
        "voided": "cancelled",
    }
)
"""What stores write into the financial status, which is free text; the schema's word for it."""


class StoreProduct(Product):
    """A product of a store."""

    id: Id = Field(validation_alias=KEY)
    name: Text = Field(default=None, validation_alias="title")
    category: Text = Field(default=None, validation_alias="type")
    sku: Text = Field(default=None, validation_alias=AliasPath("variants", 0, "sku"))


class StoreCustomer(Contact):
    """Somebody who bought; most have subscribed to nothing, and are in no audience's members."""

    id: Id = Field(validation_alias=KEY)
    email: Text = Field(default=None, validation_alias="email_address")
    first_name: Text = None
    last_name: Text = None
    country: Text = Field(default=None, validation_alias=AliasPath("address", "country_code"))
    created_at: Instant = None


class Line(BaseModel):
    """One product in an order; its price is that of one piece."""

    model_config = ConfigDict(frozen=True)

    id: Id
    product_id: Text = None
    product_title: Text = None
    quantity: Number = None
    price: Money = None
    discount: Money = None

    @property
    def amount(self) -> Decimal | None:
        """What the line costs; no value where its price is not known."""
        if self.price is None:
            return None
        return self.price * (1 if self.quantity is None else self.quantity) - (self.discount or 0)

    @property
    def product(self) -> str | None:
        """The product's name, else its id."""
        return self.product_title or self.product_id


class StoreOrder(Wire):
    """An order with its lines and its customer."""

    id: Id = Field(validation_alias=KEY)
    email: Text = Field(default=None, validation_alias=AliasPath("customer", "email_address"))
    campaign_id: Text = None
    financial_status: Text = None
    amount: Money = Field(default=None, validation_alias="order_total")
    currency: Text = Field(default=None, validation_alias="currency_code")
    ordered_at: Instant = Field(default=None, validation_alias="processed_at_foreign")
    cancelled_at: Instant = Field(default=None, validation_alias="cancelled_at_foreign")
    lines: Items[Line] = ()

    @property
    def status(self) -> str | None:
        """What became of the order; a store that tells nothing has it paid."""
        if self.cancelled_at:
            return "cancelled"
        told = (self.financial_status or _PAID).lower()
        return _STATUSES.get(told, told)

    def records(self) -> Iterator[Record]:
        """The order, and each of its lines."""
        dearest = max(self.lines, key=lambda line: line.amount or 0, default=None)
        yield Order(
            id=self.id,
            email=self.email,
            campaign_id=self.campaign_id,
            product=dearest.product if dearest else None,
            status=self.status,
            amount=self.amount,
            currency=self.currency,
            ordered_at=self.ordered_at,
        )
        for line in self.lines:
            yield self._line(line)

    def _line(self, line: Line) -> OrderLine:
        values: dict[str, Any] = {"quantity": line.quantity, "amount": line.amount}
        return OrderLine(
            id=f"{self.id}:{line.id}",
            parent_id=self.id,
            product=line.product,
            currency=self.currency,
            **values,
        )
