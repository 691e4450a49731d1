"""Fills a simulated Salesforce org with the demo company."""

from collections.abc import Iterable
from itertools import islice

from kpiloop_sandbox.company.activities import activities_of
from kpiloop_sandbox.company.facts import Facts
from kpiloop_sandbox.company.generate import background_of, iter_accounts
from kpiloop_sandbox.company.model import Account, Background, Company
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.tally import Tally
from kpiloop_sandbox.hubspot_seed.ids import Ids as HubspotIds
from kpiloop_sandbox.salesforce.store import Store
from kpiloop_sandbox.salesforce_seed import frame, marketing, people, sales
from kpiloop_sandbox.salesforce_seed.presence import Known

_ACCOUNTS_AT_ONCE = 1_000


def load_company(store: Store, company: Company) -> None:
    """Fill an empty store with a company that is in memory."""
    _load_frame(store, company.background, company.options)
    _load_accounts(store, company.accounts, company.background, company.options)


def load_stream(store: Store, options: CompanyOptions) -> Facts:
    """Fill an empty store with a company that memory need not hold, and say what is in it."""
    tally, background = Tally(), background_of(options)
    _load_frame(store, background, options)
    _load_accounts(store, tally.watch(iter_accounts(options)), background, options)
    return tally.facts


def _load_frame(store: Store, background: Background, options: CompanyOptions) -> None:
    store.load("Organization", frame.organization(options))
    store.load("User", frame.users(background, options))
    store.load("Campaign", frame.campaigns(background, options))
    store.load("Product2", frame.products(options))
    store.load("OpportunityStage", frame.stages(options))
    store.load("LeadStatus", frame.lead_statuses(options))
    store.load("CurrencyType", frame.currencies(options))
    store.load("DatedConversionRate", frame.dated_rates(options))


def _load_accounts(
    store: Store, accounts: Iterable[Account], background: Background, options: CompanyOptions
) -> None:
    """Object by object within a batch of accounts, which the store takes fastest."""
    campaigns = {each.utm_campaign: each.key for each in background.campaigns}
    hubspot, iterator = HubspotIds(options), iter(accounts)
    while batch := [Known(account) for account in islice(iterator, _ACCOUNTS_AT_ONCE)]:
        _load_people(store, batch, hubspot)
        _load_sales(store, batch, campaigns)
        _load_marketing(store, batch, campaigns, options)


def _load_people(store: Store, batch: list[Known], hubspot: HubspotIds) -> None:
    store.load("Account", (row for known in batch for row in people.account(known)))
    store.load("Lead", (row for known in batch for row in people.leads(known, hubspot)))
    store.load("Contact", (row for known in batch for row in people.contacts(known, hubspot)))
    store.load("LeadHistory", (row for known in batch for row in people.lead_history(known)))


def _load_sales(store: Store, batch: list[Known], campaigns: dict[str, int]) -> None:
    store.load(
        "Opportunity", (row for known in batch for row in sales.opportunities(known, campaigns))
    )
    parts = {
        "OpportunityContactRole": sales.contact_roles,
        "OpportunityHistory": sales.opportunity_history,
        "OpportunityFieldHistory": sales.opportunity_field_history,
        "Order": sales.orders,
        "OrderItem": sales.order_items,
    }
    for name, rows in parts.items():
        store.load(name, (row for known in batch for row in rows(known)))


def _load_marketing(
    store: Store, batch: list[Known], campaigns: dict[str, int], options: CompanyOptions
) -> None:
    store.load(
        "CampaignMember", (row for known in batch for row in marketing.members(known, campaigns))
    )
    done = [(known, tuple(activities_of(known.account, options))) for known in batch]
    store.load("Task", (row for known, each in done for row in marketing.tasks(known, each)))
    store.load("Event", (row for known, each in done for row in marketing.events(known, each)))
