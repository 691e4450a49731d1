"""What is read from HubSpot, and by which of its endpoints.

HubSpot gives contacts, companies and deals in four documented ways; reading all of them fast
within the limits (19 calls a second for a private key, 5 of them searches) goes like this:

- **Search** takes 200 rows a call with all their values, filters by modification time, and can be
  read side by side in ranges of ids: 1,000 records a second. Chosen for everything that has a
  modification time. It ends at 10,000 hits and lags "a few moments" behind; `search` and
  `index_lag` deal with that.
- **List** takes 100 rows a call, one call after the other, because its `after` is opaque and is
  never guessed: with 150 ms per answer 670 records a second, and no filter by time. Chosen for
  what only lists know: archived records, owners, campaigns.
- **Batch read** takes 100 ids a call (50 with history), but needs the ids. Chosen for the history
  of the records that changed: 700 a second in what the searches leave of the burst limit.
- **Export** gives a file, but only one at a time, 30 a day, without history or merges, and
  nothing says how long it takes. Not chosen.

A new association bumps no modification time, so those of all deals are read every time: 1,000
deals a call.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import ClassVar

from pydantic import JsonValue, TypeAdapter

from kpiloop import (
    Account,
    ChannelRule,
    Check,
    Connector,
    NotFoundError,
    Read,
    Settings,
    Wire,
    Writer,
    reads,
)
from kpiloop.web_api import Api, Page
from kpiloop_hubspot.answers import parsed
from kpiloop_hubspot.batches import (
    ASSOCIATION_BATCH,
    HISTORY_BATCH,
    associations,
    histories,
    waiting,
)
from kpiloop_hubspot.checks import account, checks
from kpiloop_hubspot.client import burst_of, connect
from kpiloop_hubspot.history import ContactHistory, DealHistory
from kpiloop_hubspot.links import DealCompanies, DealContacts
from kpiloop_hubspot.paths import CAMPAIGNS, OBJECTS, OWNERS, PIPELINES
from kpiloop_hubspot.search import COMPANIES, CONTACTS, DEALS, IdRange, ObjectType, Search
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_hubspot.wire import (
    ArchivedCompany,
    ArchivedContact,
    ArchivedDeal,
    CampaignMoney,
    HubspotCampaign,
    HubspotCompany,
    HubspotContact,
    HubspotDeal,
    HubspotOwner,
    PipelineRow,
)
from kpiloop_hubspot.writes import HubspotWriter

NEXT = "paging.next.after"
LIST_PAGE = 100
SEARCHES_AT_ONCE = 4
"""Ranges of ids that are read side by side: 5 searches a second need no more at 800 ms each."""
HISTORY_SLICE = 10 * HISTORY_BATCH
"""Records whose histories one thread reads in a row: short, so that all threads end together."""
MEMBERS = TypeAdapter(dict[str, JsonValue])
ARCHIVED: Mapping[str, type[Wire]] = MappingProxyType(
    {"contacts": ArchivedContact, "companies": ArchivedCompany, "deals": ArchivedDeal}
)


def _id_ranges(of: ObjectType) -> "Callable[[Hubspot, Read], Sequence[str]]":
    def cut(connector: "Hubspot", read: Read) -> Sequence[str]:
        search = Search(api=connector.api, of=of, window=read.window)
        return [str(ids) for ids in search.cut(SEARCHES_AT_ONCE)]

    return cut


def _archived_types(_connector: "Hubspot", _read: Read) -> Sequence[str]:
    return tuple(ARCHIVED)


def _owner_states(_connector: "Hubspot", _read: Read) -> Sequence[str]:
    return ("active", "archived")


class Hubspot(Connector[HubspotSettings]):
    """HubSpot: contacts, companies, deals with their history, campaigns with their costs."""

    name: ClassVar[str] = "hubspot"
    settings_type: ClassVar[type[Settings]] = HubspotSettings

    # 19 calls a second keep 12 threads busy where an answer takes 600 ms; idle ones cost nothing.
    threads: ClassVar[int] = 12

    # HubSpot promises "a few moments"; after imports its index has been seen far behind that, and
    # reading an hour of changes again costs next to nothing.
    index_lag: ClassVar[timedelta] = timedelta(hours=1)

    default_stages: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "lead": "lead",
            "marketingqualifiedlead": "mql",
            "salesqualifiedlead": "sql",
            "opportunity": "opportunity",
            "customer": "customer",
            "evangelist": "customer",
        }
    )

    default_channels: ClassVar[tuple[ChannelRule, ...]] = tuple(
        ChannelRule(channel=channel, where=f"original_source = '{source}'")
        for source, channel in (
            ("ORGANIC_SEARCH", "organic_search"),
            ("PAID_SEARCH", "paid_search"),
            ("PAID_SOCIAL", "paid_social"),
            ("SOCIAL_MEDIA", "organic_social"),
            ("EMAIL_MARKETING", "email"),
            ("DIRECT_TRAFFIC", "direct"),
            ("REFERRALS", "referral"),
            ("AI_REFERRALS", "referral"),
            ("OFFLINE", "offline"),
            ("OTHER_CAMPAIGNS", "other"),
        )
    )

    def connect(self) -> Api:
        """The client, with the limits of the account's plan."""
        return connect(self.settings, self.source)

    def checks(self) -> Iterator[Check]:
        """The key, its rights, the account, and what is left of the limits."""
        return checks(self.api, self.settings)

    def account(self) -> Account:
        """The account's time zone, currency and clock."""
        return account(self.api)

    def writer(self) -> Writer:
        """What writes custom properties."""
        return HubspotWriter(self.api, burst_of(self.settings) * self.source.share / 10)

    @reads(HubspotContact, cursor="modified", slices=_id_ranges(CONTACTS))
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts that changed."""
        return self._changed(CONTACTS, read)

    @reads(HubspotCompany, cursor="modified", slices=_id_ranges(COMPANIES))
    def companies(self, read: Read) -> Iterator[Page]:
        """Companies that changed."""
        return self._changed(COMPANIES, read)

    @reads(HubspotDeal, cursor="modified", slices=_id_ranges(DEALS))
    def deals(self, read: Read) -> Iterator[Page]:
        """Deals that changed."""
        return self._changed(DEALS, read)

    @reads(ContactHistory, follows="contacts", ids_per_slice=HISTORY_SLICE)
    def contact_stages(self, read: Read) -> Iterator[Page]:
        """The lifecycle of the contacts that changed."""
        return histories(self.api, "contacts", read, ("lifecyclestage", "hs_email_optout"))

    @reads(DealHistory, follows="deals", ids_per_slice=HISTORY_SLICE)
    def deal_stages(self, read: Read) -> Iterator[Page]:
        """The stages of the deals that changed."""
        return histories(self.api, "deals", read, ("dealstage", "pipeline"))

    @reads(DealContacts, DealCompanies, each="deals", ids_per_slice=ASSOCIATION_BATCH)
    def deal_links(self, read: Read) -> Iterator[Page]:
        """The people and companies of all deals."""
        return associations(self.api, "deals", read, (DealContacts, DealCompanies))

    @reads(*ARCHIVED.values(), slices=_archived_types, absent="kept")
    def archived(self, read: Read) -> Iterator[Page]:
        """What lies in the recycling bin, 90 days long; no other endpoint tells of it."""
        return self.api.pages(
            OBJECTS.at(read.slice),
            {"limit": LIST_PAGE, "archived": "true", "properties": "hs_object_id"},
            rows="results",
            cursor=NEXT,
            of=ARCHIVED[read.slice],
            start=read.checkpoint,
        )

    @reads(HubspotOwner, slices=_owner_states)
    def owners(self, read: Read) -> Iterator[Page]:
        """Users, those who left included."""
        return self.api.pages(
            OWNERS.at(),
            {"limit": LIST_PAGE, "archived": str(read.slice == "archived").lower()},
            rows="results",
            cursor=NEXT,
            start=read.checkpoint,
        )

    @reads(PipelineRow)
    def pipelines(self, read: Read) -> Iterator[Page]:  # noqa: ARG002 - there is but one page
        """The pipelines of deals and their stages."""
        yield Page.json(self.api.get(PIPELINES.at("deals")).body, rows="results")

    @reads(HubspotCampaign)
    def campaigns(self, read: Read) -> Iterator[Page]:
        """Marketing campaigns, oldest first.

        Their cursor is a place in the list: it holds only while nothing is put in before it.
        """
        if not self.settings.campaigns:
            return iter(())
        properties = ",".join(read.fields_below("properties"))
        return self.api.pages(
            CAMPAIGNS.at(),
            {"limit": LIST_PAGE, "sort": "createdAt", "properties": properties},
            rows="results",
            cursor=NEXT,
            start=read.checkpoint,
        )

    @reads(CampaignMoney, each="campaigns", absent="deleted", ids_per_slice=5)
    def campaign_costs(self, read: Read) -> Iterator[Page]:
        """The budget and spend of every campaign, one call each: nothing says what changed."""
        for campaign in waiting(read):
            try:
                answer = self.api.get(CAMPAIGNS.at(campaign, "budget", "totals"))
            except NotFoundError:
                continue
            money = parsed(answer, MEMBERS)
            yield Page.rows([{**money, "campaign_id": campaign}], checkpoint=campaign)

    def _changed(self, of: ObjectType, read: Read) -> Iterator[Page]:
        ids = IdRange.parse(read.slice)
        if isinstance(read.checkpoint, str):
            ids = IdRange(after=int(read.checkpoint), upto=ids.upto)
        search = Search(api=self.api, of=of, window=read.window)
        return search.pages(ids, read.fields_below("properties"))
