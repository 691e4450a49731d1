"""Fills a simulated Mailchimp account with the demo company."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from kpiloop_sandbox.company.generate import background_of, iter_accounts
from kpiloop_sandbox.company.mailings import Mailing, Readers, plan_mailings
from kpiloop_sandbox.company.model import Account, Background
from kpiloop_sandbox.company.opinions import opinion_of
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.subscribers import Subscriber, strangers, subscribers_of
from kpiloop_sandbox.mailchimp import shelves
from kpiloop_sandbox.mailchimp.store import Store
from kpiloop_sandbox.mailchimp_seed import frame, outreach, records, shop
from kpiloop_sandbox.mailchimp_seed.spelling import Ids

_ACCOUNTS_AT_ONCE = 500
_SUBSCRIBERS_AT_ONCE = 1_000
_ORDERS = f"{shelves.STORES}/{shop.STORE_ID}/orders"
_CUSTOMERS = f"{shelves.STORES}/{shop.STORE_ID}/customers"
_PRODUCTS = f"{shelves.STORES}/{shop.STORE_ID}/products"
_EMAILS = f"{shelves.AUTOMATIONS}/{outreach.WORKFLOW_ID}/emails"
_QUESTIONS = f"{shelves.SURVEYS}/{outreach.SURVEY_ID}/questions"
_RESPONSES = f"{shelves.SURVEYS}/{outreach.SURVEY_ID}/responses"


def load_stream(store: Store, options: CompanyOptions) -> int:
    """Fill an empty store with a company that memory need not hold; returns how many members."""
    return _Loader(store, options).load()


class _Loader:
    """The company on its way into a store, a few accounts at a time."""

    def __init__(self, store: Store, options: CompanyOptions) -> None:
        self._store = store
        self._options = options
        self._ids = Ids(options)
        self._background = background_of(options)
        self._mailings = plan_mailings(options, self._background.campaigns)
        self._customers = self._ids.audience(Readers.CUSTOMERS)

    def load(self) -> int:
        """Everything; returns how many members there are."""
        with self._store.database.transaction():
            self._load_frame(self._background)
            count, responses = 0, 0
            accounts = iter_accounts(self._options)
            while batch := list(islice(accounts, _ACCOUNTS_AT_ONCE)):
                count += self._load_subscribers(self._subscribers(batch))
                self._load_orders(batch)
                responses += self._load_opinions(batch)
            count += self._load_subscribers(strangers(self._options, self._mailings))
            self._load_survey(responses)
        return count

    def _load_frame(self, background: Background) -> None:
        store, options = self._store, self._options
        readers = self._ids.audience(Readers.NEWSLETTER)
        store.load_audiences(frame.audiences(options))
        store.load_segments(frame.segments(options))
        store.load_campaigns(frame.campaigns(self._mailings, options))
        store.put(shelves.STORES, shop.store(options, self._customers))
        store.put(_PRODUCTS, shop.product(options))
        store.put(shelves.AUTOMATIONS, outreach.automation(options, readers))
        for email in outreach.automation_emails(options, readers):
            store.put(_EMAILS, email)
        for page, report in outreach.landing_pages(background.campaigns, options, readers):
            store.put(shelves.LANDING_PAGES, page)
            store.put(shelves.LANDING_PAGE_REPORTS, report)

    def _subscribers(self, accounts: Iterable[Account]) -> Iterator[Subscriber]:
        for account in accounts:
            for person in account.people:
                yield from subscribers_of(self._options, self._mailings, person)

    def _load_subscribers(self, subscribers: Iterator[Subscriber]) -> int:
        campaign_ids = _campaign_ids(self._mailings, self._ids)
        count = 0
        while batch := list(islice(subscribers, _SUBSCRIBERS_AT_ONCE)):
            count += self._store.load_members(records.member(each, self._ids) for each in batch)
            self._store.load_deliveries(
                delivery for each in batch for delivery in records.deliveries(each, campaign_ids)
            )
        return count

    def _load_orders(self, accounts: Iterable[Account]) -> None:
        found = [order for account in accounts for order in shop.orders(account)]
        for order in found:
            self._store.put(_ORDERS, order)
        found.sort(key=lambda order: str(order["customer"]["id"]))
        for _, own in groupby(found, key=lambda order: order["customer"]["id"]):
            self._store.put(_CUSTOMERS, shop.customer(list(own)))

    def _load_opinions(self, accounts: Iterable[Account]) -> int:
        count = 0
        for person in (person for account in accounts for person in account.people):
            opinion = opinion_of(self._options, person)
            if opinion is not None:
                answer = outreach.response(person, opinion, self._customers)
                self._store.put(_RESPONSES, answer, key="response_id")
                count += 1
        return count

    def _load_survey(self, responses: int) -> None:
        survey = outreach.survey(self._options, self._customers, responses)
        self._store.put(shelves.SURVEYS, survey)
        self._store.put(_QUESTIONS, outreach.question(responses))


def _campaign_ids(mailings: Iterable[Mailing], ids: Ids) -> dict[int, str]:
    return {mailing.key: ids.campaign(mailing) for mailing in mailings}
