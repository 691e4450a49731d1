"""Statements for scores: at every moment at which something happened, and when rules were met.

A score is a step function. What a person did is worth its points on that local day, and loses
half of them in each half-life, day by day; all that is calculated in whole millionths of a point,
so that the order of rows and the number of threads say nothing. What a person is, is worth its
points at any time. Points of events never add up to less than nothing.

A rule is looked at when the person was first known and at each of their events, just before and
just after it; between events a score can only fall.
"""

from collections.abc import Callable, Iterable, Iterator

from kpiloop.engine.scoring.rules import SCALE, Checked, EventRule, ScoringRules
from kpiloop.kpi.measure import Reach
from kpiloop.warehouse.sql import name as quoted
from kpiloop.warehouse.sql import text

Relation = Callable[[str], str]
"""From a resolved table to what stands for it in a FROM."""

MADE = ("scored_events", "score_bases", "scored_moments", "carried_points", "point_worths")
"""The temporary tables that the statements make."""

_PEOPLE, _PERSON = "people", "person"


def scored_moments(rules: ScoringRules, relation: Relation) -> Iterator[str]:
    """Statements that make `scored_events`, `score_bases` and `scored_moments`.

    scored_events(person_id, happened_at, happened_day, kind, points)
    score_bases(person_id, points)                    of what the person is
    scored_moments(person_id, happened_at, is_after, score, <name of each event> …)
    """
    yield from scored_points(rules, relation)
    yield _CARRIED
    yield _moments(rules)


def scored_points(rules: ScoringRules, relation: Relation) -> Iterator[str]:
    """Statements that make `scored_events` and `score_bases` alone."""
    yield _point_worths(rules)
    yield _events(rules, relation)
    yield _bases(rules, relation)


def rule_entries(stage: str, rule: Checked, relation: Relation) -> str:
    """A query for the moments at which people come to meet a rule: `person_id`, `stage`, `met_at`.

    After a moment it is met, and it was not just before, or not after the one before.
    """
    person = (
        f"(SELECT people.*, moments.* EXCLUDE (person_id) FROM {relation(_PEOPLE)} AS people "
        "JOIN scored_moments AS moments ON moments.person_id = people.id)"
    )
    return (
        f"SELECT person_id, {text(stage)} AS stage, happened_at AS met_at FROM ("
        f"SELECT {_PERSON}.id AS person_id, happened_at, is_after, "
        f"coalesce({rule.sql}, FALSE) AS is_met, "
        "coalesce(lag(is_met) OVER looked AND lag(is_met, 2) OVER looked, FALSE) AS was_met "
        f"FROM {person} AS {_PERSON}{joins(rule.reaches, _PERSON, relation)} "
        f"WINDOW looked AS (PARTITION BY {_PERSON}.id ORDER BY happened_at, is_after)"
        ") WHERE is_after AND is_met AND NOT was_met"
    )


def scores_at(days: str, as_of: str) -> str:
    """A query for the score of each person at the end of each day of a relation.

    `days` is a table with a column `day`; nothing that happened after `as_of` counts. Needs the
    tables that `scored_points` makes.
    """
    return (
        "WITH earned AS (SELECT person_id, happened_day AS day, sum(points)::BIGINT AS points "
        f"FROM scored_events WHERE happened_at < {as_of} GROUP BY ALL), "
        "left_over AS (SELECT person_id, asked.day, "
        f"sum(points * {_WORTH})::HUGEINT AS units FROM earned "
        f"JOIN {days} AS asked ON asked.day >= earned.day "
        "LEFT JOIN point_worths ON point_worths.age = asked.day - earned.day GROUP BY ALL) "
        f"SELECT person_id, asked.day, {_score('units', 'bases.points')} AS score "
        f"FROM score_bases AS bases CROSS JOIN {days} AS asked "
        "LEFT JOIN left_over USING (person_id, day) "
        "WHERE bases.known_day <= asked.day OR units IS NOT NULL"
    )


_MOMENT = ("person_id", "happened_at", "happened_day")

_WORTH = f"CASE WHEN getvariable('points_fade') THEN coalesce(worth, 0) ELSE {SCALE} END"

_CARRIED = f"""
CREATE OR REPLACE TEMP TABLE carried_points AS
WITH earned AS (
    SELECT person_id, happened_day AS day, sum(points)::BIGINT AS points
    FROM scored_events
    GROUP BY ALL
)
SELECT later.person_id, later.day, sum(earlier.points * {_WORTH})::HUGEINT AS units
FROM earned AS later
JOIN earned AS earlier ON earlier.person_id = later.person_id AND earlier.day < later.day
LEFT JOIN point_worths ON point_worths.age = later.day - earlier.day
GROUP BY ALL
"""


def _point_worths(rules: ScoringRules) -> str:
    worths = ", ".join(map(str, rules.worths()))
    return (
        f"SET VARIABLE points_fade = {rules.half_life is not None}; "
        "CREATE OR REPLACE TEMP TABLE point_worths AS SELECT "
        f"unnest(range({len(rules.worths())}))::BIGINT AS age, "
        f"unnest([{worths}]::INTEGER[])::HUGEINT AS worth"
    )


