"""Every sale with the journey to it, and where those went who never bought."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from kpiloop import Deriving
from kpiloop_attribution.journey import UNKNOWN, Journey, Touch, Travelled
from kpiloop_attribution.settings import AttributionSettings

_FACTS = (
    *("source", "deal_id", "order_id", "person_id", "company_id"),
    *("product", "segment", "country", "owner_id", "sold_at"),
)
_JOURNEYS = """
WITH buyers AS (
    SELECT sales.id AS sale_id, people.id AS person_id
    FROM sales
    JOIN people ON people.company_id = sales.company_id
    WHERE $by_company
    UNION
    SELECT id, person_id FROM sales WHERE person_id IS NOT NULL
), before AS (
    SELECT buyers.sale_id, touches.*
    FROM buyers
    JOIN touches ON touches.person_id = buyers.person_id
)
SELECT sales.id, sales.amount_home, sales.lead_at, sales.opportunity_at,
    sales.source, sales.deal_id, sales.order_id, sales.person_id, sales.company_id,
    sales.product, sales.segment, sales.country, sales.owner_id, sales.sold_at,
    before.id, before.kind, before.channel, before.campaign_id, before.happened_at
FROM sales
LEFT JOIN before ON before.sale_id = sales.id AND before.happened_at <= sales.sold_at
    AND before.happened_at >= sales.sold_at - to_days($window_days)
ORDER BY sales.id, before.happened_at, before.id
"""
_UNSOLD = """
WITH buyers AS (
    SELECT company_id AS buyer FROM sales WHERE $by_company AND company_id IS NOT NULL
    UNION
    SELECT person_id FROM sales WHERE person_id IS NOT NULL
), walked AS (
    SELECT CASE WHEN $by_company THEN coalesce(people.company_id, people.id) ELSE people.id END
            AS walker,
        touches.id, coalesce(touches.channel, '') AS channel, touches.happened_at
    FROM touches
    JOIN people ON people.id = touches.person_id
    ANTI JOIN buyers AS companies ON companies.buyer = people.company_id AND $by_company
    ANTI JOIN buyers AS persons ON persons.buyer = people.id
    WHERE touches.happened_at IS NOT NULL
), ended AS (
    SELECT walker, max(happened_at) AS last_at FROM walked GROUP BY walker
)
SELECT path, count(*)
FROM (
    SELECT list(walked.channel ORDER BY walked.happened_at, walked.id) AS path
    FROM walked
    JOIN ended ON ended.walker = walked.walker
        AND walked.happened_at >= ended.last_at - to_days($window_days)
    GROUP BY walked.walker
)
GROUP BY path
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """One sale; its journey may have no touch."""

    sale_id: str
    amount: Decimal | None
    facts: Mapping[str, Any]
    """What every credit of it says of it."""
    journey: Journey


def all_sold(deriving: Deriving[AttributionSettings]) -> Iterator[Sold]:
    """Every sale, in the order of their ids."""
    rows = deriving.rows(_JOURNEYS, **_told(deriving.settings))
    for _, group in groupby(rows, key=lambda row: row[0]):
        yield _sold(list(group))


def travelled_by_all(deriving: Deriving[AttributionSettings]) -> Travelled:
    """The paths of all journeys, of those who bought and of those who never did."""
    journeys = (sold.journey for sold in all_sold(deriving))
    unsold = deriving.rows(_UNSOLD, **_told(deriving.settings))
    return Travelled(
        sold=Counter(each.channels for each in journeys if each.touches),
        unsold={tuple(path): number for path, number in unsold},
    )


def _told(settings: AttributionSettings) -> Mapping[str, object]:
    return {"by_company": settings.journey == "company", "window_days": settings.window_days}


def _sold(rows: list[tuple[Any, ...]]) -> Sold:
    """A sale out of its rows: one for each touch, or a single one without."""
    sale_id, amount, lead_at, opportunity_at, *rest = rows[0]
    facts = dict(zip(_FACTS, rest, strict=False))
    touches = (_touch(*row[-5:]) for row in rows if row[-1] is not None)
    return Sold(
        sale_id=sale_id,
        amount=amount,
        facts=facts,
        journey=Journey(
            touches=tuple(touches),
            sold_at=facts["sold_at"],
            lead_at=lead_at,
            opportunity_at=opportunity_at,
        ),
    )


def _touch(
    touch_id: str, kind: str, channel: str | None, campaign_id: str | None, happened_at: datetime
) -> Touch:
    return Touch(
        id=touch_id,
        kind=kind,
        channel=channel or UNKNOWN,
        campaign_id=campaign_id,
        happened_at=happened_at,
    )
