"""What was sold: won deals, and paid orders that no won deal stands for already."""

from collections.abc import Iterator
from typing import ClassVar

from kpiloop import Deriving, Flag, Instant, Money, Resolved, Text, Whole, derives
from kpiloop_attribution.settings import AttributionSettings


class Sale(Resolved):
    """One won deal, or one paid order of no won deal, with what led to it."""

    entity: ClassVar[str] = "sales"
    singular: ClassVar[str] = "sale"

    sold_as: Text = None
    """deal or order."""
    deal_id: Text = None
    order_id: Text = None
    person_id: Text = None
    company_id: Text = None
    customer_id: Text = None
    campaign_id: Text = None
    """That the deal or the person came by; so with the channel."""
    channel: Text = None
    product: Text = None
    segment: Text = None
    country: Text = None
    owner_id: Text = None
    lead_at: Instant = None
    """When the first of the buyer's people became a lead."""
    opportunity_at: Instant = None
    """When the deal was created."""
    sold_at: Instant = None
    amount_home: Money = None
    touches: Whole = None
    """How many touches lie in the window before it."""
    is_influenced: Flag = None
    """Whether any of them is marketing's."""
    is_automated: Flag = None
    """Whether any of them is a click in an automated e-mail."""


_COLUMNS = (
    *("id", "source", "sold_as", "deal_id", "order_id", "person_id", "company_id", "customer_id"),
    *("campaign_id", "channel", "product", "segment", "country", "owner_id"),
    *("lead_at", "opportunity_at", "sold_at", "amount_home"),
    *("touches", "is_influenced", "is_automated"),
)
_SELECT = """
WITH won AS (
    SELECT 'deal:' || id AS id, source, 'deal' AS sold_as, id AS deal_id, NULL AS order_id,
        person_id, company_id, customer_id, campaign_id, channel, product, segment, country,
        owner_id, created_at AS opportunity_at, won_at AS sold_at, amount_home
    FROM deals
    WHERE won_at IS NOT NULL
), sold AS (
    FROM won
    UNION ALL
    SELECT 'order:' || orders.id, orders.source, 'order', NULL, orders.id, orders.person_id,
        orders.company_id, orders.customer_id, orders.campaign_id, orders.channel, orders.product,
        orders.segment, orders.country, orders.owner_id, NULL, orders.ordered_at,
        orders.amount_home
    FROM orders
    WHERE orders.is_purchase AND orders.ordered_at IS NOT NULL
), buyers AS (
    SELECT sold.id AS sale_id, people.id AS person_id, people.became_lead_at
    FROM sold
    JOIN people ON people.company_id = sold.company_id
    WHERE $by_company
    UNION
    SELECT sold.id, people.id, people.became_lead_at
    FROM sold
    JOIN people ON people.id = sold.person_id
), became AS (
    SELECT sale_id, min(became_lead_at) AS lead_at
    FROM buyers
    GROUP BY sale_id
), automated AS (
    SELECT 'email_click:' || email_events.id AS touch_id
    FROM email_events
    JOIN emails ON emails.id = email_events.email_message_id
    WHERE emails.kind = 'automated'
), before AS (
    SELECT sold.id AS sale_id, count(*) AS touches,
        bool_or(
            list_contains($marketing, touches.channel)
            OR (touches.channel IS NULL AND touches.campaign_id IS NOT NULL)
        ) AS is_influenced,
        bool_or(automated.touch_id IS NOT NULL) AS is_automated
    FROM sold
    JOIN buyers ON buyers.sale_id = sold.id
    JOIN touches ON touches.person_id = buyers.person_id
        AND touches.happened_at <= sold.sold_at
        AND touches.happened_at >= sold.sold_at - to_days($window_days)
    LEFT JOIN automated ON automated.touch_id = touches.id
    GROUP BY sold.id
)
SELECT sold.id, source, sold_as, deal_id, order_id, person_id, company_id, customer_id, campaign_id,
    channel, product, segment, country, owner_id, lead_at, opportunity_at, sold_at, amount_home,
    coalesce(touches, 0), coalesce(is_influenced, FALSE), coalesce(is_automated, FALSE)
FROM sold
LEFT JOIN became ON became.sale_id = sold.id
LEFT JOIN before ON before.sale_id = sold.id
ORDER BY sold.id
"""


@derives(
    Sale,
    needs=("deals", "orders", "people", "touches", "email_events", "emails"),
    made_of=("deals", "orders"),
    settings=AttributionSettings,
)
def sale_rows(deriving: Deriving[AttributionSettings]) -> Iterator[Sale]:
    """Every sale, with what is known of the journey to it."""
    settings = deriving.settings
    rows = deriving.rows(
        _SELECT,
        by_company=settings.journey == "company",
        marketing=list(settings.marketing_channels),
        window_days=settings.window_days,
    )
    for row in rows:
        yield Sale(**dict(zip(_COLUMNS, row, strict=True)))
