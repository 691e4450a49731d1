"""What kpiloop.toml says of the demo company's files."""

_SOURCE = """\
[sources.sandbox_files]           # what stands in no system: a ledger, exports, surveys, logs
connector = "files"
folder = "{folder}"
[[sources.sandbox_files.tables]]  # the bookkeepers' spreadsheet, in German
file = "ledger*.csv"
entity = "costs"
key = ["Monat", "Abteilung", "Kostenart"]
columns.first_day = "Monat"
columns.last_day = "Monat"
columns.department = "Abteilung"
columns.kind = "Kostenart"
columns.name = "Bezeichnung"
columns.amount = "Betrag"
constants.currency = "EUR"
decimal = ","
day = "%m.%Y"
[[sources.sandbox_files.tables]]  # the ad platforms' report
name = "ad_clicks"
file = "media*.xlsx"
entity = "figures"
header = 3
key = ["Month", "Channel"]
columns.first_day = "Month"
columns.last_day = "Month"
columns.channel = "Channel"
columns.amount = "Clicks"
constants.name = "ad_clicks"
day = "%Y-%m"
[[sources.sandbox_files.tables]]
file = "social posts*.csv"
entity = "social_posts"
id = "Post ID"
absent = "kept"                   # an export tells of the last months only
columns.posted_at = "Published"
columns.network = "Network"
columns.name = "Text"
columns.impressions = "Impressions"
columns.reach = "Reach"
columns.likes = "Likes"
columns.comments = "Comments"
columns.shares = "Shares"
columns.clicks = "Clicks"
[[sources.sandbox_files.tables]]
file = "satisfaction*.csv"
entity = "survey_responses"
id = "Response"
columns.email = "E-mail"
columns.product = "Product"
columns.score = "Satisfaction (1-5)"
columns.answered_at = "Answered (Berlin)"
constants.survey_id = "satisfaction"
constants.kind = "csat"
constants.lowest = 1
constants.highest = 5
time = "%d.%m.%Y %H:%M"
timezone = "Europe/Berlin"
[[sources.sandbox_files.tables]]
name = "market_size"
file = "market.csv"
entity = "figures"
key = ["Year"]
columns.first_day = "Year"
columns.last_day = "Year"
columns.amount = "Market volume (EUR)"
constants.name = "market_size"
constants.currency = "EUR"
day = "%Y"
[[sources.sandbox_files.logs]]    # page views, visits and where they came from
file = "logs/access-*.log"
hosts = ["www.acme.example", "acme.example"]
"""


def files_source(folder: str) -> str:
    """The section `[sources.sandbox_files]`, for files that lie in a folder beside kpiloop.toml."""
    return _SOURCE.format(folder=folder)
