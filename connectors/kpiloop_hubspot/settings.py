"""What the connector must know of an account."""

from pydantic import Field, PositiveInt, SecretStr

from kpiloop import Settings

_ABOUT_KEY = """\
In HubSpot, make a service key under Development > Keys > Service keys, with these scopes.
To read (campaigns need Marketing Hub Professional):
  crm.objects.contacts.read
  crm.objects.companies.read
  crm.objects.deals.read
  crm.objects.owners.read
  crm.schemas.deals.read
  marketing.campaigns.read
What your plan has of these is read too, and the rest is left out:
  crm.objects.orders.read       crm.objects.line_items.read
  crm.objects.products.read     crm.objects.feedback_submissions.read
  forms                         content
  business-intelligence         settings.currencies.read
  oauth
To write KPIs back:
  crm.objects.contacts.write    crm.schemas.contacts.write
  crm.objects.companies.write   crm.schemas.companies.write
  crm.objects.deals.write       crm.schemas.deals.write"""

_ABOUT_APP = "HubSpot shows it with the app, under Development > Projects > Auth."
_ABOUT_CONSENT = "HubSpot gave it to whoever installed the app: its OAuth call's answer."


class HubspotSettings(Settings):
    """One HubSpot account: a key, and what its plan allows.

    Either `token` (a service key, or a private app's token), or the three parts of an OAuth app:
    `client_id`, `client_secret` and `refresh_token`.
    """

    token: SecretStr | None = Field(default=None, description=_ABOUT_KEY)
    client_id: str | None = None
    client_secret: SecretStr | None = Field(default=None, description=_ABOUT_APP)
    refresh_token: SecretStr | None = Field(default=None, description=_ABOUT_CONSENT)

    base_url: str = "https://api.hubapi.com"

    calls_per_10_seconds: PositiveInt | None = None
    """What the plan allows the key; no value: 190 for a token, 110 for OAuth. Free and Starter
    accounts have 100."""

    searches_per_second: PositiveInt = 5
    """What HubSpot allows the account, over all its keys."""

    calls_per_day: PositiveInt = 250_000
    """What the plan allows the account in a day; the smallest plan's number."""

    campaigns: bool = True
    """Whether campaigns and their costs are read: accounts without Marketing Hub Professional have
    none, and no key can be given the right."""

    traffic_days: PositiveInt = 730
    """How many days of traffic, and of page views, the first pull reads."""
