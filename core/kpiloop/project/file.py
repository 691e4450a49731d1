"""kpiloop.toml as a whole: every section that it may have."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from kpiloop.project.channels import Channels
from kpiloop.project.costs import BudgetEntry, CostEntry
from kpiloop.project.customers import Customers
from kpiloop.project.deals import Deals
from kpiloop.project.exclude import Exclude
from kpiloop.project.forms import Forms
from kpiloop.project.funnel import Funnel
from kpiloop.project.general import General
from kpiloop.project.hypotheses import HypothesisEntry
from kpiloop.project.people import Companies, People
from kpiloop.project.publish import Publication
from kpiloop.project.rates import Rates
from kpiloop.project.records import Campaigns, Records
from kpiloop.project.sales import Sales
from kpiloop.project.schedule import Schedule
from kpiloop.project.scoring import Scoring, StageRules
from kpiloop.project.section import Name, Section
from kpiloop.project.segments import Segments
from kpiloop.project.sources import SourceSection
from kpiloop.project.stages import Stages

Tables = Mapping[str, Mapping[str, Any]]
"""Tables by name, as written: another part of kpiloop reads and checks them."""


class ProjectFile(Section):
    """The sections of kpiloop.toml."""

    project: General
    sources: Mapping[Name, SourceSection] = Field(default_factory=dict)
    stages: Stages = Field(default_factory=dict)
    funnel: Funnel = Funnel()
    forms: Forms = Field(default_factory=dict)
    channels: Channels = Channels()
    customers: Customers = Customers()
    people: People = People()
    companies: Companies = Companies()
    campaigns: Campaigns = Campaigns()
    records: Records = Records()
    costs: tuple[CostEntry, ...] = ()
    budgets: tuple[BudgetEntry, ...] = ()
    rates: Rates = Field(default_factory=dict)
    exclude: Exclude = Exclude()
    deals: Deals = Deals()
    sales: Sales = Sales()
    segments: Segments = Field(default_factory=dict)
    scoring: Scoring = Scoring()
    rules: StageRules = StageRules()
    measures: Tables = Field(default_factory=dict)
    kpis: Tables = Field(default_factory=dict)
    trees: Tables = Field(default_factory=dict)
    targets: Mapping[str, Any] = Field(default_factory=dict)
    hypotheses: tuple[HypothesisEntry, ...] = ()
    publish: tuple[Publication, ...] = ()
    schedule: Schedule = Schedule()
