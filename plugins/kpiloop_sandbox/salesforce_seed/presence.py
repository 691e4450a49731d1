"""Which of the company's people and deals its Salesforce knows, and as what.

A record's key alone decides where the two systems disagree, so that tests can say how often.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kpiloop_sandbox.company.model import Account, Deal, Firm, Outcome, Person, Stage

_KNOWN_TO_SALES = frozenset({Stage.MQL, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER})
_CROSS_ID = (4, 1)
_OTHER_EMAIL = (25, 11)
_SHORT_NAME = (10, 3)
_PROSPECT = (20, 7)
_NEVER_ENTERED = (50, 29)
_DISCOUNT = (33, 5)
_NO_ORDER = (30, 13)


def _turn(key: int, every: tuple[int, int]) -> bool:
    step, offset = every
    return key % step == offset


def has_cross_id(person: Person) -> bool:
    """Whether the person's HubSpot id was noted here; without an e-mail it always is."""
    return person.email is None or _turn(person.key, _CROSS_ID) or has_other_email(person)


def has_other_email(person: Person) -> bool:
    """Whether sales knows the person by another address."""
    return person.email is not None and _turn(person.key, _OTHER_EMAIL)


def has_short_name(firm: Firm) -> bool:
    """Whether the firm was typed in without its legal form."""
    return _turn(firm.key, _SHORT_NAME)


def has_prospect(firm: Firm) -> bool:
    """Whether a salesperson knows somebody there whom no other system knows."""
    return _turn(firm.key, _PROSPECT)


def is_discounted(deal: Deal) -> bool:
    """Whether five percent were taken off after the deal was agreed."""
    return _turn(deal.key, _DISCOUNT)


def has_order(deal: Deal) -> bool:
    """Whether an order was made of a deal."""
    is_won = deal.outcome is Outcome.WON and deal.deleted_at is None
    return is_won and not _turn(deal.key, _NO_ORDER)


@dataclass(frozen=True)
class Known:
    """An account as sales knows it."""

    account: Account

    @cached_property
    def deals(self) -> Sequence[Deal]:
        """The deals that were entered; a few that were lost never were."""
        return [
            deal
            for deal in self.account.deals
            if not (deal.outcome is Outcome.LOST and _turn(deal.key, _NEVER_ENTERED))
        ]

    @cached_property
    def first_deals(self) -> Mapping[int, Deal]:
        """Each person in a deal, with the first deal that they were in."""
        first: dict[int, Deal] = {}
        for deal in self.deals:
            for key in deal.persons:
                first.setdefault(key, deal)
        return first

    @cached_property
    def leads(self) -> Sequence[Person]:
        """Who is, or was until a deal began with them, a lead."""
        return [
            person
            for person in self.account.people
            if any(step.stage in _KNOWN_TO_SALES for step in person.stages)
            and (person.key not in self.first_deals or self.converts(person))
        ]

    @cached_property
    def contacts(self) -> Sequence[Person]:
        """Who is in a deal."""
        return [person for person in self.account.people if person.key in self.first_deals]

    @property
    def is_known(self) -> bool:
        """Whether sales has any reason to keep this account."""
        return bool(self.contacts) or (self.account.firm is not None and bool(self.leads))

    def converts(self, person: Person) -> bool:
        """Whether the person was a lead that was converted: the main one of their first deal."""
        deal = self.first_deals.get(person.key)
        return deal is not None and deal.persons[0] == person.key
