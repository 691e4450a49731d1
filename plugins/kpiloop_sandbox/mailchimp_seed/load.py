"""Fills a simulated Mailchimp account with the demo company."""

from collections.abc import Iterable, Iterator
from itertools import islice

from kpiloop_sandbox.company.generate import background_of, iter_people
from kpiloop_sandbox.company.mailings import Mailing, plan_mailings
from kpiloop_sandbox.company.model import Person
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.subscribers import Subscriber, strangers, subscribers_of
from kpiloop_sandbox.mailchimp.store import Store
from kpiloop_sandbox.mailchimp_seed import frame, records
from kpiloop_sandbox.mailchimp_seed.spelling import Ids

_SUBSCRIBERS_AT_ONCE = 1_000


def load_stream(store: Store, options: CompanyOptions) -> int:
    """Fill an empty store with the company's readers; returns how many members there are."""
    mailings = plan_mailings(options, background_of(options).campaigns)
    store.load_audiences(frame.audiences(options))
    store.load_segments(frame.segments(options))
    store.load_campaigns(frame.campaigns(mailings, options))
    readers = _subscribers(options, mailings, iter_people(options))
    return _load_subscribers(store, readers, mailings, options)


def _subscribers(
    options: CompanyOptions, mailings: tuple[Mailing, ...], people: Iterable[Person]
) -> Iterator[Subscriber]:
    for person in people:
        yield from subscribers_of(options, mailings, person)
    yield from strangers(options, mailings)


def _load_subscribers(
    store: Store,
    subscribers: Iterable[Subscriber],
    mailings: tuple[Mailing, ...],
    options: CompanyOptions,
) -> int:
    """In batches, so that memory need not hold the company."""
    ids = Ids(options)
    campaign_ids = {mailing.key: ids.campaign(mailing) for mailing in mailings}
    iterator, count = iter(subscribers), 0
    while batch := list(islice(iterator, _SUBSCRIBERS_AT_ONCE)):
        count += store.load_members(records.member(each, ids) for each in batch)
        store.load_deliveries(
            delivery for each in batch for delivery in records.deliveries(each, campaign_ids)
        )
    return count
