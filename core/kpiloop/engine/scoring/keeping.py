"""The table of scores: what each person scored at the ends of months, and scores now.

A score changes by time alone, so the table is made in each cycle, after resolving, from what was
resolved; without points it is empty, and its KPIs say so.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from kpiloop.engine.scoring.moments import MADE, scored_points, scores_at
from kpiloop.engine.scoring.rules import ScoringRules, month_ends
from kpiloop.schema.registry import resolved_columns
from kpiloop.schema.scores import Score
from kpiloop.warehouse.sql import definitions, name, table

NO_POINTS = "kpiloop.toml gives no points in [scoring]"
_SCORES = table("resolved", Score.entity)
_COLUMNS = definitions(resolved_columns(Score))


def make_room(connection: DuckDBPyConnection) -> None:
    """See to it that the table is there, be it empty."""
    connection.execute(f"CREATE TABLE IF NOT EXISTS {_SCORES} ({_COLUMNS})")


def unscored(rules: ScoringRules) -> Mapping[str, str]:
    """The table with the reason why it holds nothing, if so."""
    return {} if rules.has_points else {Score.entity: NO_POINTS}


def keep_scores(
    connection: DuckDBPyConnection,
    rules: ScoringRules,
    *,
    zone: ZoneInfo,
    first_day: date,
    as_of: datetime,
) -> None:
    """Make the table anew, from the resolved ones; to be called in a transaction."""
    connection.execute(f"CREATE OR REPLACE TABLE {_SCORES} ({_COLUMNS})")
    if not rules.has_points:
        return
    for statement in scored_points(rules, lambda entity: table("resolved", entity)):
        connection.execute(statement)
    days = month_ends(first_day, as_of.astimezone(zone).date())
    midnights = [
        datetime.combine(each, time(), zone).astimezone(UTC).replace(tzinfo=None) for each in days
    ]
    connection.execute(_ASKED, {"days": days, "midnights": midnights})
    stored = as_of.astimezone(UTC).replace(tzinfo=None)
    scores = scores_at("asked_days", f"TIMESTAMP '{stored.isoformat(sep=' ')}'")
    connection.execute(f"INSERT INTO {_SCORES} BY NAME {_CHANGES.format(scores=scores)}")
    for made in (*MADE, "asked_days"):
        connection.execute(f"DROP TABLE IF EXISTS {name(made)}")


_ASKED = """
CREATE OR REPLACE TEMP TABLE asked_days AS
SELECT unnest($days::DATE[]) AS day, unnest($midnights::TIMESTAMP[]) AS begins_at
"""

_CHANGES = """
WITH scores AS ({scores}), changes AS (
    SELECT *
    FROM scores
    WINDOW ends AS (PARTITION BY person_id ORDER BY day)
    QUALIFY score IS DISTINCT FROM lag(score) OVER ends
), spans AS (
    SELECT person_id, score, day, lead(day) OVER ends AS last_day
    FROM changes
    WINDOW ends AS (PARTITION BY person_id ORDER BY day)
)
SELECT spans.person_id || ':' || spans.day AS id, people.source, spans.person_id, score,
    asked.begins_at AS started_at, spans.day AS started_day,
    following.begins_at AS ended_at, spans.last_day AS ended_day
FROM spans
JOIN resolved.people ON people.id = spans.person_id
JOIN asked_days AS asked ON asked.day = spans.day
LEFT JOIN asked_days AS following ON following.day = spans.last_day
WHERE score <> 0
"""
