"""What the ad platforms tell of paid channels, as a spreadsheet: impressions, clicks and spend.

The spend is that of the company's campaigns, to the cent.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.model import Channel, Company

SHEET = "Report"
HEADING = ("Month", "Channel", "Impressions", "Clicks", "Spend")
HEADING_LINE = 3
_INVOICED_AFTER = timedelta(days=1)
_STREAM = 8 << 36
_PRICE_OF_A_CLICK = {Channel.PAID_SEARCH: 2.4, Channel.PAID_SOCIAL: 3.1}
_CLICK_RATE = {Channel.PAID_SEARCH: 0.034, Channel.PAID_SOCIAL: 0.008}


def write_media(path: Path, company: Company) -> None:
    """One row for each month and paid channel, below a title."""
    chance = Chance(company.options.seed, _STREAM)
    book = Workbook()
    sheet = book.create_sheet(SHEET, 0)
    sheet.append(["Performance by month and channel"])
    sheet.append([])
    sheet.append(HEADING)
    for (month, channel), spend in sorted(_spend(company).items()):
        clicks = round(float(spend) / chance.spread(_PRICE_OF_A_CLICK[channel], 0.1))
        shown = round(clicks / chance.spread(_CLICK_RATE[channel], 0.1))
        sheet.append([month, channel.value, shown, clicks, spend])
    book.save(path)
    book.close()


def _spend(company: Company) -> dict[tuple[date, Channel], Decimal]:
    spent: dict[tuple[date, Channel], Decimal] = defaultdict(Decimal)
    for campaign in company.background.campaigns:
        if campaign.channel in _PRICE_OF_A_CLICK:
            for item in campaign.spend:
                month = (item.booked_at.date() - _INVOICED_AFTER).replace(day=1)
                spent[month, campaign.channel] += item.amount
    return spent
