"""Fills a simulated HubSpot account with the demo company."""

from collections.abc import Iterable
from itertools import islice

from kpiloop_sandbox.company.facts import Facts
from kpiloop_sandbox.company.generate import background_of, iter_accounts
from kpiloop_sandbox.company.model import Account, Background, Company
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.tally import Tally
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot_seed import frame, records
from kpiloop_sandbox.hubspot_seed.ids import Ids

_ACCOUNTS_AT_ONCE = 1_000


def load_company(store: Store, company: Company) -> None:
    """Fill an empty store with a company that is in memory."""
    _load_frame(store, company.background, company.options)
    _load_accounts(store, company.accounts, Ids(company.options))


def load_stream(store: Store, options: CompanyOptions) -> Facts:
    """Fill an empty store with a company that memory need not hold, and say what is in it."""
    tally = Tally()
    _load_frame(store, background_of(options), options)
    _load_accounts(store, tally.watch(iter_accounts(options)), Ids(options))
    return tally.facts


def _load_frame(store: Store, background: Background, options: CompanyOptions) -> None:
    store.load_owners(frame.owners(background))
    store.load_pipelines(frame.pipelines(background))
    store.load_campaigns(frame.campaigns(background, options))
    for object_type, definitions in frame.CUSTOM_PROPERTIES.items():
        store.load_properties(object_type, definitions)


def _load_accounts(store: Store, accounts: Iterable[Account], ids: Ids) -> None:
    """Type by type within a batch of accounts: the store takes runs of one type fastest."""
    iterator = iter(accounts)
    while batch := list(islice(iterator, _ACCOUNTS_AT_ONCE)):
        store.load(
            records.contact(person, account, ids) for account in batch for person in account.people
        )
        store.load(records.company(each.firm, ids) for each in batch if each.firm is not None)
        store.load(records.deal(deal, ids) for account in batch for deal in account.deals)
        store.load_links(link for account in batch for link in records.links(account, ids))
