"""Deals that count, with whom they belong to, and the times as a customer that they make."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from kpiloop.engine.resolve.rules import CustomerEnds, CustomerIs, Rules
from oracle.joining import LATE, Campaigns, Wholes, counts_from, plain
from oracle.passing import Passing
from oracle.people import Companies, Contacts, earliest, living, survivors
from oracle.records import Records, Row, day_in, key_of

CENTS_OF_CENTS = Decimal("0.0001")
PRIMARY = "primary"
T = TypeVar("T")


def in_home_currency(
    amount: Decimal | None, currency: str | None, day: Any, rules: Rules
) -> Decimal | None:
    """An amount at the latest rate that is valid on a day, rounded half away from zero."""
    code = (plain(currency) or rules.home_currency).upper()
    if amount is None or code == rules.home_currency:
        return amount
    rates = sorted(
        (rate.valid_from, rate.rate)
        for rate in rules.rates
        if rate.currency == code and day is not None and rate.valid_from <= day
    )
    if not rates:
        return None
    return (amount * rates[-1][1]).quantize(CENTS_OF_CENTS, ROUND_HALF_UP)


class Deals:
    """The deals that count."""

    def __init__(
        self,
        records: Records,
        rules: Rules,
        contacts: Contacts,
        companies: Companies,
        campaigns: Campaigns,
    ) -> None:
        self.rules, self.contacts, self.companies = rules, contacts, companies
        self.campaigns = campaigns
        self.people = {person["id"]: person for person in contacts.people}
        left = survivors(records["deals"])
        wholes = Wholes("deals", living(records["deals"], left), left, rules, lambda _row: None)
        self.twins = wholes.by_root()
        self.names = {key_of(row): row["name"] for row in records["pipelines"]}
        self.stages: dict[tuple[str, str, str], list[Row]] = {}
        for row in records["pipeline_stages"]:
            if row["deleted_at"] is None:
                place = row["source"], row["pipeline_id"], row["stage"]
                self.stages.setdefault(place, []).append(row)
        self.links: dict[str, list[Row]] = {}
        for link in records["links"]:
            if link["from_entity"] == "deals" and link["deleted_at"] is None:
                key = f"{link['source']}:{link['parent_id']}"
                root = wholes.root(key) if key in wholes.rows else key
                self.links.setdefault(root, []).append(link)
        self.left, self.wholes = left, wholes
        self.passing = Passing(records, rules)
        self.counting = [
            self._resolved(key, rows[0])
            for key, rows in self.twins.items()
            if self._counts(key, rows[0])
        ]

    def known(self, source: str, vendor_id: str | None) -> str | None:
        """The deal that an id means, if it counts."""
        key = self.left.get(f"{source}:{vendor_id}", f"{source}:{vendor_id}")
        root = self.wholes.root(key) if vendor_id and key in self.wholes.rows else None
        return root if root in {deal["id"] for deal in self.counting} else None

    def _counts(self, key: str, deal: Row) -> bool:
        if not counts_from("deals", deal["source"], self.rules):
            return False
        pipeline = deal["pipeline_id"], self.names.get(f"{deal['source']}:{deal['pipeline_id']}")
        if self.rules.pipelines and not set(pipeline) & set(self.rules.pipelines):
            return False
        if self.rules.deal_types and deal["deal_type"] not in self.rules.deal_types:
            return False
        if self._company(key) in self.companies.excluded:
            return False
        linked = self._linked_contacts(key)
        known = [each for _, each in linked if each in self.contacts.counting]
        return bool(known) or not any(each in self.contacts.excluded for _, each in linked)

    def _linked_contacts(self, key: str) -> list[tuple[str | None, str | None]]:
        return [
            (link["label"], self.contacts.key(link["source"], link["to_id"]))
            for link in self.links.get(key, ())
            if link["to_entity"] == "contacts"
        ]

    def _person(self, key: str) -> Row | None:
        """The primary one, else the earliest made of the linked contacts."""
        found = [
            (label != PRIMARY, *earliest(self.contacts.counting[contact]), contact)
            for label, contact in self._linked_contacts(key)
            if contact in self.contacts.counting
        ]
        return self.people[self.contacts.person_of[min(found)[-1]]] if found else None

    def _company(self, key: str) -> str | None:
        """The primary one, else the first linked, else the deal's own; it may be excluded."""
        there = self.companies.counting.keys() | self.companies.excluded
        linked = [
            (link["label"] != PRIMARY, self.companies.key(link["source"], link["to_id"]) or "")
            for link in self.links.get(key, ())
            if link["to_entity"] == "companies"
        ]
        own = [self.companies.key(row["source"], row["company_id"]) for row in self.twins[key]]
        ranked = [company for _, company in sorted(linked)] + sorted(each or "" for each in own)
        return next((company for company in ranked if company in there), None)

    def _resolved(self, key: str, deal: Row) -> Row:
        source, person = deal["source"], self._person(key) or {}
        stages = self.stages.get((source, deal["pipeline_id"], deal["stage"]), [])
        is_won, is_closed = (
            any(stage[flag] for stage in stages) if deal[flag] is None else deal[flag]
            for flag in ("is_won", "is_closed")
        )
        closed_at = deal["closed_at"] if is_won or is_closed else None
        day = day_in(self.rules.zone, closed_at or deal["created_at"])
        company = self._company(key) or person.get("company_id")
        company_row = self.companies.counting.get(company or "", {})
        twins = self.twins[key]
        campaign = first(*(self.campaigns.of(row["source"], row["campaign_id"]) for row in twins))
        product = first(*(row["product"] for row in twins))
        won_at = closed_at if is_won else None
        return {
            "id": key,
            "source": source,
            "person_id": person.get("id"),
            "company_id": company,
            "customer_id": customer_of(person.get("id"), company, self.rules),
            "campaign_id": campaign or person.get("campaign_id"),
            "channel": person.get("channel"),
            **{
                name: first(told, person.get(name), company_row.get(name))
                for name, told in (("country", None), ("segment", None), ("product", product))
            },
            "owner_id": deal["owner_id"] and f"{source}:{deal['owner_id']}",
            "pipeline_id": deal["pipeline_id"] and f"{source}:{deal['pipeline_id']}",
            "stage": deal["stage"],
            "deal_type": deal["deal_type"],
            "amount_home": in_home_currency(deal["amount"], deal["currency"], day, self.rules),
            "created_at": deal["created_at"],
            "closed_at": closed_at,
            "won_at": won_at,
            "lost_at": None if is_won else closed_at,
            "passed_to_sales_at": self.passing.passed_at(deal, won_at),
        }


