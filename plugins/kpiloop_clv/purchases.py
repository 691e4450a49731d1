"""How each customer buys: how often, how lately, for how long, and for how much.

Days count, in the reporting time zone: what is bought on one day is one purchase. The first one
makes a customer; those on later days are its repeat purchases, which is what is predicted.
"""

from collections.abc import Iterator
from datetime import UTC
from typing import ClassVar

from kpiloop import Deriving, Flag, Id, Instant, Money, Resolved, Text, Whole, derives
from kpiloop_clv.settings import ClvSettings


class CustomerPurchases(Resolved):
    """The purchases of one customer up to the as-of time: won deals, and paid orders of none."""

    entity: ClassVar[str] = "customer_purchases"
    singular: ClassVar[str] = "customer_purchase"

    customer_id: Id
    person_id: Text = None
    """Of the customer's first time as a customer; so with the next seven."""
    company_id: Text = None
    channel: Text = None
    campaign_id: Text = None
    product: Text = None
    segment: Text = None
    country: Text = None
    owner_id: Text = None
    is_customer: Flag = None
    """Whether it is a customer at the as-of time, as `[customers]` counts."""
    first_bought_at: Instant = None
    last_bought_at: Instant = None
    frequency: Whole = None
    """On how many days it bought, after the first."""
    recency_days: Whole = None
    """Days from the first purchase to the last."""
    age_days: Whole = None
    """Days from the first purchase to the as-of time."""
    valued_repeats: Whole = None
    """Days of repeat purchases with an amount above 0."""
    mean_home: Money = None
    """Mean amount of these days; no value where there is none."""


_COLUMNS = (
    *("id", "source", "customer_id", "person_id", "company_id", "channel", "campaign_id"),
    *("product", "segment", "country", "owner_id", "is_customer"),
    *("first_bought_at", "last_bought_at", "frequency", "recency_days", "age_days"),
    *("valued_repeats", "mean_home"),
)
_SELECT = """
WITH won AS (
    SELECT id, customer_id, won_at AS bought_at, won_day AS bought_day, amount_home
    FROM deals
    WHERE won_at IS NOT NULL
), bought AS (
    SELECT customer_id, bought_at, bought_day, amount_home FROM won
    UNION ALL
    SELECT orders.customer_id, orders.ordered_at, orders.ordered_day, orders.amount_home
    FROM orders
    ANTI JOIN won ON won.id = orders.deal_id
    WHERE orders.is_paid
), on_days AS (
    SELECT customer_id, bought_day, min(bought_at) AS first_at, max(bought_at) AS last_at,
        sum(amount_home) AS amount_home,
        bought_day > min(bought_day) OVER (PARTITION BY customer_id) AS is_repeat
    FROM bought
    WHERE customer_id IS NOT NULL AND bought_at < $as_of
    GROUP BY customer_id, bought_day
), buyers AS (
    SELECT customer_id, min(first_at) AS first_bought_at, max(last_at) AS last_bought_at,
        count(*) - 1 AS frequency, max(bought_day) - min(bought_day) AS recency_days,
        $as_of_day - min(bought_day) AS age_days,
        count(*) FILTER (WHERE is_repeat AND amount_home > 0) AS valued_repeats,
        sum(amount_home) FILTER (WHERE is_repeat AND amount_home > 0) AS repeated_home
    FROM on_days
    GROUP BY customer_id
), held AS (
    SELECT DISTINCT customer_id
    FROM customer_intervals
    WHERE started_at < $as_of AND (ended_at IS NULL OR ended_at >= $as_of)
)
SELECT buyers.customer_id, firsts.source, buyers.customer_id, person_id, company_id, channel,
    campaign_id, product, segment, country, owner_id, held.customer_id IS NOT NULL,
    first_bought_at, last_bought_at, frequency, recency_days, age_days, valued_repeats,
    (repeated_home::DOUBLE / valued_repeats)::DECIMAL(18, 4)
FROM buyers
LEFT JOIN customer_intervals AS firsts
    ON firsts.customer_id = buyers.customer_id AND firsts.is_first
LEFT JOIN held ON held.customer_id = buyers.customer_id
ORDER BY buyers.customer_id
"""


@derives(
    CustomerPurchases,
    needs=("deals", "orders", "customer_intervals"),
    made_of=("deals", "orders"),
    depends_on_time=True,
    settings=ClvSettings,
)
def purchase_rows(deriving: Deriving[ClvSettings]) -> Iterator[CustomerPurchases]:
    """Every customer that ever bought."""
    rows = deriving.rows(
        _SELECT,
        as_of=deriving.as_of.astimezone(UTC).replace(tzinfo=None),
        as_of_day=deriving.as_of.astimezone(deriving.timezone).date(),
    )
    for row in rows:
        yield CustomerPurchases(**dict(zip(_COLUMNS, row, strict=True)))
