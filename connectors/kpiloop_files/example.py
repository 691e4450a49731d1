"""What `kpiloop init` writes of files: a ledger of costs, and a web server's log."""

EXAMPLE = """\
folder = "files"  # beside this file, or anywhere

# A table: its files, what a row is, and which column holds what. This one is a ledger of costs,
# with months as 01.2026 and amounts as 1.234,50.
[[sources.{source}.tables]]
file = "costs*.csv"
entity = "costs"
key = ["Month", "Department", "Kind"]
columns.first_day = "Month"
columns.last_day = "Month"
columns.department = "Department"  # marketing, sales
columns.kind = "Kind"  # media, wages, commissions, software, automation, overhead
columns.amount = "Amount"
decimal = ","
day = "%m.%Y"

# A web server's access logs, in the combined format, tell page views and where visits came from.
# [[sources.{source}.logs]]
# file = "logs/access.log*"
# hosts = ["www.acme.example"]  # the site's own: no visit comes from them
"""
