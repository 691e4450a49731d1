"""What is read from Odoo.

What can be many is read by what changed, with a stream beside it that compares the ids; what is few
is read whole each time. Models of applications that are not installed are left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
    Writer,
    reads,
)
from kpiloop.web_api import Api

from kpiloop_odoo.checks import account, checks
from kpiloop_odoo.client import Client, connect
from kpiloop_odoo.history import BATCH, DealHistory, histories
from kpiloop_odoo.opt_outs import opt_outs
from kpiloop_odoo.settings import OdooSettings
from kpiloop_odoo.tables import Table
from kpiloop_odoo.wire_mail import Click, OdooCampaign, OdooMailing, Trace
from kpiloop_odoo.wire_people import (
    CompanyKey,
    ContactKey,
    LeadKey,
    OdooCompany,
    OdooContact,
    OdooLead,
    OdooUser,
    OptOut,
)
from kpiloop_odoo.wire_sales import (
    DealKey,
    MeetingKey,
    OdooDeal,
    OdooMeeting,
    OdooOrder,
    OdooStage,
    OdooTask,
    OrderKey,
    TaskKey,
)
from kpiloop_odoo.writes import OdooWriter

USERS = Table(model="res.users", where=(("share", "=", False),))
STAGES = Table(model="crm.stage")
CAMPAIGNS = Table(model="utm.campaign")
LEADS = Table(model="crm.lead", like="res.partner")
DEALS = Table(model="crm.lead", where=(("type", "=", "opportunity"),))
CONTACTS = Table(
    model="res.partner",
    where=(("is_company", "=", False), ("type", "=", "contact"), ("partner_share", "=", True)),
    like="crm.lead",
)
COMPANIES = Table(model="res.partner", where=(("is_company", "=", True),))
ORDERS = Table(model="sale.order")
MEETINGS = Table(model="calendar.event")
TASKS = Table(
    model="mail.activity",
    where=(("date_done", "!=", False), ("activity_type_id.category", "!=", "meeting")),
)
MAILINGS = Table(model="mailing.mailing", where=(("mailing_type", "=", "mail"),))
TRACES = Table(
    model="mailing.trace", where=(("trace_type", "=", "mail"), ("is_test_trace", "=", False))
)
CLICKS = Table(model="link.tracker.click", where=(("mailing_trace_id", "!=", False),))


def ids_of(table: Table) -> Callable[["Odoo", Read], Sequence[str]]:
    """Slices that are read once: as long as the ids are the same, so is the slice's name."""
    return lambda connector, _read: (table.fingerprint(connector.client),)