def first(*values: T | None) -> T | None:
    """The first that is a value."""
    return next((value for value in values if value is not None), None)


def customer_of(person: str | None, company: str | None, rules: Rules) -> str | None:
    """Whom a sale makes a customer."""
    if rules.customer_is is CustomerIs.COMPANY:
        return first(company, person)
    return first(person, company)


def became_customer(people: Iterable[Row], deals: Iterable[Row], orders: Iterable[Row]) -> None:
    """A person's first won deal or order goes before the stage customer."""
    won: dict[str, list[datetime]] = {}
    for purchase in (*deals, *orders):
        if at := bought_at(purchase):
            won.setdefault(purchase["person_id"], []).append(at)
    for person in people:
        if person["id"] in won:
            person["became_customer_at"] = min(won[person["id"]])


def bought_at(purchase: Row) -> datetime | None:
    """When a deal was won, or an order was made that stands."""
    if "ordered_at" in purchase:
        ordered_at: datetime | None = purchase["ordered_at"]
        return ordered_at if purchase["is_paid"] else None
    won_at: datetime | None = purchase["won_at"]
    return won_at


def customer_intervals(
    purchases: Iterable[Row], people: Mapping[str, Row], stays: Iterable[Row], rules: Rules
) -> list[Row]:
    """Times as a customer, by the rule that says what ends them."""
    orders: dict[str, list[Row]] = {}
    bought = [purchase for purchase in purchases if bought_at(purchase)]
    for purchase in bought:
        if purchase["customer_id"]:
            is_order = "ordered_at" in purchase
            deal = purchase["deal_id"] if is_order else purchase["id"]
            begun = {**purchase, "deal_id": deal, "at": bought_at(purchase), "is_order": is_order}
            if is_order and not purchase["is_purchase"]:
                begun["amount_home"] = None  # it is in the deal's
            orders.setdefault(purchase["customer_id"], []).append(begun)
    stays_of: dict[str, list[Row]] = {}
    for stay in stays:
        if stay["stage"] in rules.ladder[rules.ladder.index("customer") :]:
            person = people[stay["person_id"]]
            customer = customer_of(person["id"], person["company_id"], rules)
            begun = {**person, "person_id": person["id"], "deal_id": None, "at": stay["started_at"]}
            begun["until"] = stay["ended_at"]
            stays_of.setdefault(str(customer), []).append(begun)
    intervals: list[Row] = []
    for customer in sorted(orders.keys() | stays_of.keys()):
        there = stays_of.get(customer, [])
        events = sorted(
            orders.get(customer, there),
            key=lambda each: (each["at"], each["id"], each.get("is_order", False)),
        )
        for number, (begun, ended) in enumerate(_times(events, there, rules)):
            intervals.append(_interval(customer, begun, ended, is_first=number == 0))
    return intervals


