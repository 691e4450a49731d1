"""What holds for every record of every company, whatever its size and seed."""

from datetime import date, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop_sandbox.company.generate import generate
from kpiloop_sandbox.company.model import (
    Account,
    Company,
    Deal,
    Outcome,
    Person,
    Stage,
)
from kpiloop_sandbox.company.options import CompanyOptions

OPTIONS = st.builds(
    CompanyOptions,
    until=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    seed=st.integers(0, 2**20),
    contacts=st.integers(1, 160),
    months=st.integers(1, 36),
)


def _moments(record: Person | Deal) -> list[datetime]:
    moments = [record.created_at, *(change.at for change in record.stages), record.modified_at]
    return moments if record.deleted_at is None else [*moments, record.deleted_at]


@settings(max_examples=60, deadline=None)
@given(options=OPTIONS)
def test_everything_happens_in_its_span_and_in_order(options: CompanyOptions) -> None:
    """Created, stages, modified and deleted follow each other between the first and last day."""
    company = generate(options)
    records: list[Person | Deal] = [*company.people, *company.deals]
    for record in records:
        moments = _moments(record)
        assert moments == sorted(moments)
        assert options.start <= moments[0] <= moments[-1] < options.end
    for firm in company.firms:
        assert options.start <= firm.created_at <= firm.modified_at < options.end


@settings(max_examples=60, deadline=None)
@given(options=OPTIONS)
def test_there_are_exactly_as_many_contacts_as_asked_for(options: CompanyOptions) -> None:
    """The size is exact, and keys of all kinds run from 0 without a gap."""
    company = generate(options)
    assert [person.key for person in company.people] == list(range(options.contacts))
    assert [firm.key for firm in company.firms] == list(range(company.facts.companies))
    assert [deal.key for deal in company.deals] == list(range(company.facts.deals))


@settings(max_examples=40, deadline=None)
@given(options=OPTIONS)
def test_records_refer_only_to_what_exists(options: CompanyOptions) -> None:
    """Firms, people, owners, pipelines and stages that a record names are there."""
    company = generate(options)
    owners = {owner.key for owner in company.background.owners}
    stages = {
        pipeline.key: {stage.key for stage in pipeline.stages}
        for pipeline in company.background.pipelines
    }
    for account in company.accounts:
        _assert_account_is_closed(account)
        for deal in account.deals:
            assert deal.owner_key in owners
            assert {change.stage for change in deal.stages} <= stages[deal.pipeline]


def _assert_account_is_closed(account: Account) -> None:
    firm_key = account.firm.key if account.firm else None
    live = {person.key for person in account.people if person.deleted_at is None}
    assert account.people
    assert {person.firm_key for person in account.people} <= {firm_key, None}
    for deal in account.deals:
        assert deal.firm_key == firm_key
        assert 1 <= len(set(deal.persons)) == len(deal.persons) <= 3
        assert set(deal.persons) <= live


@settings(max_examples=40, deadline=None)
@given(options=OPTIONS)
def test_no_address_is_used_twice(options: CompanyOptions) -> None:
    """E-mail addresses differ in more than their case: HubSpot takes each only once."""
    emails = [person.email.lower() for person in generate(options).people if person.email]
    assert len(emails) == len(set(emails))


def test_stages_never_repeat_and_start_on_the_ladder(company: Company) -> None:
    """A change of stage is a change, at the earliest when the person was created."""
    for person in company.people:
        assert person.stages[0].at == person.created_at
        assert all(a.stage != b.stage for a, b in pairwise(person.stages))
        assert {change.stage for change in person.stages} <= set(Stage)


def test_a_closed_deal_ended_in_the_stage_that_says_so(company: Company) -> None:
    """The last stage of a deal and its outcome agree."""
    outcomes = {
        stage.key: stage.outcome
        for pipeline in company.background.pipelines
        for stage in pipeline.stages
    }
    for deal in company.deals:
        assert outcomes[deal.stages[-1].stage] is deal.outcome
        assert all(outcomes[change.stage] is Outcome.OPEN for change in deal.stages[:-1])


def test_a_closed_deal_closed_when_it_entered_its_last_stage(company: Company) -> None:
    """The closing time is that of the last stage, to the minute where a person typed it."""
    for deal in company.deals:
        if deal.outcome is not Outcome.OPEN:
            entered = deal.stages[-1].at
            assert deal.closes_at in {entered, entered.replace(second=0, microsecond=0)}


def test_repeat_business_follows_a_won_deal(company: Company) -> None:
    """Existing business is what begins after an account's first win, and nothing else."""
    for account in company.accounts:
        wins = [deal.stages[-1].at for deal in account.deals if deal.outcome is Outcome.WON]
        for deal in account.deals:
            assert deal.existing_business == (bool(wins) and deal.created_at > min(wins))


def test_whoever_won_a_first_deal_became_a_customer(company: Company) -> None:
    """The main person of a won deal enters the stage customer when it is won."""
    for account in company.accounts:
        people = {person.key: person for person in account.people}
        for deal in account.deals:
            if deal.pipeline == "new_business" and deal.outcome is Outcome.WON:
                last = people[deal.persons[0]].stages[-1]
                assert (last.stage, last.at) == (Stage.CUSTOMER, deal.stages[-1].at)
