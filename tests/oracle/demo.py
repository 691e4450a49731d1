"""The settings of the demo company, as far as the oracle asks for it."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from kpiloop.engine.resolve.rules import (
    ChannelRule,
    ConfiguredCost,
    CustomerEnds,
    Rate,
    Rules,
)
from kpiloop_hubspot.reads import Hubspot

UNTIL = date(2026, 4, 10)
MONTHS = 13
BERLIN = ZoneInfo("Europe/Berlin")
RULES = Rules(
    zone=BERLIN,
    home_currency="EUR",
    stages={"hubspot": Hubspot.default_stages},
    channels=tuple(
        ChannelRule(channel=each.channel, where=each.where) for each in Hubspot.default_channels
    ),
    customer_ends=CustomerEnds.NO_ORDER,
    customer_days=120,
    costs=tuple(
        ConfiguredCost(
            kind=kind,
            department=department,
            amount=Decimal(amount),
            first_day=date(year, month, 1),
            last_day=date(year, month, 28),
        )
        for year, month in [(2025, month) for month in range(3, 13)] + [(2026, 1), (2026, 2)]
        for kind, department, amount in (
            ("wages", "marketing", "24000.01"),
            ("wages", "sales", "50000"),
            ("commissions", "sales", "777.7777"),
        )
    ),
    spread_sales_cost=True,
    rates=(
        Rate(currency="USD", valid_from=date(2020, 1, 1), rate=Decimal("0.91")),
        Rate(currency="USD", valid_from=date(2025, 9, 1), rate=Decimal("0.876543")),
        Rate(currency="GBP", valid_from=date(2020, 1, 1), rate=Decimal("1.17")),
    ),
    excluded_addresses=("*@acme.example", "test*"),
    inside_sales=("inside*sales*",),
    passed_from=("Qualified to buy", "offered"),
)
