"""What is read from Salesforce, and by which of its interfaces.

- **REST query** gives up to 2,000 rows a call and filters by the time of the last change. Chosen
  for what changed, and for objects with few records.
- **Bulk API 2.0** gives any number of rows for a handful of calls, but lets one wait. Chosen for
  reading an object with very many records whole.
- **queryAll** also gives what lies in the recycle bin. Chosen for what was deleted or merged.

`SystemModstamp` is the time that every change moves, by users and by Salesforce itself; a change
can be committed a little later than its time says, so windows overlap. Formula fields move
nothing: those that the settings map are read again once a day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from types import MappingProxyType
from typing import ClassVar

from kpiloop import (
    Account,
    ChannelRule,
    Check,
    Connector,
    Page,
    Read,
    Settings,
    reads,
)
from kpiloop.web_api import Api
from kpiloop_salesforce.bulk import BulkQueries
from kpiloop_salesforce.checks import account, checks
from kpiloop_salesforce.client import connect
from kpiloop_salesforce.defaults import CHANNELS, STAGES
from kpiloop_salesforce.deleted import BIN, MERGES, PURGED, deleted_pages
from kpiloop_salesforce.describe import Describes
from kpiloop_salesforce.example import EXAMPLE
from kpiloop_salesforce.formulas import FORMULAS, formula_pages, formulas_of_a_day
from kpiloop_salesforce.history import LEADS_AT_ONCE, LeadHistory, lead_histories
from kpiloop_salesforce.identity import same_people
from kpiloop_salesforce.objects import CREATED, Objects
from kpiloop_salesforce.query import Queries
from kpiloop_salesforce.settings import SalesforceSettings
from kpiloop_salesforce.wire_marketing import (
    CampaignCost,
    SalesforceCampaign,
    SalesforceEvent,
    SalesforceMember,
    SalesforceTask,
)
from kpiloop_salesforce.wire_people import (
    SalesforceAccount,
    SalesforceContact,
    SalesforceLead,
    SalesforceUser,
    SamePerson,
)
from kpiloop_salesforce.wire_sales import (
    RateRow,
    SalesforceDeal,
    SalesforceOrder,
    SalesforceOrderLine,
    SalesforceProduct,
    SalesforceRole,
    SalesforceStep,
    StageRow,
)


def _people(_connector: "Salesforce", _read: Read) -> Sequence[str]:
    return ("Lead", "Contact")


def _bin(connector: "Salesforce", _read: Read) -> Sequence[str]:
    return connector.readable(BIN)


def _formulas(connector: "Salesforce", read: Read) -> Sequence[str]:
    return connector.formulas_of_today(read)


_GONE = dict.fromkeys((*BIN.values(), *PURGED.values(), *MERGES.values()))


class Salesforce(Connector[SalesforceSettings]):
    """Salesforce: leads and contacts, accounts, opportunities, campaigns, activities, orders."""

    name: ClassVar[str] = "salesforce"
    settings_type: ClassVar[type[Settings]] = SalesforceSettings

    # A record's time is taken before its transaction is committed, which can take minutes.
    index_lag: ClassVar[timedelta] = timedelta(minutes=5)

    example: ClassVar[str] = EXAMPLE

    default_stages: ClassVar[Mapping[str, str]] = MappingProxyType(STAGES)
    default_channels: ClassVar[tuple[ChannelRule, ...]] = CHANNELS

    def connect(self) -> Api:
        """The client, which keeps a share of the day's calls free."""
        return connect(self.settings, self.source)

    def checks(self) -> Iterator[Check]:
        """The session, the version, each object that is read, and what is left of the day."""
        return checks(self.api, self.settings)

    def account(self) -> Account:
        """The org's time zone, currency and clock."""
        return account(self._objects)

    def readable(self, sobjects: Iterable[str]) -> Sequence[str]:
        """Those of the objects that the org has and the user may read."""
        return [each for each in sobjects if self._objects.describes.has(each)]

    def formulas_of_today(self, read: Read) -> Sequence[str]:
        """The objects of which a formula field is mapped, each with today's date."""
        return formulas_of_a_day(self._objects, read)

    @cached_property
    def _objects(self) -> Objects:
        version = self.settings.version
        return Objects(
            queries=Queries(api=self.api, version=version),
            bulk=BulkQueries(api=self.api, version=version, clock=self.source.clock),
            describes=Describes(self.api, version),
            bulk_above=self.settings.bulk_above,
        )

    @reads(SalesforceUser, cursor="modified")
    def users(self, read: Read) -> Iterator[Page]:
        """Users who own records, those who left included."""
        return self._objects.pages("User", read, SalesforceUser)

    @reads(SalesforceAccount, cursor="modified")
    def accounts(self, read: Read) -> Iterator[Page]:
        """Accounts that changed."""
        return self._objects.pages("Account", read, SalesforceAccount)

    @reads(SalesforceContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts that changed."""
        return self._objects.pages("Contact", read, SalesforceContact)

    @reads(SalesforceLead, cursor="modified")
    def leads(self, read: Read) -> Iterator[Page]:
        """Leads that changed, converted ones included."""
        return self._objects.pages("Lead", read, SalesforceLead)

    @reads(LeadHistory, follows="leads", ids_per_slice=10 * LEADS_AT_ONCE, optional=True)
    def lead_stages(self, read: Read) -> Iterator[Page]:
        """The statuses of the leads that changed, where the org tracks that field."""
        return lead_histories(self._objects.queries, self._objects.describes, read)

    @reads(SamePerson, cursor="modified", slices=_people, absent="kept")
    def same_people(self, read: Read) -> Iterator[Page]:
        """Which contact a lead became, and who is whom in other systems."""
        return same_people(self._objects, read.slice, read, self.settings.cross_ids)

    @reads(StageRow)
    def stages(self, read: Read) -> Iterator[Page]:
        """The stages of opportunities."""
        return self._objects.snapshot("OpportunityStage", read, StageRow)

    @reads(SalesforceDeal, cursor="modified")
    def opportunities(self, read: Read) -> Iterator[Page]:
        """Opportunities that changed."""
        return self._objects.pages("Opportunity", read, SalesforceDeal)

    @reads(SalesforceStep, cursor="created")
    def opportunity_stages(self, read: Read) -> Iterator[Page]:
        """What opportunities went through; Salesforce keeps that for all of them."""
        name, of = "OpportunityHistory", "Opportunity"
        return self._objects.below(name, of, read, SalesforceStep, time=CREATED)

    @reads(SalesforceRole, cursor="modified")
    def contact_roles(self, read: Read) -> Iterator[Page]:
        """The people of opportunities."""
        return self._objects.pages("OpportunityContactRole", read, SalesforceRole)

    @reads(SalesforceCampaign, CampaignCost, cursor="modified", optional=True)
    def campaigns(self, read: Read) -> Iterator[Page]:
        """Campaigns that changed, with their costs."""
        return self._objects.pages("Campaign", read, SalesforceCampaign, CampaignCost)

    @reads(SalesforceMember, cursor="modified", optional=True)
    def campaign_members(self, read: Read) -> Iterator[Page]:
        """Whom campaigns reached, and who responded."""
        return self._objects.pages("CampaignMember", read, SalesforceMember)

    @reads(SalesforceTask, cursor="modified", optional=True)
    def tasks(self, read: Read) -> Iterator[Page]:
        """Calls, e-mails and other tasks; Salesforce archives closed ones after a year."""
        return self._objects.pages("Task", read, SalesforceTask)

    @reads(SalesforceEvent, cursor="modified", optional=True)
    def events(self, read: Read) -> Iterator[Page]:
        """Meetings."""
        return self._objects.pages("Event", read, SalesforceEvent)

    @reads(SalesforceProduct, cursor="modified", optional=True)
    def products(self, read: Read) -> Iterator[Page]:
        """Products that changed."""
        return self._objects.pages("Product2", read, SalesforceProduct)

    @reads(SalesforceOrder, cursor="modified", optional=True)
    def orders(self, read: Read) -> Iterator[Page]:
        """Orders that changed."""
        return self._objects.pages("Order", read, SalesforceOrder)

    @reads(SalesforceOrderLine, cursor="modified", optional=True)
    def order_lines(self, read: Read) -> Iterator[Page]:
        """The products of orders."""
        return self._objects.pages("OrderItem", read, SalesforceOrderLine)

    @reads(RateRow, optional=True)
    def currencies(self, read: Read) -> Iterator[Page]:
        """The org's exchange rates; an org with one currency has none."""
        return self._objects.snapshot("CurrencyType", read, RateRow)

    @reads(RateRow, optional=True)
    def dated_rates(self, read: Read) -> Iterator[Page]:
        """Exchange rates by day, where the org has switched them on."""
        return self._objects.snapshot("DatedConversionRate", read, RateRow)

    @reads(*_GONE, slices=_bin, absent="kept")
    def deleted(self, read: Read) -> Iterator[Page]:
        """What lies in the recycle bin, or was deleted for good."""
        objects = self._objects
        return deleted_pages(objects.queries, objects.describes, read.slice, read.window.end)

    @reads(*FORMULAS.values(), slices=_formulas, absent="kept", once=True)
    def formulas(self, read: Read) -> Iterator[Page]:
        """Formula fields that the settings map, once a day: their slices carry the date."""
        return formula_pages(self._objects, read)
