"""What is read from Odoo.

What can be many is read by what changed, and its ids are compared; what is few is read whole each
time. Models of applications that are not installed are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from types import MappingProxyType

from kpiloop import Account, ChannelRule, Check, Connector, Page, Read, Stream, Writer
from kpiloop.web_api import Api

from kpiloop_odoo import following, wire
from kpiloop_odoo.checks import account, checks
from kpiloop_odoo.client import Client, connect
from kpiloop_odoo.fields import MODELS
from kpiloop_odoo.settings import OdooSettings
from kpiloop_odoo.tables import Reader, Table
from kpiloop_odoo.writes import OdooWriter

_STAFF = [("share", "=", False)]
_DEALS = [("type", "=", "opportunity")]
_FIRMS = [("is_company", "=", True)]
_SOLD = [("display_type", "=", False)]  # the others are headings and notes
_CLICKS = [("mailing_trace_id", "!=", False)]
_MAIL = [("mailing_type", "=", "mail")]
_TRACES = [("trace_type", "=", "mail"), ("is_test_trace", "=", False)]
_PEOPLE = [("is_company", "=", False), ("type", "=", "contact"), ("partner_share", "=", True)]
_DONE = [
    ("date_done", "!=", False),
    ("res_model", "=", "crm.lead"),
    ("activity_type_id.category", "!=", "meeting"),
]
TABLES = (
    Table("users", "res.users", wire.OdooUser, _STAFF, optional=False, is_small=True),
    Table("stages", "crm.stage", wire.OdooStage, optional=False, is_small=True),
    Table("campaigns", "utm.campaign", wire.OdooCampaign, is_small=True),
    Table("leads", "crm.lead", wire.OdooLead, optional=False, like="res.partner"),
    Table("opportunities", "crm.lead", wire.OdooDeal, _DEALS, optional=False),
    Table("contacts", "res.partner", wire.OdooContact, _PEOPLE, optional=False, like="crm.lead"),
    Table("companies", "res.partner", wire.OdooCompany, _FIRMS, optional=False),
    Table("orders", "sale.order", wire.OdooOrder),
    Table("order_lines", "sale.order.line", wire.OdooOrderLine, _SOLD),
    Table("meetings", "calendar.event", wire.OdooMeeting),
    Table("tasks", "mail.activity", wire.OdooTask, _DONE),
    Table("mailings", "mailing.mailing", wire.OdooMailing, _MAIL, is_small=True),
    Table("deliveries", "mailing.trace", wire.Trace, _TRACES),
    Table("clicks", "link.tracker.click", wire.Click, _CLICKS),
)
_READERS: Sequence[tuple[Stream, Reader]] = (
    *((table.stream, table.pages) for table in TABLES),
    (following.DEAL_STAGES, following.deal_stages),
    (following.OPT_OUTS, following.opt_outs),
)
_READER_OF = {stream.name: reader for stream, reader in _READERS}


class Odoo(Connector[OdooSettings]):
    """Odoo: leads and opportunities, contacts, orders, activities, campaigns and mailings."""

    name = "odoo"
    settings_type = OdooSettings

    field_places = MODELS

    # write_date is the moment at which a transaction began; by default none lasts over two minutes.
    index_lag = timedelta(minutes=5)

    example = (
        'base_url = "https://acme.odoo.com"\n# database = "acme"  # where the server has several\n'
    )

    default_stages = MappingProxyType({"lead": "lead", "opportunity": "opportunity"})

    default_channels = tuple(
        ChannelRule(channel=channel, where=where)
        for channel, where in (
            ("email", "utm_medium = 'Email' OR original_source = 'Newsletter'"),
            ("paid_search", "utm_medium = 'Google Adwords'"),
            ("display", "utm_medium = 'Banner'"),
            ("organic_search", "original_source = 'Search engine'"),
            ("organic_social", "utm_medium IN ('Facebook', 'LinkedIn', 'X')"),
            ("organic_social", "original_source IN ('Facebook', 'LinkedIn', 'X')"),
            ("referral", "original_source = 'Referral'"),
            ("direct", "utm_medium IN ('Direct', 'Website')"),
            ("offline", "utm_medium IN ('Phone', 'Television')"),
        )
    )

    def connect(self) -> Api:
        """The client for one database."""
        return connect(self.settings, self.source)

    @cached_property
    def client(self) -> Client:
        """The database's models."""
        return Client(self.api, self.settings.rows_per_page)

    def checks(self) -> Iterator[Check]:
        """The key, its rights, and what is installed."""
        return checks(self.client, TABLES)

    def account(self) -> Account:
        """The currency of the user's company."""
        return account(self.client)

    def writer(self) -> Writer:
        """What writes custom fields."""
        return OdooWriter(self.client)

    @classmethod
    def streams(cls) -> Mapping[str, Stream]:
        """All tables, the ways through stages, and who wants no e-mail."""
        return {stream.name: stream for stream, _ in _READERS}

    def read_stream(self, stream: Stream, read: Read) -> Iterator[Page]:
        """The pages of a stream."""
        return _READER_OF[stream.name](self.client, read)
