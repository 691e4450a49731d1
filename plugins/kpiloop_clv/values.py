"""What each customer is expected to buy over the horizon."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from kpiloop import Deriving, Flag, Id, Instant, Money, Number, Resolved, Text, derives
from kpiloop_clv.library import forecasts
from kpiloop_clv.prediction import Buying, Forecast, Parameters, Spending
from kpiloop_clv.settings import ClvSettings


class CustomerValue(Resolved):
    """The purchases that are expected of one customer; columns as of customer_purchases."""

    entity: ClassVar[str] = "customer_values"
    singular: ClassVar[str] = "customer_value"

    customer_id: Id
    person_id: Text = None
    company_id: Text = None
    channel: Text = None
    campaign_id: Text = None
    product: Text = None
    segment: Text = None
    country: Text = None
    owner_id: Text = None
    is_customer: Flag = None
    first_bought_at: Instant = None
    alive: Number = None
    """How likely it still buys."""
    expected_purchases: Number = None
    """Over the horizon."""
    expected_mean_home: Money = None
    """Amount of each."""
    predicted_home: Money = None
    """What it is expected to spend over the horizon: one times the other, to the cent."""


_FACTS = (
    *("id", "source", "customer_id", "person_id", "company_id", "channel", "campaign_id"),
    *("product", "segment", "country", "owner_id", "is_customer", "first_bought_at"),
)
_PARAMETERS = "SELECT r, alpha, a, b, p, q, v FROM value_models"
_CUSTOMERS = """
SELECT id, source, customer_id, person_id, company_id, channel, campaign_id, product, segment,
    country, owner_id, is_customer, first_bought_at,
    frequency, recency_days, age_days, valued_repeats, coalesce(mean_home, 0)
FROM customer_purchases
ORDER BY id
"""


@derives(CustomerValue, needs=("customer_purchases", "value_models"), settings=ClvSettings)
def value_rows(deriving: Deriving[ClvSettings]) -> Iterator[CustomerValue]:
    """Every customer that ever bought."""
    ((r, alpha, a, b, p, q, v),) = (map(float, row) for row in deriving.rows(_PARAMETERS))
    parameters = Parameters(r=r, alpha=alpha, a=a, b=b, p=p, q=q, v=v)
    rows = list(deriving.rows(_CUSTOMERS))
    found = forecasts(
        parameters,
        [Buying(frequency, recency, age) for *_, frequency, recency, age, _, _ in rows],
        [Spending(purchases, mean) for *_, purchases, mean in rows],
        deriving.settings.horizon_days,
    )
    for row, forecast in zip(rows, found, strict=True):
        yield _value(row, forecast)


def _value(row: tuple[Any, ...], forecast: Forecast) -> CustomerValue:
    return CustomerValue(
        **dict(zip(_FACTS, row, strict=False)),
        alive=Decimal(forecast.alive),
        expected_purchases=Decimal(forecast.purchases),
        expected_mean_home=Decimal(forecast.mean),
        predicted_home=round(Decimal(forecast.purchases * forecast.mean), 2),
    )
