"""The market of the demo company: channels, products and countries with their habits."""

from dataclasses import dataclass

from kpiloop_sandbox.company.chance import Weighted
from kpiloop_sandbox.company.model import Channel

OWN_DOMAIN = "acme.example"
TEST_DOMAIN = "mail.example"
PRIVATE_DOMAINS = ("inbox.example", "post.example", "freemail.example")
HOME_CURRENCY = "EUR"
FOREIGN_CURRENCY = "USD"

EVENT_RUSH = 4.0
"""How many times more people come by events on the days of an event than on the average day."""
EVENT_CALM = 0.25
"""The same for all other days, on which business cards are typed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What people of one channel do.

    `share` of all people come by it; `subscribers` and `demo_requests` are the shares that start
    below and above a lead; `mql`, `sql` and `win` are the chances of the next step; `lead_cost`
    is what one lead costs in home currency.
    """

    share: float
    subscribers: float
    demo_requests: float
    mql: float
    sql: float
    win: float
    lead_cost: float
    details: tuple[str, ...]


HABITS = {
    Channel.ORGANIC_SEARCH: Habits(
        share=0.25, subscribers=0.12, demo_requests=0.05, mql=0.42, sql=0.46, win=0.36,
        lead_cost=0, details=("google", "bing", "duckduckgo"),
    ),
    Channel.PAID_SEARCH: Habits(
        share=0.17, subscribers=0.06, demo_requests=0.09, mql=0.40, sql=0.40, win=0.33,
        lead_cost=85, details=("google",),
    ),
    Channel.PAID_SOCIAL: Habits(
        share=0.22, subscribers=0.15, demo_requests=0.01, mql=0.30, sql=0.13, win=0.24,
        lead_cost=62, details=("linkedin", "facebook"),
    ),
    Channel.SOCIAL: Habits(
        share=0.05, subscribers=0.30, demo_requests=0.01, mql=0.24, sql=0.28, win=0.30,
        lead_cost=0, details=("linkedin", "mastodon", "facebook"),
    ),
    Channel.EMAIL: Habits(
        share=0.07, subscribers=0.35, demo_requests=0.03, mql=0.46, sql=0.44, win=0.37,
        lead_cost=18, details=("newsletter",),
    ),
    Channel.DIRECT: Habits(
        share=0.11, subscribers=0.08, demo_requests=0.12, mql=0.34, sql=0.45, win=0.38,
        lead_cost=0, details=("",),
    ),
    Channel.REFERRAL: Habits(
        share=0.06, subscribers=0.03, demo_requests=0.15, mql=0.58, sql=0.62, win=0.48,
        lead_cost=0, details=("partner.example", "review-site.example", "association.example"),
    ),
    Channel.EVENTS: Habits(
        share=0.07, subscribers=0.02, demo_requests=0.06, mql=0.52, sql=0.50, win=0.40,
        lead_cost=190, details=("trade fair", "webinar"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is sold: its median price and days to decide, and how its buyers order again.

    `ease` scales the chance to win; after each order a customer falls silent with the chance
    `silence`, else orders again after about `reorder_days`.
    """

    name: str
    price: float
    cycle_days: float
    ease: float
    reorder_days: float
    silence: float


STARTER = Product(
    name="Starter", price=2_400, cycle_days=16, ease=1.15, reorder_days=95, silence=0.32
)
PROFESSIONAL = Product(
    name="Professional", price=9_500, cycle_days=41, ease=1.0, reorder_days=170, silence=0.2
)
ENTERPRISE = Product(
    name="Enterprise", price=38_000, cycle_days=92, ease=0.75, reorder_days=330, silence=0.1
)
TRAINING = Product(
    name="Training", price=1_800, cycle_days=12, ease=1.2, reorder_days=140, silence=0.4
)

PRODUCT_NAMES = tuple(each.name for each in (STARTER, PROFESSIONAL, ENTERPRISE, TRAINING))
PRODUCTS = Weighted(((STARTER, 0.42), (PROFESSIONAL, 0.35), (ENTERPRISE, 0.1), (TRAINING, 0.13)))

DOLLAR_COUNTRIES = frozenset({"United States", "Canada"})
TIME_ZONES = {
    "Germany": "Europe/Berlin",
    "Austria": "Europe/Vienna",
    "Switzerland": "Europe/Zurich",
    "France": "Europe/Paris",
    "Netherlands": "Europe/Amsterdam",
    "Italy": "Europe/Rome",
    "Spain": "Europe/Madrid",
    "Poland": "Europe/Warsaw",
    "Sweden": "Europe/Stockholm",
    "United Kingdom": "Europe/London",
    "United States": "America/New_York",
    "Canada": "America/Toronto",
    "Japan": "Asia/Tokyo",
}
ODD_TIME_ZONES = ("Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns", "Australia/Lord_Howe")
COUNTRIES = Weighted(
    (
        ("Germany", 0.38), ("Austria", 0.09), ("Switzerland", 0.08), ("France", 0.09),
        ("Netherlands", 0.07), ("Italy", 0.05), ("Spain", 0.04), ("Poland", 0.04),
        ("Sweden", 0.03), ("United Kingdom", 0.05), ("United States", 0.06), ("Canada", 0.01),
        ("Japan", 0.01),
    )
)  # fmt: skip
INDUSTRIES = Weighted(
    (
        ("MACHINERY", 0.2), ("COMPUTER_SOFTWARE", 0.18), ("LOGISTICS_AND_SUPPLY_CHAIN", 0.13),
        ("MEDICAL_DEVICES", 0.1), ("AUTOMOTIVE", 0.1), ("CHEMICALS", 0.09),
        ("FOOD_PRODUCTION", 0.08), ("CONSTRUCTION", 0.07), ("RETAIL", 0.05),
    )
)  # fmt: skip
FIRM_SIZES = Weighted(((0, 0.17), (1, 0.24), (2, 0.24), (3, 0.16), (4, 0.1), (6, 0.06), (9, 0.03)))
