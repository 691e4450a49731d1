"""The tables that resolving makes of what was pulled: what measures stand on.

Ids here are `<source>:<vendor id>`, so that two systems never collide. Every `x_at` column has a
sibling `x_day`, its day in the reporting time zone; every money column that ends in `_home` is in
the home currency at the rate of the row's own day. Rows that the vendor deleted, that were merged
away or that the settings exclude are not here.
"""

from typing import ClassVar

from kpiloop.schema.fields import Day, Flag, Id, Instant, Money, Number, Text, Whole
from kpiloop.schema.record import Record

LADDER = ("lead", "mql", "sql", "opportunity", "customer")
"""The stages that all vendors' stages are mapped to, lowest first."""


class Resolved(Record):
    """One row of a resolved table; `id` is the row's own key."""

    absent_is_zero: ClassVar[bool] = True
    """Whether no rows mean that nothing happened; of costs they mean that nothing is known."""

    source: Text = None
    """The system that the row came from."""


class Person(Resolved):
    """One human being over all systems."""

    entity: ClassVar[str] = "people"
    singular: ClassVar[str] = "person"

    email: Text = None
    first_name: Text = None
    last_name: Text = None
    job_title: Text = None
    country: Text = None
    segment: Text = None
    product: Text = None
    form_id: Text = None
    channel: Text = None
    campaign_id: Text = None
    company_id: Text = None
    owner_id: Text = None
    stage: Text = None
    """The stage of the ladder in which the person is now."""
    created_at: Instant = None
    became_lead_at: Instant = None
    """First direct entry into the stage; so with the next four."""
    became_mql_at: Instant = None
    became_sql_at: Instant = None
    became_opportunity_at: Instant = None
    became_customer_at: Instant = None
    """First won deal or order; without one, the first entry into the stage customer."""
    opted_out_at: Instant = None


class ResolvedCompany(Resolved):
    """One organisation."""

    entity: ClassVar[str] = "companies"
    singular: ClassVar[str] = "company"

    name: Text = None
    domain: Text = None
    country: Text = None
    industry: Text = None
    segment: Text = None
    product: Text = None
    employees: Whole = None
    owner_id: Text = None
    created_at: Instant = None


class ResolvedDeal(Resolved):
    """One deal of the pipelines and types that count, with the person and campaign it came by."""

    entity: ClassVar[str] = "deals"
    singular: ClassVar[str] = "deal"

    name: Text = None
    person_id: Text = None
    company_id: Text = None
    customer_id: Text = None
    """Whom a won deal makes a customer: the company or the person, as `[customers]` counts."""
    campaign_id: Text = None
    channel: Text = None
    country: Text = None
    segment: Text = None
    product: Text = None
    owner_id: Text = None
    pipeline_id: Text = None
    stage: Text = None
    deal_type: Text = None
    currency: Text = None
    amount: Money = None
    amount_home: Money = None
    created_at: Instant = None
    closed_at: Instant = None
    """When it was won or lost; no value while it is open."""
    won_at: Instant = None
    lost_at: Instant = None
    passed_to_sales_at: Instant = None
    """When it first was in a stage that `[sales]` names or one behind it, at the latest when it was
    won; where no stage is named, when it was made."""
    last_touch: Text = None
    """The kind of its person's last touch before it was made."""


class StageInterval(Resolved):
    """A time that a person or a deal spent in one stage; the open one has no end."""

    entity: ClassVar[str] = "stage_intervals"
    singular: ClassVar[str] = "stage_interval"

    of_entity: Text = None
    """people or deals."""
    person_id: Text = None
    deal_id: Text = None
    stage: Text = None
    """A stage of the ladder for people; the vendor's stage for deals."""
    is_lead: Flag = None
    """Whether it is a person's stage from lead up to the one before opportunity, stages of the
    settings' own included; no value for deals."""
    is_first: Flag = None
    """Whether the person is in the stage for the first time; no value for deals."""
    is_rank_up: Flag = None
    """Whether the person came up to it from a lower stage; no value for deals."""
    started_at: Instant = None
    ended_at: Instant = None
    moved_up_at: Instant = None
    """When the person went on to a higher stage, if that ended it; no value for deals."""


class CustomerInterval(Resolved):
    """A time during which a company, or a person, was a customer; the open one has no end."""

    entity: ClassVar[str] = "customer_intervals"
    singular: ClassVar[str] = "customer_interval"

    customer_id: Id
    person_id: Text = None
    company_id: Text = None
    deal_id: Text = None
    """The deal that began it, or of which the order is."""
    channel: Text = None
    campaign_id: Text = None
    country: Text = None
    segment: Text = None
    product: Text = None
    owner_id: Text = None
    is_first: Flag = None
    """Whether it is the customer's first: then it is a new customer."""
    amount_home: Money = None
    """What was bought in it: won deals, and orders that stand and are of no won deal."""
    started_at: Instant = None
    ended_at: Instant = None


class ResolvedCampaign(Resolved):
    """One campaign over all systems."""

    entity: ClassVar[str] = "campaigns"
    singular: ClassVar[str] = "campaign"

    name: Text = None
    status: Text = None
    channel: Text = None
    product: Text = None
    owner_id: Text = None
    starts_on: Day = None
    ends_on: Day = None
    budget_home: Money = None
    created_at: Instant = None


class CostDay(Resolved):
    """One day's part of a cost; the parts of a cost add up to it exactly."""

    entity: ClassVar[str] = "costs"
    singular: ClassVar[str] = "cost"
    absent_is_zero: ClassVar[bool] = False

    kind: Text = None
    department: Text = None
    channel: Text = None
    campaign_id: Text = None
    product: Text = None
    cost_day: Day = None
    amount_home: Money = None


class BudgetDay(Resolved):
    """One day's part of a budget, with what was spent of it; the parts add up to it exactly.

    Budgets of campaigns that a system tells are media of marketing, as their costs are.
    """

    entity: ClassVar[str] = "budgets"
    singular: ClassVar[str] = "budget"
    absent_is_zero: ClassVar[bool] = False

    kind: Text = None
    department: Text = None
    channel: Text = None
    campaign_id: Text = None
    product: Text = None
    is_part: Flag = None
    """Whether a wider budget of the same day holds it already."""
    budget_day: Day = None
    amount_home: Money = None
    spent_home: Money = None
    """The day's costs of what the budget names; of several budgets of the same, the first has it.
    No value where nothing is known of any cost."""


class ResolvedOwner(Resolved):
    """One person of the own company."""

    entity: ClassVar[str] = "owners"
    singular: ClassVar[str] = "owner"

    name: Text = None
    email: Text = None
    team: Text = None
    is_inside_sales: Flag = None
    """As `[sales]` names teams and people."""
    is_active: Flag = None


class ResolvedPipelineStage(Resolved):
    """One stage of a pipeline of deals."""

    entity: ClassVar[str] = "pipeline_stages"
    singular: ClassVar[str] = "pipeline_stage"

    pipeline_id: Text = None
    stage: Text = None
    name: Text = None
    position: Whole = None
    probability: Number = None
    is_won: Flag = None
    is_closed: Flag = None
