"""The kpiloop.toml of a project that reads the simulated accounts."""

from collections.abc import Mapping
from typing import Any

from kpiloop_sandbox.files_seed.source import files_source
from kpiloop_sandbox.vendors import HUBSPOT, SALESFORCE, Vendor

_PLAIN = """\
[project]
timezone = "Europe/Berlin"
currency = "EUR"
"""
_DEMO = """\
# The demo's project: the numbers of a made-up company, out of four simulated systems.
# Every section here is one that your own kpiloop.toml may have; `kpiloop init` writes you one.

[project]
timezone = "Europe/Berlin"        # when a day begins
currency = "EUR"                  # what all money is converted to

# The systems to read from and to write to. The keys open nothing real: a real key never stands in
# this file. `kpiloop sandbox` answers at these addresses. Nobody else uses these accounts, so all
# of their limits are ours.
{sources}
{together}[forms]                           # what a form is for, by its name
inquiry = ["Contact us", "Request a demo"]
content = ["Download *"]
application = ["Register *"]
newsletter = ["Newsletter"]

[sales]
inside = ["inside_sales"]         # the team that calls first
passed_from = ["Qualified to buy", "Offered"]   # from these stages on a deal is with sales

[rates]
USD = 0.92                        # some deals are in dollars

[exclude]
emails = ["*@acme.example", "test+*"]    # the company's own staff, and tests

[customers]
ends = "no order for 365 days"    # when a customer counts as lost

[channels]
spread = "new_customers"          # sales cost by channel, as each channel brings customers

[[costs]]                         # what no system knows; media spend comes from the campaigns
kind = "wages"
department = "marketing"
amount = 24000
[[costs]]
kind = "wages"
department = "sales"
amount = 30000

[targets.new_leads]
month = 90
[targets.win_rate]
month = 0.45
[targets.cac]
month = 15000

# What is written back, and where: nothing else ever is. With `auto`, `kpiloop run` writes it
# by itself; without, it waits for `kpiloop apply`.
{publications}"""
_TOGETHER = """\
[people.same_as]                  # whose ids HubSpot's contacts carry along
sandbox_hubspot = "sandbox_salesforce"

[records]                         # what two systems hold counts once: as the one here has it
deals = "sandbox_hubspot"
orders = "sandbox_salesforce"
stages = "sandbox_hubspot"
activities = "sandbox_hubspot"

"""
_MORE = {
    "hubspot": """\
[sources.sandbox_hubspot.fields.contacts]
same_as = "properties.salesforce_id"
[sources.sandbox_hubspot.fields.campaigns]
channel = "properties.channel"    # custom properties that the company keeps
[sources.sandbox_hubspot.fields.deals]
product = "properties.product"
""",
    "salesforce": """\
cross_ids = { HubSpot_Contact_ID__c = "sandbox_hubspot" }
[sources.sandbox_salesforce.fields.campaigns]
utm_campaign = "Utm_Campaign__c"
channel = "Channel__c"
[sources.sandbox_salesforce.fields.deals]
product = "Product__c"
""",
}
_PUBLISHED = (
    ("revenue", "company", ""),
    ("win_rate", "company", "band = true\n"),
    ("deal_cycle_days", "company", "decimals = 0\n"),
    ("days_lead_to_mql", "person", "decimals = 0\n"),
    ("deal_cycle_days", "deal", "decimals = 0\n"),
)


def plain_project(addresses: Mapping[Vendor[Any], str]) -> str:
    """The least that kpiloop needs to know."""
    sources = "".join(f"\n{_source(vendor, url)}" for vendor, url in addresses.items())
    return f"{_PLAIN}{sources}"


def demo_project(addresses: Mapping[Vendor[Any], str], files: str = "") -> str:
    """A project that shows what one can say, with values that are written by themselves.

    `files` is the folder with the company's files, beside the project's.
    """
    publications = "\n".join(
        f'[[publish]]\nkpi = "{kpi}"\nby = "{by}"\nto = "{HUBSPOT.source}"\n{more}auto = true\n'
        for kpi, by, more in _PUBLISHED
    )
    sources = [
        f"{_source(vendor, url)}share = 1.0\n{_MORE.get(vendor.name, '')}"
        for vendor, url in addresses.items()
    ]
    if files:
        sources.append(files_source(files))
    return _DEMO.format(
        sources="\n".join(sources),
        together=_TOGETHER if SALESFORCE in addresses else "",
        publications=publications,
    )


def _source(vendor: Vendor[Any], base_url: str) -> str:
    settings = {"connector": vendor.name, "base_url": base_url, **vendor.keys}
    lines = "".join(f'{name} = "{value}"\n' for name, value in settings.items())
    return f"[sources.{vendor.source}]\n{lines}"
