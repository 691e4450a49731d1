"""The demo company as data that no vendor has touched: HubSpot's seed is made from it.

Every moment is aware UTC at millisecond precision. Keys are running numbers in the order in
which records came into being; a vendor's seed turns them into ids of its own kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from kpiloop_sandbox.company.facts import Facts
from kpiloop_sandbox.company.options import CompanyOptions


class Channel(StrEnum):
    """Where a person came from."""

    ORGANIC_SEARCH = "organic_search"
    PAID_SEARCH = "paid_search"
    PAID_SOCIAL = "paid_social"
    SOCIAL = "social"
    EMAIL = "email"
    DIRECT = "direct"
    REFERRAL = "referral"
    EVENTS = "events"


class Stage(StrEnum):
    """A rung of the ladder from stranger to customer."""

    SUBSCRIBER = "subscriber"
    LEAD = "lead"
    MQL = "mql"
    SQL = "sql"
    OPPORTUNITY = "opportunity"
    CUSTOMER = "customer"


class Outcome(StrEnum):
    """How a deal stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """One of the company's own people who owns records."""

    key: int
    first_name: str
    last_name: str
    email: str
    team: str
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStage:
    """One step of a pipeline and the chance, 0 to 1, that a deal in it is won."""

    key: str
    label: str
    probability: Decimal
    outcome: Outcome = Outcome.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The steps that a deal goes through; the last two are won and lost."""

    key: str
    label: str
    stages: tuple[PipelineStage, ...]

    @property
    def open_stages(self) -> tuple[PipelineStage, ...]:
        """The steps before the decision, in order."""
        return self.stages[:-2]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyItem:
    """One line of a campaign's budget or spend, in the campaign's currency."""

    name: str
    amount: Decimal
    booked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One planned effort on one channel; `last_day` is its last day, `quality` 1 is average."""

    key: int
    name: str
    channel: Channel
    utm_source: str
    utm_medium: str
    utm_campaign: str
    first_day: date
    last_day: date
    quality: float
    currency: str
    budget: tuple[MoneyItem, ...]
    spend: tuple[MoneyItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a person came from, as an analytics script saw it; unknown parts are empty."""

    channel: Channel
    detail: str
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """A record entered a stage."""

    stage: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two records of the same person became one; the former ones began at these moments."""

    at: datetime
    former_created_at: tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A company that buys or may buy; `employees` is as typed, and not always a number."""

    key: int
    name: str
    domain: str
    country: str
    industry: str
    employees: str
    owner_key: int
    created_at: datetime
    modified_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact record; `stages` is its way along the ladder, oldest first."""

    key: int
    firm_key: int | None
    first_name: str
    last_name: str
    email: str | None
    job_title: str | None
    country: str | None
    time_zone: str
    source: Source
    owner_key: int | None
    created_at: datetime
    modified_at: datetime
    stages: tuple[StageChange, ...]
    opted_out_at: datetime | None
    deleted_at: datetime | None
    merge: Merge | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A sale in the making, won or lost; `amount` is as typed, and not always a number.

    `closes_at` is when it was closed or, while open, when it is expected to close; `persons`
    are the keys of one to three people, the main one first.
    """

    key: int
    name: str
    pipeline: str
    firm_key: int | None
    persons: tuple[int, ...]
    owner_key: int
    product: str
    existing_business: bool
    amount: str | None
    currency: str
    outcome: Outcome
    created_at: datetime
    closes_at: datetime
    modified_at: datetime
    stages: tuple[StageChange, ...]
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A firm with its people and deals, or one person without a firm."""

    firm: Firm | None
    people: tuple[Person, ...]
    deals: tuple[Deal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What is there before the first person: the company's own people and plans."""

    owners: tuple[Owner, ...]
    pipelines: tuple[Pipeline, ...]
    campaigns: tuple[Campaign, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The whole demo company in memory."""

    options: CompanyOptions
    background: Background
    accounts: tuple[Account, ...]
    facts: Facts

    @property
    def people(self) -> Iterator[Person]:
        """Every contact record, deleted ones included."""
        return (person for account in self.accounts for person in account.people)

    @property
    def firms(self) -> Iterator[Firm]:
        """Every company record, deleted ones included."""
        return (account.firm for account in self.accounts if account.firm is not None)

    @property
    def deals(self) -> Iterator[Deal]:
        """Every deal, deleted ones included."""
        return (deal for account in self.accounts for deal in account.deals)