def _events(rules: ScoringRules, relation: Relation) -> str:
    rows = [_event(number, each, relation) for number, each in enumerate(rules.events)]
    none = (
        "SELECT NULL::VARCHAR AS person_id, NULL::TIMESTAMP AS happened_at, "
        "NULL::DATE AS happened_day, NULL::INTEGER AS kind, NULL::BIGINT AS points LIMIT 0"
    )
    listed = " UNION ALL ".join((f"({none})", *rows))
    return f"CREATE OR REPLACE TEMP TABLE scored_events AS {listed}"


def _event(number: int, event: EventRule, relation: Relation) -> str:
    row = quoted(event.row)
    where = f" AND ({event.where.sql})" if event.where else ""
    joined = joins(event.where.reaches, event.row, relation) if event.where else ""
    return (
        f"SELECT {row}.person_id, {row}.{quoted(event.when)}, {row}.{quoted(event.day)}, {number}, "
        f"{event.points} FROM {relation(event.entity)} AS {row}{joined} "
        f"WHERE {row}.person_id IS NOT NULL AND {row}.{quoted(event.when)} IS NOT NULL{where}"
    )


def _bases(rules: ScoringRules, relation: Relation) -> str:
    reaches = [reach for each in rules.attributes for reach in each.where.reaches]
    points = [
        f"CASE WHEN {each.where.sql} THEN {each.points} ELSE 0 END" for each in rules.attributes
    ]
    return (
        "CREATE OR REPLACE TEMP TABLE score_bases AS "
        f"SELECT {_PERSON}.id AS person_id, {_PERSON}.created_at AS known_at, "
        f"{_PERSON}.created_day AS known_day, ({' + '.join(points) or '0'})::BIGINT AS points "
        f"FROM {relation(_PEOPLE)} AS {_PERSON}{joins(reaches, _PERSON, relation)}"
    )


def _moments(rules: ScoringRules) -> str:
    names = [quoted(each.name) for each in rules.events]
    counts = [f"count(*) FILTER (kind = {number}) AS {each}" for number, each in enumerate(names)]
    so_far = [f"sum({each}) OVER all_so_far AS {each}" for each in names]
    before = [f"{each} - own_{number} AS {each}" for number, each in enumerate(names)]
    own = [f"{each} AS own_{number}" for number, each in enumerate(names)]
    return (
        "CREATE OR REPLACE TEMP TABLE scored_moments AS WITH happened AS ("
        "SELECT person_id, happened_at, happened_day, kind, points FROM scored_events "
        "UNION ALL SELECT person_id, known_at, known_day, NULL, 0 FROM score_bases "
        "WHERE known_at IS NOT NULL), "
        "moments AS ("
        f"SELECT {_listed(*_MOMENT, 'sum(points) AS gained', *counts)} "
        f"FROM happened GROUP BY {_listed(*_MOMENT)}), "
        "running AS ("
        f"SELECT {_listed(*_MOMENT, 'gained', *own)}, "
        f"{_listed('sum(gained) OVER today AS gained_today', *so_far)} FROM moments WINDOW "
        "today AS (PARTITION BY person_id, happened_day ORDER BY happened_at), "
        "all_so_far AS (PARTITION BY person_id ORDER BY happened_at)), "
        "scored AS (SELECT running.*, units, bases.points AS base FROM running "
        "JOIN score_bases AS bases USING (person_id) "
        "LEFT JOIN carried_points AS carried ON carried.person_id = running.person_id "
        "AND carried.day = running.happened_day) "
        f"SELECT {_listed('person_id', 'happened_at', 'FALSE AS is_after')}, "
        f"{_listed(_score(_units('gained_today - gained'), 'base') + ' AS score', *before)} "
        "FROM scored UNION ALL "
        f"SELECT {_listed('person_id', 'happened_at', 'TRUE')}, "
        f"{_listed(_score(_units('gained_today'), 'base'), *names)} FROM scored"
    )


def _units(points: str) -> str:
    return f"(coalesce(units, 0) + ({points})::HUGEINT * {SCALE})"


def _score(units: str, base: str) -> str:
    """From millionths, and whole points beside them, to a score."""
    return (
        f"((greatest(coalesce({units}, 0), 0) + {base}::HUGEINT * {SCALE})::DECIMAL(20, 0) "
        "* 0.000001::DECIMAL(6, 6))::DECIMAL(20, 6)"
    )


def joins(reaches: Iterable[Reach], row: str, relation: Relation) -> str:
    """What a condition refers to, joined with the row."""
    entities = {reach.via: reach.entity for reach in reaches if reach.via != row}
    return "".join(
        f" LEFT JOIN {relation(entity)} AS {quoted(via)} "
        f"ON {quoted(via)}.id = {quoted(row)}.{quoted(via + '_id')}"
        for via, entity in sorted(entities.items())
    )


def _listed(*columns: str) -> str:
    return ", ".join(columns)
