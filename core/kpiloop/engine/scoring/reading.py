"""From the settings to checked rules: each condition is read by the language of KPIs."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kpiloop.engine.scoring.rules import (
    STAGES,
    AttributeRule,
    Checked,
    EventRule,
    ScoringRules,
    SegmentRule,
)
from kpiloop.errors import DefinitionError
from kpiloop.kpi.aggregate import read_filter
from kpiloop.kpi.measure import Reach
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.table import Table, tables
from kpiloop.project.scoring import ScoredEvent, Scoring, StageRule
from kpiloop.project.segments import Segments
from kpiloop.schema.fields import Kind
from kpiloop.schema.registry import day_of

_PEOPLE, _PERSON = "people", "person"
_NO_EVENTS = frozenset({_PEOPLE, "customer_intervals", "stage_intervals", "scores"})
"""Tables with a person that follow from the stages of people."""
_NOT_ASKED = STAGES | {day_of(each) for each in STAGES}


def read_scoring(scoring: Scoring, rules: Mapping[str, StageRule], origin: str) -> ScoringRules:
    """The checked rules; DefinitionError, with the place and what is legal, where one is wrong.

    `rules` are those of the stages that are to be decided by rules.
    """
    _check_names(scoring.events, origin)
    return ScoringRules(
        half_life=scoring.half_life_days,
        events=tuple(
            _event(name, entry, f"{origin} [scoring.events.{name}]")
            for name, entry in scoring.events.items()
        ),
        attributes=tuple(
            AttributeRule(
                where=read_condition(
                    entry.where,
                    known_before_stages(_PEOPLE),
                    f"{origin} [scoring.attributes.{name}]",
                ),
                points=entry.points,
            )
            for name, entry in scoring.attributes.items()
        ),
        stages=MappingProxyType(
            {
                stage: read_condition(
                    rule.where, scored_people(scoring.events), f"{origin} [rules.{stage}]"
                )
                for stage, rule in rules.items()
            }
        ),
    )


def read_segments(segments: Segments, origin: str) -> tuple[SegmentRule, ...]:
    """The checked segments, in their order; DefinitionError where a condition is not legal."""
    return tuple(
        SegmentRule(
            name=name,
            entity=entry.on,
            where=read_condition(
                entry.where, _without_owner(entry.on), f"{origin} [segments.{name}].where"
            ),
        )
        for name, entry in segments.items()
    )


def _without_owner(entity: str) -> Table:
    """People or companies as they are known first, with what they are of."""
    table = known_before_stages(entity)
    kept = {via: each for via, each in table.reaches.items() if via != "owner"}
    return _with_reaches(table, kept)


def read_condition(text: str, table: Table, where: str) -> Checked:
    """A condition over rows of a table; DefinitionError where it is none."""
    read = read_filter(text, table, where)
    return Checked(sql=read.condition.sql(dialect="duckdb"), reaches=read.columns)


def scored_people(events: Iterable[str]) -> Table:
    """People as rules see them: with their score and the numbers of their events so far."""
    table = known_before_stages(_PEOPLE)
    counted = {"score": Kind.NUMBER, **dict.fromkeys(events, Kind.WHOLE)}
    told = {name: Reach(_PERSON, _PEOPLE, name, kind) for name, kind in counted.items()}
    own = MappingProxyType({**table.own, **told})
    return _with_reaches(table, {**table.reaches, _PERSON: own})


def known_before_stages(entity: str) -> Table:
    """A table without what follows from the stages of people."""
    table = tables()[entity]
    reaches = dict(table.reaches)
    if _PERSON in reaches:
        kept = {name: each for name, each in reaches[_PERSON].items() if name not in _NOT_ASKED}
        reaches[_PERSON] = MappingProxyType(kept)
    return _with_reaches(table, reaches)


def _with_reaches(table: Table, reaches: Mapping[str, Mapping[str, Reach]]) -> Table:
    return Table(
        entity=table.entity,
        row=table.row,
        absent_is_zero=table.absent_is_zero,
        reaches=MappingProxyType(dict(reaches)),
    )


def _event(name: str, entry: ScoredEvent, where: str) -> EventRule:
    legal = [
        each.entity
        for each in tables().values()
        if "person_id" in each.own and each.entity not in _NO_EVENTS
    ]
    if entry.on not in legal:
        raise DefinitionError(
            f"{entry.on!r} is no table of what people do{did_you_mean(entry.on, legal)}",
            where=f"{where}.on",
            legal=", ".join(legal),
        )
    table = known_before_stages(entry.on)
    moments = [each for each, reach in table.own.items() if reach.kind is Kind.INSTANT]
    if entry.when not in moments:
        raise DefinitionError(
            f"{entry.when!r} is no time of {entry.on}{did_you_mean(entry.when, moments)}",
            where=f"{where}.when",
            legal=", ".join(moments),
        )
    return EventRule(
        name=name,
        entity=table.entity,
        row=table.row,
        when=entry.when,
        where=read_condition(entry.where, table, f"{where}.where") if entry.where else None,
        points=entry.points,
    )


def _check_names(names: Iterable[str], origin: str) -> None:
    """A rule must be able to tell an event from a column."""
    taken = {"score", *tables()[_PEOPLE].own}
    for name in names:
        if name in taken:
            raise DefinitionError(
                f"{name!r} is a column of people already",
                where=f"{origin} [scoring.events.{name}]",
                todo="choose another name",
            )
