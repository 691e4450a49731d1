"""Fills a simulated HubSpot account with the demo company."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice

from kpiloop_sandbox.company.facts import Facts
from kpiloop_sandbox.company.generate import background_of, iter_accounts
from kpiloop_sandbox.company.model import Account, Background, Company, Person
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.tally import Tally
from kpiloop_sandbox.hubspot.objects import StoredObject
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot_seed import frame, records
from kpiloop_sandbox.hubspot_seed.extras import Extras
from kpiloop_sandbox.hubspot_seed.ids import Ids

_ACCOUNTS_AT_ONCE = 1_000
_NOTED, _NOTED_OF = 3, 5
"""Of so many people in both systems so many have the other system's id here."""

CrmId = Callable[[Person, Account], str]
"""The id of a person in another system; empty: they are not there."""


def load_company(store: Store, company: Company, *, crm_id: CrmId | None = None) -> None:
    """Fill an empty store with a company that is in memory."""
    Seed(store, company.options, crm_id).load(company.background, company.accounts)


def load_stream(store: Store, options: CompanyOptions, *, crm_id: CrmId | None = None) -> Facts:
    """Fill an empty store with a company that memory need not hold, and say what is in it.

    `crm_id` tells the id of a person in the sales department's own CRM, if they have one there:
    most of them get it as property `salesforce_id`.
    """
    tally = Tally()
    accounts = tally.watch(iter_accounts(options))
    Seed(store, options, crm_id).load(background_of(options), accounts)
    return tally.facts


class Seed:
    """Fills one store."""

    def __init__(self, store: Store, options: CompanyOptions, crm_id: CrmId | None) -> None:
        self._store = store
        self._options = options
        self._ids = Ids(options)
        self._crm_id = crm_id
        self._extras = Extras(store, options)

    def load(self, background: Background, accounts: Iterable[Account]) -> None:
        """Everything, in batches of accounts."""
        self._begin(background)
        self._extras.begin()
        iterator = iter(accounts)
        while batch := list(islice(iterator, _ACCOUNTS_AT_ONCE)):
            self._add(batch)
            self._extras.add(batch)
        self._extras.end()

    def _begin(self, background: Background) -> None:
        store = self._store
        store.load_owners(frame.owners(background))
        store.load_pipelines(frame.pipelines(background))
        store.load_campaigns(frame.campaigns(background, self._options))
        for object_type, definitions in frame.CUSTOM_PROPERTIES.items():
            store.load_properties(object_type, definitions)
        if self._crm_id:
            store.load_properties("contacts", frame.CRM_PROPERTIES)

    def _add(self, batch: Sequence[Account]) -> None:
        """Type by type within a batch of accounts: the store takes runs of one type fastest."""
        store, ids = self._store, self._ids
        store.load(self._contact(person, account) for account in batch for person in account.people)
        store.load(records.company(each.firm, ids) for each in batch if each.firm is not None)
        store.load(records.deal(deal, ids) for account in batch for deal in account.deals)
        store.load_links(link for account in batch for link in records.links(account, ids))

    def _contact(self, person: Person, account: Account) -> StoredObject:
        contact = records.contact(person, account, self._ids)
        is_noted = person.key % _NOTED_OF < _NOTED
        crm_id = self._crm_id(person, account) if self._crm_id and is_noted else ""
        if not crm_id:
            return contact
        return replace(contact, properties={**contact.properties, "salesforce_id": crm_id})
