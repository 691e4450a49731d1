"""The parameters of both models, fitted to the purchases of all customers."""

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from kpiloop import Deriving, NotYetError, Rate, Resolved, Whole, derives
from kpiloop_clv.library import fitted
from kpiloop_clv.prediction import Buying, Spending
from kpiloop_clv.settings import ClvSettings


class ValueModel(Resolved):
    """What predicted purchases follow from: one row, with letters as in the papers."""

    entity: ClassVar[str] = "value_models"
    singular: ClassVar[str] = "value_model"

    r: Rate = None
    """BG/NBD: how alike customers are in how often they buy."""
    alpha: Rate = None
    """BG/NBD: r / alpha is how often one buys in a day, on average."""
    a: Rate = None
    """BG/NBD: a / (a + b) is how likely one leaves after a purchase, on average."""
    b: Rate = None
    p: Rate = None
    """Gamma-Gamma: how alike a customer's purchases are in their amount."""
    q: Rate = None
    """Gamma-Gamma: how alike customers are in what they spend."""
    v: Rate = None
    """Gamma-Gamma: p v / (q - 1) is the mean amount over all customers."""
    customers: Whole = None
    """How many it was fitted to."""
    repeat_buyers: Whole = None
    """How many of them bought again, with an amount."""
    horizon_days: Whole = None


# Grouped, so that neither ids nor the order of rows can change a digit.
_BUYING = """
SELECT frequency, recency_days, age_days, count(*)
FROM customer_purchases
GROUP BY ALL
ORDER BY ALL
"""
_SPENDING = """
SELECT valued_repeats, mean_home, count(*)
FROM customer_purchases
WHERE mean_home > 0
GROUP BY ALL
ORDER BY ALL
"""


@derives(ValueModel, needs=("customer_purchases",), settings=ClvSettings)
def model_rows(deriving: Deriving[ClvSettings]) -> Iterator[ValueModel]:
    """The one row; NotYetError where too few customers bought again."""
    settings = deriving.settings
    buying = [Buying(*row) for row in deriving.rows(_BUYING)]
    spending = [Spending(*row) for row in deriving.rows(_SPENDING)]
    repeat_buyers = sum(each.customers for each in spending)
    if repeat_buyers < settings.repeat_buyers:
        raise NotYetError(
            f"{repeat_buyers} customers bought again on a later day, and predicting needs"
            f" {settings.repeat_buyers}"
        )
    parameters = fitted(buying, spending)
    yield ValueModel(
        id="BG/NBD x Gamma-Gamma",
        r=Decimal(parameters.r),
        alpha=Decimal(parameters.alpha),
        a=Decimal(parameters.a),
        b=Decimal(parameters.b),
        p=Decimal(parameters.p),
        q=Decimal(parameters.q),
        v=Decimal(parameters.v),
        customers=sum(each.customers for each in buying),
        repeat_buyers=repeat_buyers,
        horizon_days=settings.horizon_days,
    )