class Odoo(Connector[OdooSettings]):
    """Odoo: leads and opportunities, contacts, orders, activities, campaigns and mailings."""

    name: ClassVar[str] = "odoo"
    settings_type: ClassVar[type[Settings]] = OdooSettings

    # write_date is the moment at which a transaction began; by default none lasts over two minutes.
    index_lag: ClassVar[timedelta] = timedelta(minutes=5)

    example: ClassVar[str] = (
        'base_url = "https://acme.odoo.com"\n# database = "acme"  # where the server has several\n'
    )

    default_stages: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"lead": "lead", "opportunity": "opportunity"}
    )

    default_channels: ClassVar[tuple[ChannelRule, ...]] = tuple(
        ChannelRule(channel=channel, where=where)
        for where, channel in (
            ("utm_medium = 'Email'", "email"),
            ("original_source = 'Newsletter'", "email"),
            ("utm_medium = 'Google Adwords'", "paid_search"),
            ("utm_medium = 'Banner'", "display"),
            ("original_source = 'Search engine'", "organic_search"),
            ("utm_medium IN ('Facebook', 'LinkedIn', 'X')", "organic_social"),
            ("original_source IN ('Facebook', 'LinkedIn', 'X')", "organic_social"),
            ("original_source = 'Referral'", "referral"),
            ("utm_medium = 'Direct'", "direct"),
            ("utm_medium = 'Website'", "direct"),
            ("utm_medium IN ('Phone', 'Television')", "offline"),
        )
    )

    def connect(self) -> Api:
        """The client for one database."""
        return connect(self.settings, self.source)

    @cached_property
    def client(self) -> Client:
        """The database's models."""
        return Client(self.api)

    def checks(self) -> Iterator[Check]:
        """The key, its rights, and what is installed."""
        return checks(self.client)

    def account(self) -> Account:
        """The currency of the user's company."""
        return account(self.client)

    def writer(self) -> Writer:
        """What writes custom fields."""
        return OdooWriter(self.client)

    @reads(OdooUser)
    def users(self, read: Read) -> Iterator[Page]:
        """Users who may own records."""
        return USERS.changes(self.client, read, OdooUser)

    @reads(OdooStage)
    def stages(self, read: Read) -> Iterator[Page]:
        """The stages of opportunities."""
        return STAGES.changes(self.client, read, OdooStage)

    @reads(OdooCampaign, optional=True)
    def campaigns(self, read: Read) -> Iterator[Page]:
        """Campaigns."""
        return CAMPAIGNS.changes(self.client, read, OdooCampaign)

    @reads(LeadKey, slices=ids_of(LEADS), once=True)
    def lead_ids(self, read: Read) -> Iterator[Page]:
        """Which leads and opportunities there are."""
        return LEADS.ids(self.client, read)

    @reads(OdooLead, cursor="modified", absent="kept")
    def leads(self, read: Read) -> Iterator[Page]:
        """Leads and opportunities that changed, as people; lost ones too."""
        return LEADS.changes(self.client, read, OdooLead)

    @reads(DealKey, slices=ids_of(DEALS), once=True)
    def opportunity_ids(self, read: Read) -> Iterator[Page]:
        """Which opportunities there are."""
        return DEALS.ids(self.client, read)

    @reads(OdooDeal, cursor="modified", absent="kept")
    def opportunities(self, read: Read) -> Iterator[Page]:
        """Opportunities that changed, as deals; lost ones too."""
        return DEALS.changes(self.client, read, OdooDeal)

    @reads(DealHistory, follows="opportunities", ids_per_slice=10 * BATCH, optional=True)
    def opportunity_stages(self, read: Read) -> Iterator[Page]:
        """The stages of the opportunities that changed."""
        return histories(self.client, read)

    @reads(ContactKey, slices=ids_of(CONTACTS), once=True)
    def contact_ids(self, read: Read) -> Iterator[Page]:
        """Which contacts there are."""
        return CONTACTS.ids(self.client, read)

    @reads(OdooContact, cursor="modified", absent="kept")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts that changed: people, but none of the own."""
        return CONTACTS.changes(self.client, read, OdooContact)

    @reads(OptOut, absent="kept", optional=True)
    def opt_outs(self, read: Read) -> Iterator[Page]:
        """Who wants no e-mail any more, or wants it again."""
        return opt_outs(self.client, read)

    @reads(CompanyKey, slices=ids_of(COMPANIES), once=True)
    def company_ids(self, read: Read) -> Iterator[Page]:
        """Which companies there are."""
        return COMPANIES.ids(self.client, read)

    @reads(OdooCompany, cursor="modified", absent="kept")
    def companies(self, read: Read) -> Iterator[Page]:
        """Companies that changed."""
        return COMPANIES.changes(self.client, read, OdooCompany)

    @reads(OrderKey, slices=ids_of(ORDERS), once=True, optional=True)
    def order_ids(self, read: Read) -> Iterator[Page]:
        """Which orders there are."""
        return ORDERS.ids(self.client, read)

    @reads(OdooOrder, cursor="modified", absent="kept", optional=True)
    def orders(self, read: Read) -> Iterator[Page]:
        """Quotations and orders that changed."""
        return ORDERS.changes(self.client, read, OdooOrder)

    @reads(MeetingKey, slices=ids_of(MEETINGS), once=True, optional=True)
    def meeting_ids(self, read: Read) -> Iterator[Page]:
        """Which meetings there are."""
        return MEETINGS.ids(self.client, read)

    @reads(OdooMeeting, cursor="modified", absent="kept", optional=True)
    def meetings(self, read: Read) -> Iterator[Page]:
        """Meetings that changed."""
        return MEETINGS.changes(self.client, read, OdooMeeting)

    @reads(TaskKey, slices=ids_of(TASKS), once=True, optional=True)
    def task_ids(self, read: Read) -> Iterator[Page]:
        """Which calls and other tasks were done."""
        return TASKS.ids(self.client, read)

    @reads(OdooTask, cursor="modified", absent="kept", optional=True)
    def tasks(self, read: Read) -> Iterator[Page]:
        """Calls and other tasks that were done."""
        return TASKS.changes(self.client, read, OdooTask)

    @reads(OdooMailing, optional=True)
    def mailings(self, read: Read) -> Iterator[Page]:
        """Mailings."""
        return MAILINGS.changes(self.client, read, OdooMailing)

    @reads(Trace, cursor="modified", optional=True)
    def deliveries(self, read: Read) -> Iterator[Page]:
        """What became of mailings at their recipients."""
        return TRACES.changes(self.client, read, Trace)

    @reads(Click, cursor="modified", optional=True)
    def clicks(self, read: Read) -> Iterator[Page]:
        """Clicks on links of mailings."""
        return CLICKS.changes(self.client, read, Click)
