"""Attribution a second time: sales, credits and the KPIs on them, in plain Python.

It reads the resolved rows and nothing of the plugin; shares are worked out in fractions.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

from oracle.records import Row

WINDOW = timedelta(days=90)
SOCIAL = ("paid_social", "organic_social", "social")
MARKETING = {
    *("paid_search", "display", "affiliate", "email", "events", "webinar"),
    *SOCIAL,
}
Weigh = Callable[[Row, list[Row]], list[Fraction]]
Path = tuple[str, ...]


def first(_sale: Row, touches: list[Row]) -> list[Fraction]:
    """Everything to the first."""
    return [Fraction(int(not place)) for place in range(len(touches))]


def last(_sale: Row, touches: list[Row]) -> list[Fraction]:
    """Everything to the last."""
    return first(_sale, touches)[::-1]


def linear(_sale: Row, touches: list[Row]) -> list[Fraction]:
    """The same to each."""
    return [Fraction(1)] * len(touches)


def time_decay(sale: Row, touches: list[Row]) -> list[Fraction]:
    """Half as much for every seven days before the sale."""
    ages = [(sale["sold_at"] - touch["happened_at"]) / timedelta(days=7) for touch in touches]
    return [Fraction(0.5**age) for age in ages]


def u_shaped(_sale: Row, touches: list[Row]) -> list[Fraction]:
    """40, 20, 40."""
    between = len(touches) - 2
    if between <= 0:
        return [Fraction(1)] * len(touches)
    return [Fraction(2, 5), *[Fraction(1, 5) / between] * between, Fraction(2, 5)]


def w_shaped(sale: Row, touches: list[Row]) -> list[Fraction]:
    """30 for the first, the lead's and the deal's, 10 for the others."""
    weights = [Fraction(0)] * len(touches)
    weights[0] += Fraction(3, 10)
    for moment in (sale["lead_at"], sale["opportunity_at"]):
        if moment is not None:
            until = [n for n, touch in enumerate(touches) if touch["happened_at"] <= moment]
            weights[max(until, default=0)] += Fraction(3, 10)
    others = weights.count(Fraction(0))
    return [weight or Fraction(1, 10) / others for weight in weights]


def shapley(_sale: Row, touches: list[Row]) -> list[Fraction]:
    """The same to each channel."""
    channels = [touch["channel"] for touch in touches]
    return [Fraction(1, channels.count(channel)) for channel in channels]


RULES: Mapping[str, Weigh] = {
    each.__name__: each for each in (first, last, linear, time_decay, u_shaped, w_shaped, shapley)
}


def removal_effects(sold: Counter[Path], lost: Counter[Path]) -> dict[str, float]:
    """How many sales are missing without each channel, by walking on until nobody is left."""
    steps: dict[Any, Counter[Any]] = {}
    for paths, end in ((sold, True), (lost, False)):
        for path, number in paths.items():
            for here, there in zip((None, *path), (*path, end), strict=True):
                steps.setdefault(here, Counter())[there] += number
    chances = {
        here: {there: n / sum(after.values()) for there, n in after.items()}
        for here, after in steps.items()
    }
    channels = [each for each in chances if each is not None]
    whole = _bought(chances, None)
    return {each: 1 - _bought(chances, each) / whole for each in channels} if whole else {}


def _bought(chances: Mapping[Any, Mapping[Any, float]], without: str | None) -> float:
    """The share that ends in a sale: everybody walks, step by step."""
    here, bought = {None: 1.0}, 0.0
    while sum(here.values()) > 1e-15:
        there: dict[Any, float] = {}
        for place, crowd in here.items():
            for step, chance in chances[place].items():
                if step is True:
                    bought += crowd * chance
                elif step is not False and (step != without or without is None):
                    there[step] = there.get(step, 0.0) + crowd * chance
        here = there
    return bought


def apportioned(amount: Decimal, weights: Sequence[Fraction]) -> list[Decimal]:
    """Parts of an amount in cents, or finer where it is; the largest remainders are rounded up."""
    unit = Decimal("0.01") if amount == round(amount, 2) else Decimal("0.0001")
    whole, total = int(amount / unit), sum(weights)
    exact = [whole * weight / total for weight in weights]
    parts = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda n: (parts[n] - exact[n], n))
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return [part * unit for part in parts]


@dataclass(frozen=True)
class Company:
    """The resolved rows that attribution stands on."""

    deals: list[Row]
    orders: list[Row]
    people: list[Row]
    touches: list[Row]
    costs: list[Row]
    figures: list[Row]

    @cached_property
    def sales(self) -> list[Row]:
        """Won deals, and paid orders of no won deal."""
        won = [deal for deal in self.deals if deal["won_at"]]
        paid = [order for order in self.orders if order["is_purchase"] and order["ordered_at"]]
        return [
            *(self._sale("deal", each, each["won_at"], each["won_day"]) for each in won),
            *(self._sale("order", each, each["ordered_at"], each["ordered_day"]) for each in paid),
        ]

    def _sale(self, kind: str, row: Row, sold_at: Any, sold_day: date) -> Row:
        buyers = [
            person
            for person in self.people
            if person["id"] == row["person_id"]
            or (row["company_id"] is not None and person["company_id"] == row["company_id"])
        ]
        leads = [each["became_lead_at"] for each in buyers if each["became_lead_at"]]
        touches = [
            touch
            for person in buyers
            for touch in self.touches_of.get(person["id"], [])
            if sold_at - WINDOW <= touch["happened_at"] <= sold_at
        ]
        return {
            **row,
            "id": f"{kind}:{row['id']}",
            "sold_at": sold_at,
            "sold_day": sold_day,
            "opportunity_at": row["created_at"] if kind == "deal" else None,
            "lead_at": min(leads, default=None),
            "journey": sorted(touches, key=lambda each: (each["happened_at"], each["id"])),
        }

    @cached_property
    def touches_of(self) -> dict[str, list[Row]]:
        """Person → touches."""
        found: dict[str, list[Row]] = {}
        for touch in self.touches:
            found.setdefault(touch["person_id"], []).append(touch)
        return found

    @cached_property
    def effects(self) -> dict[str, float]:
        """Channel → removal effect."""
        sold = Counter(_path(sale["journey"]) for sale in self.sales if sale["journey"])
        return removal_effects(sold, Counter(map(_path, self.unsold())))

    def unsold(self) -> Iterable[list[Row]]:
        """The last 90 days of touches of companies, or people, who never bought."""
        buyers = {sale[key] for sale in self.sales for key in ("company_id", "person_id")}
        walks: dict[str, list[Row]] = {}
        for person in self.people:
            if person["id"] not in buyers and (person["company_id"] or "") not in buyers:
                walker = person["company_id"] or person["id"]
                walks.setdefault(walker, []).extend(self.touches_of.get(person["id"], []))
        for touches in filter(None, walks.values()):
            newest = max(each["happened_at"] for each in touches)
            late = [each for each in touches if each["happened_at"] >= newest - WINDOW]
            yield sorted(late, key=lambda each: (each["happened_at"], each["id"]))

    def weights(self, model: str, sale: Row) -> list[Fraction]:
        """What each touch of a sale is owed, beside the others."""
        touches: list[Row] = sale["journey"]
        if model in RULES:
            return RULES[model](sale, touches)
        path = _path(touches)
        return [Fraction(self.effects[each]) / path.count(each) for each in path]

    def credits(self, model: str) -> list[Row]:
        """Each sale, shared by a model."""
        return [credit for sale in self.sales for credit in self._credits(model, sale)]

    def _credits(self, model: str, sale: Row) -> Iterable[Row]:
        amount = sale["amount_home"]
        touches = sale["journey"] or [{"id": None, "channel": None, "campaign_id": None}]
        weights = self.weights(model, sale) if sale["journey"] else [Fraction(1)]
        nothing = [None] * len(weights)
        parts = apportioned(amount, weights) if amount is not None else nothing
        for touch, part in zip(touches, parts, strict=True):
            yield {
                **sale,
                "touch_id": touch["id"],
                "channel": touch["channel"],
                "campaign_id": touch["campaign_id"],
                "amount_home": part,
                "is_marketing": _is_marketing(touch),
            }


def _path(touches: list[Row]) -> Path:
    return tuple(each["channel"] or "" for each in touches)


def _is_marketing(touch: Row) -> bool:
    if touch["channel"] is None:
        return touch["campaign_id"] is not None
    return touch["channel"] in MARKETING


def total(rows: Iterable[Row], which: Callable[[Row], bool] = lambda _: True) -> Decimal:
    """The amounts of some rows."""
    return sum((row["amount_home"] or Decimal(0) for row in rows if which(row)), Decimal(0))


def is_social(row: Row) -> bool:
    """Whether it is of a social channel."""
    return row["channel"] in SOCIAL


def of_campaign(row: Row) -> bool:
    """Whether it names a campaign."""
    return row["campaign_id"] is not None


REVENUE: Mapping[str, Callable[[Row], bool]] = {
    "attributed_revenue": lambda _: True,
    "unattributed_revenue": lambda row: row["touch_id"] is None,
    "marketing_revenue": lambda row: bool(row["is_marketing"]),
    "campaign_revenue": of_campaign,
    "social_revenue": is_social,
}
"""Measure of credits → the credits that count."""

RETURNS: Mapping[str, tuple[str, Callable[[Row], bool]]] = {
    "romi": ("marketing_revenue", lambda row: row["department"] == "marketing"),
    "campaign_roi": ("campaign_revenue", of_campaign),
    "social_roi": ("social_revenue", is_social),
}
"""KPI → the revenue and the costs that it compares."""


def influenced(sales: Iterable[Row]) -> Decimal:
    """The revenue of sales with any touch of marketing."""
    return total(sales, lambda sale: any(map(_is_marketing, sale["journey"])))


def within(rows: Iterable[Row], day: str, first_day: date, last_day: date) -> list[Row]:
    """The rows of which a day lies in a span."""
    return [row for row in rows if row[day] and first_day <= row[day] <= last_day]


sold_within = partial(within, day="sold_day")
