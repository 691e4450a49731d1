"""Counts the facts of a company while its accounts pass by."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import repeat

from kpiloop_sandbox.company.facts import Facts
from kpiloop_sandbox.company.funnel import steps_back, steps_skipping
from kpiloop_sandbox.company.market import FOREIGN_CURRENCY
from kpiloop_sandbox.company.mess import (
    BAD_AMOUNTS,
    BAD_EMPLOYEES,
    CONTACTS_PER_THOUSAND,
    Trait,
    trait_of,
)
from kpiloop_sandbox.company.model import Account, Deal, Firm, Outcome, Person

_FACT_OF_TRAIT = {
    Trait.NO_COUNTRY: "contacts_without_country",
    Trait.OPTED_OUT: "opted_out_contacts",
    Trait.NO_EMAIL: "contacts_without_email",
    Trait.ODD_CASE_EMAIL: "contacts_with_odd_case_email",
    Trait.ODD_TIME_ZONE: "contacts_with_odd_time_zone",
    Trait.DUPLICATE: "duplicate_contacts",
    Trait.MERGED: "merged_contacts",
    Trait.DELETED: "deleted_contacts",
    Trait.STAFF: "staff_contacts",
    Trait.TEST: "test_contacts",
}
_FACT_OF_OUTCOME = {
    Outcome.OPEN: "open_deals",
    Outcome.WON: "won_deals",
    Outcome.LOST: "lost_deals",
}
assert _FACT_OF_TRAIT.keys() == CONTACTS_PER_THOUSAND.keys()


class Tally:
    """A running count; `facts` says how it stands."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    @property
    def facts(self) -> Facts:
        """What has been counted so far."""
        return Facts(**{field.name: self._counts[field.name] for field in fields(Facts)})

    def watch(self, accounts: Iterable[Account]) -> Iterator[Account]:
        """Passes accounts on, counting them."""
        for account in accounts:
            self._count(account)
            yield account

    def _count(self, account: Account) -> None:
        counts = self._counts
        for person in account.people:
            counts.update(_of_person(person))
        if account.firm is not None:
            counts.update(_of_firm(account.firm))
        for deal in account.deals:
            counts.update(_of_deal(deal))
        orders = _orders(account.deals)
        counts["customers"] += orders > 0
        counts["customers_with_repeat_orders"] += orders > 1


def _of_person(person: Person) -> Iterator[str]:
    yield "contacts"
    if person.deleted_at is None:
        yield "live_contacts"
    if person.firm_key is None:
        yield "contacts_without_company"
    trait = trait_of(person.key)
    if trait is not Trait.PLAIN:
        yield _FACT_OF_TRAIT[trait]
    if len(person.stages) > 1:
        stages = tuple(change.stage for change in person.stages)
        yield from repeat("steps_back", steps_back(stages))
        yield from repeat("skipped_stages", steps_skipping(stages))


def _of_firm(firm: Firm) -> Iterator[str]:
    yield "companies"
    yield "live_companies" if firm.deleted_at is None else "deleted_companies"
    if firm.employees in BAD_EMPLOYEES:
        yield "companies_with_bad_employees"


def _of_deal(deal: Deal) -> Iterator[str]:
    yield "deals"
    yield "live_deals" if deal.deleted_at is None else "deleted_deals"
    yield _FACT_OF_OUTCOME[deal.outcome]
    if deal.amount is None:
        yield "deals_without_amount"
    elif deal.amount in BAD_AMOUNTS:
        yield "deals_with_bad_amount"
    if deal.currency == FOREIGN_CURRENCY:
        yield "deals_in_dollars"
    if deal.existing_business and deal.outcome is Outcome.WON:
        yield "repeat_orders"


def _orders(deals: Iterable[Deal]) -> int:
    return sum(deal.outcome is Outcome.WON and deal.deleted_at is None for deal in deals)
