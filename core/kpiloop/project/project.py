"""A project, as every other part of kpiloop sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeAlias
from zoneinfo import ZoneInfo

from kpiloop.derivation import PluginSettings
from kpiloop.errors import ConfigError
from kpiloop.kpi.calendar import Calendar
from kpiloop.kpi.names import did_you_mean
from kpiloop.project.channels import Channels
from kpiloop.project.costs import BudgetEntry, CostEntry
from kpiloop.project.customers import Customers
from kpiloop.project.deals import Deals
from kpiloop.project.exclude import Exclude
from kpiloop.project.file import ProjectFile, Tables
from kpiloop.project.forms import Forms
from kpiloop.project.funnel import Funnel
from kpiloop.project.hypotheses import HypothesisEntry
from kpiloop.project.people import Companies, People
from kpiloop.project.publish import Publication
from kpiloop.project.rates import Rates
from kpiloop.project.records import Campaigns, Records
from kpiloop.project.sales import Sales
from kpiloop.project.schedule import Schedule
from kpiloop.project.scoring import Scoring, StageRules
from kpiloop.project.segments import Segments
from kpiloop.project.sources import SourceSection
from kpiloop.project.stages import Stages

Sections: TypeAlias = Mapping[str, PluginSettings]
"""What plugins read of kpiloop.toml, by section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What kpiloop.toml says, checked; made by `load_project`.

    It holds no secret but those that the file itself holds, and never shows one.
    """

    path: Path
    """The file."""
    text: str = field(repr=False)
    """What it says, for messages that name a line."""
    home: Path
    timezone: ZoneInfo
    currency: str
    rates_from: str | None
    calendar: Calendar
    sources: Mapping[str, SourceSection]
    stages: Stages
    funnel: Funnel
    forms: Forms
    channels: Channels
    customers: Customers
    people: People
    companies: Companies
    campaigns: Campaigns
    records: Records
    costs: tuple[CostEntry, ...]
    budgets: tuple[BudgetEntry, ...]
    rates: Rates
    exclude: Exclude
    deals: Deals
    sales: Sales
    segments: Segments
    scoring: Scoring
    rules: StageRules
    measures: Tables
    kpis: Tables
    trees: Tables
    targets: Mapping[str, object]
    hypotheses: tuple[HypothesisEntry, ...]
    publish: tuple[Publication, ...]
    schedule: Schedule
    plugins: Sections
    """What plugins read, by section."""

    @classmethod
    def of(cls, file: ProjectFile, *, path: Path, text: str, plugins: Sections) -> Self:
        """The project of a file's sections, with its paths made absolute."""
        general = file.project
        return cls(
            path=path,
            text=text,
            home=path.parent / general.home.expanduser(),
            timezone=general.timezone,
            currency=general.currency,
            rates_from=general.rates_from,
            calendar=general.calendar,
            sources=file.sources,
            stages=file.stages,
            funnel=file.funnel,
            forms=file.forms,
            channels=file.channels,
            customers=file.customers,
            people=file.people,
            companies=file.companies,
            campaigns=file.campaigns,
            records=file.records,
            costs=file.costs,
            budgets=file.budgets,
            rates=file.rates,
            exclude=file.exclude,
            deals=file.deals,
            sales=file.sales,
            segments=file.segments,
            scoring=file.scoring,
            rules=file.rules,
            measures=file.measures,
            kpis=file.kpis,
            trees=file.trees,
            targets=file.targets,
            hypotheses=file.hypotheses,
            publish=file.publish,
            schedule=file.schedule,
            plugins=plugins,
        )

    @property
    def warehouse(self) -> Path:
        """The file of the warehouse."""
        return self.home / "warehouse.duckdb"

    @property
    def ledger(self) -> Path:
        """The file of the ledger."""
        return self.home / "ledger.sqlite"

    def source(self, name: str) -> SourceSection:
        """The source of a name; ConfigError, with those that there are, where none is."""
        if name in self.sources:
            return self.sources[name]
        raise ConfigError(
            f"there is no source {name!r}{did_you_mean(name, self.sources)}",
            where=str(self.path),
            legal=", ".join(sorted(self.sources)) or "none: the file has no [sources.<name>]",
            todo=f"Correct the name, or add [sources.{name}].",
        )

    def connector_of(self, source: str) -> str:
        """The name of the connector that speaks to a source."""
        return self.source(source).connector or source
