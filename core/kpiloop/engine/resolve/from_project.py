"""From kpiloop.toml and what the connectors know to the rules of resolving."""

from collections.abc import Iterator
from datetime import date

from kpiloop.engine.resolve.joining import FREEMAIL, Joining
from kpiloop.engine.resolve.rules import (
    ChannelRule,
    ConfiguredBudget,
    ConfiguredCost,
    CustomerEnds,
    CustomerIs,
    Rate,
    Rules,
)
from kpiloop.engine.scoring.reading import read_scoring, read_segments
from kpiloop.engine.scoring.rules import ScoringRules
from kpiloop.kpi.condition import parse_condition
from kpiloop.kpi.target import YEARS
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.defaults import stages_of
from kpiloop.project.project import Project
from kpiloop.schema.people import Contact
from kpiloop.warehouse.sql import text

_EARLIEST = date(1990, 1, 1)


def rules_of(project: Project, host: PluginHost, first_day: date, last_day: date) -> Rules:
    """The rules of a project; costs are stated for the days from first to last.

    Budgets are stated to the end of the years that hold the last day. Raises DefinitionError
    where the condition of a channel is not legal.
    """
    return Rules(
        zone=project.timezone,
        home_currency=project.currency,
        stages={source: stages_of(project, source, host) for source in project.sources},
        ladder=project.funnel.ladder,
        joining=_joining(project),
        systems_of_record=dict(project.records.named()),
        fill_skipped=project.funnel.fill_skipped,
        channels=tuple(_channels(project, host)),
        customer_is=CustomerIs(project.customers.count),
        customer_ends=CustomerEnds(project.customers.ends.kind.value),
        customer_days=project.customers.ends.days,
        costs=tuple(_costs(project, first_day, last_day)),
        budgets=tuple(_budgets(project, first_day, last_day)),
        spread_sales_cost=project.channels.spread == "new_customers",
        rates=tuple(_rates(project)),
        rates_from=project.rates_from,
        excluded_addresses=project.exclude.emails,
        excluded_companies=project.exclude.companies,
        form_kinds=project.forms,
        pipelines=project.deals.pipelines,
        deal_types=project.deals.types,
        inside_sales=project.sales.inside,
        passed_from=project.sales.passed_from,
        scoring=scoring_of(project),
        segments=read_segments(project.segments, project.path.name),
    )


def scoring_of(project: Project) -> ScoringRules:
    """How a project scores people, with the rules that decide stages.

    Raises DefinitionError where a condition, a table or a time is not legal.
    """
    deciding = {stage: rule for stage, rule in project.rules.named().items() if rule.decides}
    return read_scoring(project.scoring, deciding, project.path.name)


def _joining(project: Project) -> Joining:
    people, companies = project.people, project.companies
    joins = {"contacts": people.join, "companies": companies.join}
    return Joining(
        addresses="email" in people.join,
        plus_is_same=people.plus_addresses == "same",
        dotless_hosts=people.ignore_dots,
        shared_addresses=people.shared,
        never=tuple(each.ids for each in people.never_join),
        ids=tuple(entity for entity, reasons in joins.items() if "same_as" in reasons),
        bare_ids=people.same_as,
        domains="domain" in companies.join,
        freemail_hosts=(*FREEMAIL, *companies.freemail),
        aliases=project.campaigns.aliases,
    )


def _channels(project: Project, host: PluginHost) -> Iterator[ChannelRule]:
    """The user's rules hold for every source; a connector's own for its source alone."""
    for number, entry in enumerate(project.channels.rules, start=1):
        where = f"{project.path.name} [channels] rule {number}"
        yield ChannelRule(channel=entry.channel, where=_sql(entry.where, where))
    for source in project.sources:
        connector = host.connector(project.connector_of(source))
        for rule in connector.default_channels:
            condition = _sql(rule.where, f"connector {connector.name}, channel {rule.channel}")
            here = f'"contact"."source" = {text(source)} AND ({condition})'
            yield ChannelRule(channel=rule.channel, where=here)


def _sql(condition: str, where: str) -> str:
    return parse_condition(condition, Contact, where).sql(dialect="duckdb")


def _costs(project: Project, first_day: date, last_day: date) -> Iterator[ConfiguredCost]:
    for entry in project.costs:
        for span in entry.spans(first_day, last_day):
            yield ConfiguredCost(
                kind=entry.kind,
                department=entry.department,
                amount=span.amount,
                first_day=span.first_day,
                last_day=span.last_day,
                currency=entry.currency,
                channel=entry.channel,
                campaign_id=entry.campaign,
                product=entry.product,
            )


def _budgets(project: Project, first_day: date, last_day: date) -> Iterator[ConfiguredBudget]:
    end = max(project.calendar.period_of(grain, last_day).last_day for grain in YEARS)
    for entry in project.budgets:
        for span in entry.spans(first_day, end):
            yield ConfiguredBudget(
                amount=span.amount,
                first_day=span.first_day,
                last_day=span.last_day,
                kind=entry.kind,
                department=entry.department,
                currency=entry.currency,
                channel=entry.channel,
                campaign_id=entry.campaign,
                product=entry.product,
            )


def _rates(project: Project) -> Iterator[Rate]:
    for currency, rates in project.rates.items():
        for rate in rates:
            yield Rate(currency=currency, valid_from=rate.valid_from or _EARLIEST, rate=rate.rate)
