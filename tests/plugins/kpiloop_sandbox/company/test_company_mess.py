"""The mess is there in exactly the amounts that are known beforehand."""

from datetime import date

import pytest

from kpiloop_sandbox.company.generate import generate, iter_accounts
from kpiloop_sandbox.company.market import ODD_TIME_ZONES
from kpiloop_sandbox.company.mess import (
    BAD_AMOUNTS,
    BAD_EMPLOYEES,
    CONTACTS_PER_THOUSAND,
    Trait,
    trait_of,
)
from kpiloop_sandbox.company.model import Company
from kpiloop_sandbox.company.options import CompanyOptions


def test_the_default_company_holds_these_contacts(company: Company) -> None:
    """The numbers that the documentation quotes for 2,000 contacts, counted on the records."""
    people = list(company.people)
    emails = [person.email for person in people if person.email]
    assert len(people) == 2_000
    assert sum(person.deleted_at is None for person in people) == 1_980
    assert sum(person.email is None for person in people) == 60
    assert sum(email != email.lower() for email in emails) == 40
    assert sum(email.endswith("@acme.example") for email in emails) == 10
    assert sum(email.startswith("test+") for email in emails) == 10
    assert sum(person.country is None for person in people) == 100
    assert sum(person.time_zone in ODD_TIME_ZONES for person in people) == 30
    assert sum(person.opted_out_at is not None for person in people) == 80
    assert sum(person.merge is not None for person in people) == 20


def test_facts_are_what_the_records_say(company: Company) -> None:
    """The facts of companies and deals are those that one counts by hand."""
    facts, deals, firms = company.facts, list(company.deals), list(company.firms)
    assert facts.deals == len(deals)
    assert facts.companies == len(firms)
    assert facts.deals_with_bad_amount == sum(deal.amount in BAD_AMOUNTS for deal in deals)
    assert facts.deals_without_amount == sum(deal.amount is None for deal in deals)
    assert facts.deals_in_dollars == sum(deal.currency == "USD" for deal in deals)
    assert facts.deleted_deals == sum(deal.deleted_at is not None for deal in deals)
    assert facts.companies_with_bad_employees == sum(not firm.employees.isdigit() for firm in firms)
    assert facts.deleted_companies == sum(firm.deleted_at is not None for firm in firms)
    assert facts.contacts_without_company == sum(p.firm_key is None for p in company.people)


def test_no_kind_of_mess_is_missing_from_the_default_company(company: Company) -> None:
    """Every fact of the default company is more than nothing, so that every reader meets it."""
    missing = [name for name in company.facts.__slots__ if not getattr(company.facts, name)]
    assert missing == []


@pytest.mark.parametrize("first", [0, 137, 40_000])
def test_any_thousand_contacts_hold_every_trait_exactly(first: int) -> None:
    """Of any 1,000 keys in a row, as many have a trait as its table says."""
    traits = [trait_of(key) for key in range(first, first + 1_000)]
    assert {trait: traits.count(trait) for trait in CONTACTS_PER_THOUSAND} == CONTACTS_PER_THOUSAND


def test_bad_values_are_no_numbers_that_anybody_could_store() -> None:
    """No bad value is a finite number of a size that money or people have."""
    for text in (*BAD_AMOUNTS, *BAD_EMPLOYEES):
        try:
            number = float(text)
        except ValueError:
            continue
        assert not abs(number) < 1e14


def test_a_duplicate_is_the_person_before_with_another_address() -> None:
    """A duplicate has the name and firm of the contact before it in the same account."""
    options = CompanyOptions(until=date(2026, 1, 1), contacts=3_000, seed=3)
    duplicates = 0
    for account in iter_accounts(options):
        for number, person in enumerate(account.people):
            if trait_of(person.key) is Trait.DUPLICATE:
                twin = account.people[number - 1]
                duplicates += 1
                assert number > 0
                assert (person.first_name, person.last_name) == (twin.first_name, twin.last_name)
                assert person.email != twin.email
    assert duplicates == 30


def test_merges_end_two_records_that_were_there_before() -> None:
    """Both former records of a merged contact began before the merge."""
    company = generate(CompanyOptions(until=date(2026, 1, 1), contacts=1_000))
    merged = [(person, person.merge) for person in company.people if person.merge]
    assert len(merged) == 10
    for person, merge in merged:
        assert merge.former_created_at[0] == person.created_at
        assert max(merge.former_created_at) < merge.at <= person.modified_at
