"""The connector: one HubSpot account with all that is read from it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import ClassVar

from kpiloop import Account, ChannelRule, Check, Settings, Writer
from kpiloop.web_api import Api
from kpiloop_hubspot.activities import ActivityReads
from kpiloop_hubspot.checks import account, checks
from kpiloop_hubspot.client import burst_of, connect
from kpiloop_hubspot.commerce import CommerceReads
from kpiloop_hubspot.crm import CrmReads
from kpiloop_hubspot.example import EXAMPLE
from kpiloop_hubspot.marketing import MarketingReads
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_hubspot.writes import HubspotWriter


class Hubspot(MarketingReads, CommerceReads, ActivityReads, CrmReads):
    """HubSpot: the CRM with its history, campaigns, activities, orders, e-mail, forms, traffic.

    What stands in a family of streams of its own is read in the order of the families, last first.
    """

    name: ClassVar[str] = "hubspot"
    settings_type: ClassVar[type[Settings]] = HubspotSettings

    # 19 calls a second keep 12 threads busy where an answer takes 600 ms; idle ones cost nothing.
    threads: ClassVar[int] = 12

    # HubSpot promises "a few moments"; after imports its index has been seen far behind that, and
    # reading an hour of changes again costs next to nothing.
    index_lag: ClassVar[timedelta] = timedelta(hours=1)

    example: ClassVar[str] = EXAMPLE

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
