"""What customers buy."""

from typing import ClassVar

from kpiloop.schema.fields import Instant, Money, Number, Text
from kpiloop.schema.record import Record


class Product(Record):
    """Something that is sold."""

    entity: ClassVar[str] = "products"
    singular: ClassVar[str] = "product_record"

    name: Text = None
    sku: Text = None
    category: Text = None


class Order(Record):
    """A purchase."""

    entity: ClassVar[str] = "orders"
    singular: ClassVar[str] = "order"

    contact_id: Text = None
    email: Text = None
    company_id: Text = None
    deal_id: Text = None
    campaign_id: Text = None
    product: Text = None
    """The product of the line with the highest amount; no value where the source tells lines apart
    from their orders."""
    status: Text = None
    """paid, pending, cancelled or refunded; paid also where a part of the money went back."""
    amount: Money = None
    currency: Text = None
    ordered_at: Instant = None


class OrderLine(Record):
    """One product in an order."""

    entity: ClassVar[str] = "order_lines"
    singular: ClassVar[str] = "order_line"
    child_of: ClassVar[str] = "orders"

    parent_id: Text = None
    """The order's id."""
    product: Text = None
    quantity: Number = None
    amount: Money = None
    currency: Text = None
