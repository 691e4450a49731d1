"""Ids of the company's records: a record's key, counted by object."""

from kpiloop_sandbox.salesforce.ids import record_id

_LONE = 500_000_000
_LOSERS = 600_000_000
_PROSPECTS = 700_000_000
_OWNERS = 10
_ROLES = 4
_STEPS = 100

INTEGRATION_USER = record_id("005", 1)
"""Who writes for programs."""


def user_id(owner_key: int) -> str:
    """One of the company's own people."""
    return record_id("005", _OWNERS + owner_key)


def lead_id(person_key: int) -> str:
    """A person as long as sales does not sell to them."""
    return record_id("00Q", person_key + 1)


def contact_id(person_key: int) -> str:
    """A person in a deal."""
    return record_id("003", person_key + 1)


def loser_id(prefix: str, person_key: int) -> str:
    """The record that was merged into this person's."""
    return record_id(prefix, _LOSERS + person_key)


def prospect_id(firm_key: int) -> str:
    """A lead that a salesperson typed in, whom no other system knows."""
    return record_id("00Q", _PROSPECTS + firm_key)


def account_id(firm_key: int) -> str:
    """A firm."""
    return record_id("001", firm_key + 1)


def lone_account_id(person_key: int) -> str:
    """The account of a person without a firm, as whoever buys needs one."""
    return record_id("001", _LONE + person_key)


def opportunity_id(deal_key: int) -> str:
    """A deal."""
    return record_id("006", deal_key + 1)


def campaign_id(campaign_key: int) -> str:
    """A campaign."""
    return record_id("701", campaign_key + 1)


def role_id(deal_key: int, place: int) -> str:
    """A person's part in a deal."""
    return record_id("00K", deal_key * _ROLES + place + 1)


def step_id(prefix: str, key: int, place: int) -> str:
    """One of the steps that a lead or a deal went."""
    return record_id(prefix, key * _STEPS + place + 1)
