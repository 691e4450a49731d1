"""Makes the demo company: all of it in memory, or account by account for a very large one."""

from collections.abc import Iterator

from kpiloop_sandbox.company.accounts import AccountMaker
from kpiloop_sandbox.company.arrivals import Arrivals
from kpiloop_sandbox.company.background import make_background
from kpiloop_sandbox.company.model import Account, Background, Company, Person
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.season import Season
from kpiloop_sandbox.company.tally import Tally


def generate(options: CompanyOptions) -> Company:
    """The whole company, with the facts that are known of it."""
    tally = Tally()
    accounts = tuple(tally.watch(iter_accounts(options)))
    return Company(
        options=options,
        background=background_of(options),
        accounts=accounts,
        facts=tally.facts,
    )


def background_of(options: CompanyOptions) -> Background:
    """The company's owners, pipelines and campaigns."""
    return make_background(options, Season(options))


def iter_accounts(options: CompanyOptions) -> Iterator[Account]:
    """Every account in the order in which they turned up; memory holds one at a time."""
    season = Season(options)
    background = make_background(options, season)
    arrivals = Arrivals(options, season, background.campaigns)
    yield from AccountMaker(options, background, arrivals).accounts()


def iter_people(options: CompanyOptions) -> Iterator[Person]:
    """Every contact record, account by account; memory holds one account at a time."""
    return (person for account in iter_accounts(options) for person in account.people)