def _times(events: list[Row], stays: list[Row], rules: Rules) -> list[tuple[Row, Any]]:
    """What began each time, and when it ended; what begins after an end begins a new time."""
    times: list[tuple[Row, datetime]] = []
    for event in events:
        until = _kept_until(event, stays, rules)
        if times and event["at"] <= times[-1][1]:
            times[-1] = (times[-1][0], max(until, times[-1][1]))
        else:
            times.append((event, until))
    return [
        ({**begun, "amount_home": _bought(begun, events, until)}, None if until == LATE else until)
        for begun, until in times
    ]


def _bought(begun: Row, events: list[Row], until: datetime) -> Decimal | None:
    """What was bought from the beginning of a time to its end."""
    amounts = [
        event["amount_home"]
        for event in events
        if begun["at"] <= event["at"] <= until and event.get("amount_home") is not None
    ]
    return sum(amounts, Decimal(0)) if amounts else None


def _kept_until(event: Row, stays: list[Row], rules: Rules) -> datetime:
    """How long an order, or a stay in the stage customer, makes one a customer."""
    if rules.customer_ends is CustomerEnds.NO_ORDER:
        return days_later(event["at"], rules.customer_days, rules)
    if rules.customer_ends is CustomerEnds.NEVER:
        return LATE
    if "until" in event:
        return event["until"] or LATE
    left = max((stay["until"] or LATE for stay in stays), default=LATE)
    return left if left > event["at"] else LATE


def days_later(moment: datetime, days: int, rules: Rules) -> datetime:
    """The same time of day by the local clock, so many days later.

    Of a time that the clock shows twice that day the second is meant; one that it leaves out is
    counted on from the time before.
    """
    local = moment.replace(tzinfo=UTC).astimezone(rules.zone) + timedelta(days=days)
    both = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return max(both).replace(tzinfo=None)


def _interval(customer: str, begun: Row, ended: Any, *, is_first: bool) -> Row:
    names = ("person_id", "company_id", "deal_id", "channel", "campaign_id", "country", "segment")
    return {
        "customer_id": customer,
        **{name: begun[name] for name in (*names, "product", "owner_id", "source")},
        "is_first": is_first,
        "amount_home": begun["amount_home"],
        "started_at": begun["at"],
        "ended_at": ended,
    }
