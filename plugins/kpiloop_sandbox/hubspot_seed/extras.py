"""All that an account holds beside the CRM's own records, batch by batch of accounts."""

from collections.abc import Iterable, Sequence

from kpiloop_sandbox.company.activities import activities_of
from kpiloop_sandbox.company.forms import Submission
from kpiloop_sandbox.company.forms import submissions_of as sent_by
from kpiloop_sandbox.company.model import Account
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot.objects import StoredObject
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot_seed import activities, commerce, forms
from kpiloop_sandbox.hubspot_seed.ids import Ids
from kpiloop_sandbox.hubspot_seed.page_views import page_view
from kpiloop_sandbox.hubspot_seed.traffic import Visits


class Extras:
    """Fills a store with activities, surveys, orders, forms, e-mails and traffic."""

    def __init__(self, store: Store, options: CompanyOptions) -> None:
        self._store = store
        self._options = options
        self._ids = Ids(options)
        self._thanks = forms.Thanks(options)
        self._visits = Visits(options)

    def begin(self) -> None:
        """What is there before the first person."""
        self._store.load_forms(forms.forms(self._options))
        self._store.load_rates(commerce.rates(self._options))
        self._store.load(commerce.products(self._options))

    def add(self, accounts: Sequence[Account]) -> None:
        """What the people of some accounts did, and what was done with them."""
        for account in accounts:
            for person in account.people:
                for sent in sent_by(person, self._options):
                    self._send(sent)
        self._add_activities(accounts)
        self._add_orders(accounts)
        self._store.load(self._surveys(accounts))

    def end(self) -> None:
        """What is only known at the end: sums."""
        self._store.load_emails(self._thanks.emails())
        self._store.happenings.load(self._visits.days())

    def _send(self, sent: Submission) -> None:
        happened = [forms.submission(sent, self._options), *self._thanks.events(sent)]
        if sent.person.deleted_at is None:
            happened.append(page_view(sent, self._ids, self._options))
        self._store.happenings.load(happened)
        self._visits.count(sent)

    def _add_activities(self, accounts: Sequence[Account]) -> None:
        done = [
            (each, account)
            for account in accounts
            for each in activities_of(account, self._options)
        ]
        done.sort(key=lambda pair: pair[0].kind)
        self._store.load(activities.activity(each) for each, _ in done)
        self._store.load_links(
            link for each, account in done for link in activities.links(each, account, self._ids)
        )

    def _add_orders(self, accounts: Sequence[Account]) -> None:
        sold = [
            (deal, account)
            for account in accounts
            for deal in account.deals
            if commerce.is_order(deal)
        ]
        self._store.load(commerce.order(deal, account, self._ids) for deal, account in sold)
        self._store.load(commerce.line(deal, self._ids) for deal, _ in sold)
        self._store.load_links(
            link for deal, account in sold for link in commerce.links(deal, account, self._ids)
        )

    def _surveys(self, accounts: Iterable[Account]) -> Iterable[StoredObject]:
        for account in accounts:
            people = {person.key: person for person in account.people}
            for deal in account.deals:
                buyer = people[deal.persons[0]]
                yield from activities.survey(deal, buyer, self._ids, self._options)
