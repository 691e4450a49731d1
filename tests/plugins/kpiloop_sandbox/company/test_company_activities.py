"""Calls and meetings of the demo company."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop_sandbox.company.activities import CALL, MEETING, Activity, activities_of
from kpiloop_sandbox.company.generate import generate
from kpiloop_sandbox.company.options import CompanyOptions


def drawn(seed: int, contacts: int = 300) -> list[Activity]:
    """Every activity of a company."""
    options = CompanyOptions(until=date(2026, 11, 1), seed=seed, contacts=contacts)
    accounts = generate(options).accounts
    return [each for account in accounts for each in activities_of(account, options)]


def test_the_same_seed_gives_the_same_activities() -> None:
    """Of both kinds; another seed gives others."""
    assert drawn(7) == drawn(7) != drawn(8)
    assert {each.kind for each in drawn(7)} == {CALL, MEETING}


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1_000), contacts=st.integers(1, 200))
def test_keys_are_unique_and_nothing_is_later_than_the_end(seed: int, contacts: int) -> None:
    """For any company."""
    found = drawn(seed, contacts)
    end = CompanyOptions(until=date(2026, 11, 1)).end
    assert len({each.key for each in found}) == len(found)
    assert all(each.at < end and each.minutes > 0 for each in found)
