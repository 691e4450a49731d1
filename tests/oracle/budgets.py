"""Budgets, cut into days, with what was spent of them; nothing here looks at SQL."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from kpiloop.engine.resolve.rules import Rules
from oracle.costs import DAY, UNITS, parts
from oracle.deals import in_home_currency
from oracle.records import Row, day_in

NAMES = ("kind", "department", "channel", "campaign_id", "product")
BUDGETS = frozenset(
    {
        *("budget", "budget_spent", "budget_left", "budget_spent_share"),
        *("campaign_budget", "campaign_budget_spent", "campaign_budget_spent_share"),
    }
)
"""The KPIs of budgets, which `test_budgets_agree` judges by companies of its own."""


def budget_days(
    stated: Iterable[Row], campaigns: Mapping[str, Row], costs: Iterable[Row], rules: Rules
) -> list[Row]:
    """Every day of every budget; `stated` have their campaigns' whole ids, and ids of their own."""
    known = list(stated)
    taken = {row["campaign_id"] for row in known}
    own = (_of_campaign(key, row) for key, row in campaigns.items() if key not in taken)
    days = [day for row in (*known, *own) for day in _days(row, campaigns, rules)]
    spent = list(costs)
    told = {row["cost_day"] for row in spent}
    seen: set[tuple[object, ...]] = set()
    for day in sorted(days, key=lambda each: each["id"]):
        scope = (day["budget_day"], *(day[name] for name in NAMES))
        day["is_part"] = any(_holds(other, day) for other in days)
        day["spent_home"] = _spent(day, [] if scope in seen else spent)
        if day["budget_day"] not in told:
            day["spent_home"] = None
        seen.add(scope)
    for day in days:
        campaign = campaigns.get(day["campaign_id"] or "", {})
        for name in ("channel", "product"):
            day[name] = campaign.get(name) if day[name] is None else day[name]
    return days


def _of_campaign(key: str, row: Row) -> Row:
    scope = dict.fromkeys(NAMES) | {"kind": "media", "department": "marketing", "campaign_id": key}
    money = {"amount": row.get("budget_home"), "currency": None}
    return {**scope, **money, "id": f"campaign:{key}", "first_day": None, "last_day": None}


def _days(row: Row, campaigns: Mapping[str, Row], rules: Rules) -> Iterator[Row]:
    campaign = campaigns.get(row["campaign_id"] or "", {})
    ends = [row["first_day"], row["last_day"]]
    for places in (
        [campaign.get("starts_on"), campaign.get("ends_on")],
        [day_in(rules.zone, campaign.get("created_at"))],
    ):
        ends = ends if any(ends) else places
    known = [end for end in ends if end is not None]
    if not known or row["amount"] is None:
        return
    count = (max(known) - min(known)).days + 1
    for place, part in enumerate(parts(int(row["amount"] * UNITS), [1] * count)):
        day = min(known) + place * DAY
        amount = in_home_currency(Decimal(part) / UNITS, row["currency"], day, rules)
        scope = {name: row[name] for name in NAMES}
        yield {**scope, "id": row["id"], "budget_day": day, "amount_home": amount}


def _holds(wide: Row, narrow: Row) -> bool:
    """Whether one names less than the other on the same day, and nothing else."""
    named = {name for name in NAMES if wide[name] is not None}
    return (
        wide["budget_day"] == narrow["budget_day"]
        and all(wide[name] == narrow[name] for name in named)
        and len(named) < sum(narrow[name] is not None for name in NAMES)
    )


def _spent(day: Row, costs: Iterable[Row]) -> Decimal:
    fitting = (
        row["amount_home"] or Decimal(0)
        for row in costs
        if row["cost_day"] == day["budget_day"]
        and all(day[name] is None or day[name] == row[name] for name in NAMES)
    )
    return sum(fitting, Decimal(0))
