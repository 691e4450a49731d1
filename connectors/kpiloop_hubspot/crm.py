"""What is read of the CRM and of campaigns, and by which of HubSpot's endpoints.

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

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from pydantic import JsonValue, TypeAdapter

from kpiloop import Connector, NotFoundError, Read, Wire, reads
from kpiloop.web_api import Page
from kpiloop_hubspot.batches import (
    ASSOCIATION_BATCH,
    HISTORY_BATCH,
    associations,
    histories,
    waiting,
)
from kpiloop_hubspot.history import ContactHistory, DealHistory
from kpiloop_hubspot.links import DealCompanies, DealContacts
from kpiloop_hubspot.objects import LIST_PAGE, NEXT, archived, changed, id_ranges
from kpiloop_hubspot.paths import CAMPAIGNS, OWNERS, PIPELINES
from kpiloop_hubspot.search import COMPANIES, CONTACTS, DEALS
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

HISTORY_SLICE = 10 * HISTORY_BATCH
"""Records whose histories one thread reads in a row: short, so that all threads end together."""
MEMBERS = TypeAdapter(dict[str, JsonValue])
ARCHIVED: Mapping[str, type[Wire]] = MappingProxyType(
    {"contacts": ArchivedContact, "companies": ArchivedCompany, "deals": ArchivedDeal}
)


def _archived_types(_connector: "CrmReads", _read: Read) -> Sequence[str]:
    return tuple(ARCHIVED)


def _owner_states(_connector: "CrmReads", _read: Read) -> Sequence[str]:
    return ("active", "archived")


class CrmReads(Connector[HubspotSettings]):
    """Contacts, companies and deals with their history, and campaigns with their costs."""

    @reads(HubspotContact, cursor="modified", slices=id_ranges(CONTACTS))
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts that changed."""
        return changed(self.api, CONTACTS, read)

    @reads(HubspotCompany, cursor="modified", slices=id_ranges(COMPANIES))
    def companies(self, read: Read) -> Iterator[Page]:
        """Companies that changed."""
        return changed(self.api, COMPANIES, read)

    @reads(HubspotDeal, cursor="modified", slices=id_ranges(DEALS))
    def deals(self, read: Read) -> Iterator[Page]:
        """Deals that changed."""
        return changed(self.api, DEALS, read)

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
        return archived(self.api, read.slice, read, ARCHIVED[read.slice])

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
            money = answer.parse(MEMBERS)
            yield Page.rows([{**money, "campaign_id": campaign}], checkpoint=campaign)
