"""Each bundled KPI as a plain function over the rows of a company; nothing here reads a pack."""

from collections.abc import Mapping

from oracle.answers import Kpi
from oracle.basic_kpis import BASIC, BASIC_MATURE_AFTER, BASIC_STANDS_ON
from oracle.event_kpis import EMAIL, TRAFFIC
from oracle.money_kpis import MONEY, MONEY_STANDS_ON
from oracle.sales_kpis import SALES, SALES_MATURE_AFTER, SALES_STANDS_ON
from oracle.scoring_kpis import SCORING, SCORING_MATURE_AFTER, SCORING_STANDS_ON
from oracle.traffic_kpis import REACH, REACH_MATURE_AFTER, REACH_STANDS_ON

KPIS: Mapping[str, Kpi] = {**BASIC, **TRAFFIC, **EMAIL, **REACH, **SALES, **MONEY, **SCORING}

STANDS_ON: Mapping[str, tuple[str, ...]] = {
    **BASIC_STANDS_ON,
    **dict.fromkeys(TRAFFIC, ("page_views",)),
    **dict.fromkeys(EMAIL, ("deliveries",)),
    **REACH_STANDS_ON,
    **SALES_STANDS_ON,
    **MONEY_STANDS_ON,
    **SCORING_STANDS_ON,
}
"""Which tables a KPI reads: it can be cut by what all of them have."""

OF_NO_RECORD = frozenset({"sales_cycle_days"})
"""What a single record has no value of: the median of one says nothing."""

MATURE_AFTER: Mapping[str, int] = {
    **BASIC_MATURE_AFTER,
    "opener_conversion_rate": 90,
    **REACH_MATURE_AFTER,
    **SALES_MATURE_AFTER,
    **SCORING_MATURE_AFTER,
}
"""Days after which the youngest of a cohort have had their time."""
