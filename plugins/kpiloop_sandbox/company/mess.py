"""The mess in the demo company's records: every kind in an amount that is known beforehand.

A record's key alone decides what is wrong with it. Of any 1,000 contacts in a row, exactly as
many have a trait as its number below says; of companies and deals, every so-manieth is odd.
"""

from enum import Enum, auto
from typing import NamedTuple

_THOUSAND = 1_000
_SCATTER = 387  # coprime to 1,000: traits are spread, yet each thousand holds all of them


class Trait(Enum):
    """What is special about a contact record."""

    PLAIN = auto()
    NO_COUNTRY = auto()
    OPTED_OUT = auto()
    NO_EMAIL = auto()
    ODD_CASE_EMAIL = auto()
    ODD_TIME_ZONE = auto()
    DUPLICATE = auto()
    MERGED = auto()
    DELETED = auto()
    STAFF = auto()
    TEST = auto()


CONTACTS_PER_THOUSAND = {
    Trait.NO_COUNTRY: 50,
    Trait.OPTED_OUT: 40,
    Trait.NO_EMAIL: 30,
    Trait.ODD_CASE_EMAIL: 20,
    Trait.ODD_TIME_ZONE: 15,
    Trait.DUPLICATE: 10,
    Trait.MERGED: 10,
    Trait.DELETED: 10,
    Trait.STAFF: 5,
    Trait.TEST: 5,
}

_SPECIAL = tuple(trait for trait, number in CONTACTS_PER_THOUSAND.items() for _ in range(number))
_TRAITS = (Trait.PLAIN,) * (_THOUSAND - len(_SPECIAL)) + _SPECIAL

BAD_AMOUNTS = ("1e400", "NaN", "12.500,00", "99999999999999999999999999999999999999999.99")
BAD_EMPLOYEES = ("about 50", "10-20", "n/a")


class _Every(NamedTuple):
    """Every so-manieth record, the first of which has the key `offset`."""

    step: int
    offset: int

    def holds(self, key: int) -> bool:
        """Whether this record is one of them."""
        return key % self.step == self.offset

    def turn(self, key: int, values: tuple[str, ...]) -> str | None:
        """The values in turn for one such record after the other; None for all others."""
        return values[key // self.step % len(values)] if self.holds(key) else None


_BAD_AMOUNT = _Every(step=100, offset=61)
_NO_AMOUNT = _Every(step=50, offset=17)
_DELETED_DEAL = _Every(step=80, offset=33)
_WHOLE_MINUTE = _Every(step=10, offset=4)
_BAD_EMPLOYEES = _Every(step=100, offset=23)
_DELETED_FIRM = _Every(step=150, offset=77)


def trait_of(person_key: int) -> Trait:
    """What is special about the contact with this key."""
    return _TRAITS[person_key * _SCATTER % _THOUSAND]


def bad_amount(deal_key: int) -> str | None:
    """What stands in the amount of this deal instead of a number, if anything."""
    return _BAD_AMOUNT.turn(deal_key, BAD_AMOUNTS)


def lacks_amount(deal_key: int) -> bool:
    """Whether nobody typed an amount."""
    return _NO_AMOUNT.holds(deal_key)


def deal_deleted(deal_key: int) -> bool:
    """Whether the deal was deleted later."""
    return _DELETED_DEAL.holds(deal_key)


def closes_at_whole_minute(deal_key: int) -> bool:
    """Whether a person typed the closing time, which then has no seconds."""
    return _WHOLE_MINUTE.holds(deal_key)


def bad_employees(firm_key: int) -> str | None:
    """What stands in the number of employees of this firm instead of a number, if anything."""
    return _BAD_EMPLOYEES.turn(firm_key, BAD_EMPLOYEES)


def firm_deleted(firm_key: int) -> bool:
    """Whether the firm's record was deleted later."""
    return _DELETED_FIRM.holds(firm_key)
