"""The kpiloop.toml of a project that reads the simulated account."""

from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN

# The source is not called hubspot: the KPILOOP_HUBSPOT_… of somebody's real account, which go
# before the file, must never be taken for the sandbox's.
_PLAIN = """\
[project]
timezone = "Europe/Berlin"
currency = "EUR"

[sources.sandbox]
connector = "hubspot"
base_url = "{base_url}"
token = "{token}"
"""
_DEMO = """\
# The demo's project: a whole month's work of a made-up company, on a simulated HubSpot.
# Every section here is one that your own kpiloop.toml may have; `kpiloop init` writes you one.

[project]
timezone = "Europe/Berlin"        # when a day begins
currency = "EUR"                  # what all money is converted to

[sources.sandbox]                 # a system to read from and to write to
connector = "hubspot"
base_url = "{base_url}"           # `kpiloop sandbox --file hubspot.sqlite` answers here
token = "{token}"                 # it opens nothing real: a real key never stands in this file
share = 1.0                       # nobody else uses this account, so all of its limits are ours

[sources.sandbox.fields.campaigns]
channel = "properties.channel"    # custom properties that the company keeps
[sources.sandbox.fields.deals]
product = "properties.product"

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
_PUBLISHED = (
    ("revenue", "company", ""),
    ("win_rate", "company", "band = true\n"),
    ("deal_cycle_days", "company", "decimals = 0\n"),
    ("days_lead_to_mql", "person", "decimals = 0\n"),
    ("deal_cycle_days", "deal", "decimals = 0\n"),
)


def plain_project(base_url: str) -> str:
    """The least that kpiloop needs to know."""
    return _PLAIN.format(base_url=base_url, token=DEFAULT_TOKEN)


def demo_project(base_url: str) -> str:
    """A project that shows what one can say, with values that are written by themselves."""
    publications = "\n".join(
        f'[[publish]]\nkpi = "{kpi}"\nby = "{by}"\nto = "sandbox"\n{more}auto = true\n'
        for kpi, by, more in _PUBLISHED
    )
    return _DEMO.format(base_url=base_url, token=DEFAULT_TOKEN, publications=publications)
