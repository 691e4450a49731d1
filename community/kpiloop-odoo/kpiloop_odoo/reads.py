"""What is read from Odoo.

What can be many is read by what changed, with a stream beside it that compares the ids; what is few
is read whole each time. Models of applications that are not installed are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
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
    Stream,
    Writer,
)
from kpiloop.web_api import Api

from kpiloop_odoo import wire
from kpiloop_odoo.checks import account, checks
from kpiloop_odoo.client import Client, connect
from kpiloop_odoo.following import (
    DEAL_STAGES,
    LEAD_STAGES,
    OPT_OUTS,
    deal_stages,
    lead_stages,
    opt_outs,
)
from kpiloop_odoo.settings import OdooSettings
from kpiloop_odoo.tables import Reader, Table
from kpiloop_odoo.writes import OdooWriter

_STAFF = [("share", "=", False)]
_DEALS = [("type", "=", "opportunity")]
_FIRMS = [("is_company", "=", True)]
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
    Table(
        "users", "res.users", wire.OdooUser, [("share", "=", False)], optional=False, is_small=True
    ),
    Table("stages", "crm.stage", wire.OdooStage, optional=False, is_small=True),
    Table("campaigns", "utm.campaign", wire.OdooCampaign, is_small=True),
    Table("leads", "crm.lead", wire.OdooLead, optional=False, like="res.partner"),
    Table(
        "opportunities", "crm.lead", wire.OdooDeal, [("type", "=", "opportunity")], optional=False
    ),
    Table("contacts", "res.partner", wire.OdooContact, _PEOPLE, optional=False, like="crm.lead"),
    Table(
        "companies", "res.partner", wire.OdooCompany, [("is_company", "=", True)], optional=False
    ),
    Table("orders", "sale.order", wire.OdooOrder),
    Table("meetings", "calendar.event", wire.OdooMeeting),
    Table("tasks", "mail.activity", wire.OdooTask, _DONE),
    Table("mailings", "mailing.mailing", wire.OdooMailing, _MAIL, is_small=True),
    Table("deliveries", "mailing.trace", wire.Trace, _TRACES),
    Table("clicks", "link.tracker.click", wire.Click, _CLICKS),
)
_READERS: Sequence[tuple[Stream, Reader]] = (
    *((stream, table.reading(stream)) for table in TABLES for stream in table.streams),
    (LEAD_STAGES, lead_stages),
    (DEAL_STAGES, deal_stages),
    (OPT_OUTS, opt_outs),
)
_READER_OF = {stream.name: reader for stream, reader in _READERS}


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
