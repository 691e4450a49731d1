"""What marketing spends, and in which currency."""

from typing import ClassVar

from kpiloop.schema.fields import Day, Instant, Money, Number, Rate, Text
from kpiloop.schema.record import Record


class Campaign(Record):
    """A planned set of marketing activities."""

    entity: ClassVar[str] = "campaigns"
    singular: ClassVar[str] = "campaign"

    name: Text = None
    status: Text = None
    utm_campaign: Text = None
    channel: Text = None
    product: Text = None
    owner_id: Text = None
    starts_on: Day = None
    ends_on: Day = None
    currency: Text = None
    budget: Money = None
    created_at: Instant = None
    same_as: Text = None
    """Other campaigns that are the same, as of a contact."""


class Cost(Record):
    """Money spent over a span of days, both included."""

    entity: ClassVar[str] = "costs"
    singular: ClassVar[str] = "cost"

    kind: Text = None
    """media, wages, commissions, software, automation or overhead."""
    department: Text = None
    """marketing or sales."""
    channel: Text = None
    campaign_id: Text = None
    product: Text = None
    first_day: Day = None
    last_day: Day = None
    amount: Money = None
    currency: Text = None
    name: Text = None


class Budget(Record):
    """Money that may be spent over a span of days, both included, on what the row names.

    The less it names, the more it holds: a budget of a department holds those of its campaigns.
    """

    entity: ClassVar[str] = "budgets"
    singular: ClassVar[str] = "budget"

    kind: Text = None
    """As of a cost; no value: of all kinds. So with the next four."""
    department: Text = None
    channel: Text = None
    campaign_id: Text = None
    product: Text = None
    first_day: Day = None
    last_day: Day = None
    amount: Money = None
    currency: Text = None
    name: Text = None


class ExchangeRate(Record):
    """What one unit of a currency is worth in the home currency, from a day on."""

    entity: ClassVar[str] = "exchange_rates"
    singular: ClassVar[str] = "exchange_rate"

    currency: Text = None
    valid_from: Day = None
    rate: Rate = None


class Figure(Record):
    """A number entered by hand, over a span of days: a market's size, the visitors of a fair."""

    entity: ClassVar[str] = "figures"
    singular: ClassVar[str] = "figure"

    name: Text = None
    first_day: Day = None
    last_day: Day = None
    amount: Number = None
    currency: Text = None
    """Where the number is money; no value: it is none."""
    channel: Text = None
    product: Text = None
    country: Text = None
