"""What the settings say about how records become people, deals, customers and costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from kpiloop.engine.resolve.joining import Joining
from kpiloop.engine.scoring.rules import ScoringRules, SegmentRule
from kpiloop.schema.resolved import LADDER


class CustomerIs(StrEnum):
    """Who is counted as one customer."""

    COMPANY = "company"
    PERSON = "person"


class CustomerEnds(StrEnum):
    """What ends a time as a customer."""

    NEVER = "never"
    NO_ORDER = "no order"
    STAGE_LEFT = "stage left"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRule:
    """Contacts of which `where` holds came by `channel`; the first rule that holds counts."""

    channel: str
    where: str
    """A condition over the columns of `contact`, already checked, as SQL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredCost:
    """A cost that the settings state, for one span of days, both included."""

    kind: str
    department: str
    amount: Decimal
    first_day: date
    last_day: date
    currency: str | None = None
    channel: str | None = None
    campaign_id: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredBudget:
    """A budget that the settings state, for one span of days, both included."""

    amount: Decimal
    first_day: date
    last_day: date
    kind: str | None = None
    department: str | None = None
    currency: str | None = None
    channel: str | None = None
    campaign_id: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one unit of a currency is worth in the home currency, from a day on."""

    currency: str
    valid_from: date
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything that resolving has to know beside the records."""

    zone: ZoneInfo
    home_currency: str
    stages: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    """Source → the vendor's stage → stage of the ladder."""
    ladder: tuple[str, ...] = LADDER
    joining: Joining = field(default_factory=Joining)
    """Which records are one."""
    systems_of_record: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Entity → the sources whose records of it count; of one that is not named, all do."""
    fill_skipped: bool = False
    """Whether one who skips a stage has entered it at the time of the next one."""
    channels: tuple[ChannelRule, ...] = ()
    customer_is: CustomerIs = CustomerIs.COMPANY
    customer_ends: CustomerEnds = CustomerEnds.NEVER
    customer_days: int = 365
    costs: tuple[ConfiguredCost, ...] = ()
    budgets: tuple[ConfiguredBudget, ...] = ()
    spread_sales_cost: bool = False
    """Whether sales cost without a channel is spread over channels by their new customers."""
    rates: tuple[Rate, ...] = ()
    rates_from: str | None = None
    """The source whose rates hold for the other currencies; None: the first that tells any."""
    excluded_addresses: tuple[str, ...] = ()
    """Patterns with `*` and `?` over e-mail addresses in lower case."""
    excluded_companies: tuple[str, ...] = ()
    """Likewise over names and domains of companies; their people and deals are excluded too."""
    form_kinds: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Kind → patterns of ids and names of the forms that are of it; the first that fits counts."""
    pipelines: tuple[str, ...] = ()
    """Ids or names of the pipelines that count; none: all do."""
    deal_types: tuple[str, ...] = ()
    """Deal types that count; none: all do."""
    inside_sales: tuple[str, ...] = ()
    """Patterns of the teams, or of the addresses of the owners, that are inside sales."""
    passed_from: tuple[str, ...] = ()
    """Patterns of ids and names of the stages from which on a deal is with sales; none: it is when
    it is made."""
    scoring: ScoringRules = field(default_factory=ScoringRules)
    """How people are scored, and the rules that decide stages in place of the systems."""
    segments: tuple[SegmentRule, ...] = ()
    """Named parts of the people and companies; the first that fits counts."""
