"""A rule on history: whom it would have made MQLs, and what became of them; nothing is written.

Both rules are judged by what happened: by the SQLs and customers of today. Who entered in the last
90 days has not had the time to get on, and is in no rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from duckdb import DuckDBPyConnection

from kpiloop.engine.scoring.moments import MADE, rule_entries, scored_moments
from kpiloop.engine.scoring.rules import ScoringRules
from kpiloop.warehouse.sql import name, table

WITHIN_DAYS = 90
"""The time that people have to get on, as in the bundled KPIs."""
_FOLLOWING = {"mql": "became_sql", "sql": "became_customer"}


class Fate(StrEnum):
    """What becomes of a person if the candidate is the rule."""

    GAINED = "gained"
    LOST = "lost"
    EARLIER = "earlier"
    LATER = "later"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule brings over the whole history."""

    people: int
    """Who met it."""
    had_time: int
    """Those of them who met it long enough ago."""
    got_on: int
    """Those of these who were in the following stage in time: SQLs of MQLs, customers of SQLs."""
    became_customers: int
    """Those of these who were customers in time."""
    cost_each: Decimal | None
    """Cost of marketing, for SQLs of sales as well, per person; no value without both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A person for whom the candidate says something else than today's rule."""

    person_id: str
    email: str | None
    fate: Fate
    today_at: datetime | None
    candidate_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """A candidate beside what holds today."""

    stage: str
    today: Outcome
    candidate: Outcome
    fates: dict[Fate, int]
    months: Sequence[tuple[str, int, int]]
    """Month, and how many met today's rule and the candidate in it."""
    changed: Sequence[Changed]


def backtest(
    connection: DuckDBPyConnection, rules: ScoringRules, stage: str, as_of: datetime
) -> Backtest:
    """Replay the rule of a stage over the resolved tables; to be called in a transaction.

    Days are those of the zone of the as-of time.
    """

    def resolved(entity: str) -> str:
        return table("resolved", entity)

    for statement in scored_moments(rules, resolved):
        connection.execute(statement)
    stored = as_of.astimezone(UTC).replace(tzinfo=None)
    entries = rule_entries(stage, rules.stages[stage], resolved)
    connection.execute(
        _REPLAYED.format(entries=entries, stage=stage), {"as_of": stored, "zone": str(as_of.tzinfo)}
    )
    fates = dict(connection.execute(_FATES).fetchall())
    found = Backtest(
        stage=stage,
        today=_outcome(connection, stage, "today", as_of),
        candidate=_outcome(connection, stage, "candidate", as_of),
        fates={fate: fates.get(fate.value, 0) for fate in Fate},
        months=connection.execute(_MONTHS).fetchall(),
        changed=_changed(connection),
    )
    for made in (*MADE, "replayed"):
        connection.execute(f"DROP TABLE IF EXISTS {name(made)}")
    return found


def _outcome(connection: DuckDBPyConnection, stage: str, rule: str, as_of: datetime) -> Outcome:
    asked = connection.execute(
        _OUTCOME.format(rule=rule, following=_FOLLOWING[stage]),
        {"today": as_of.date(), "within": WITHIN_DAYS, "with_sales": stage == "sql"},
    )
    row = asked.fetchone()
    people, had_time, got_on, customers, cost = row or (0, 0, 0, 0, None)
    return Outcome(
        people=people,
        had_time=had_time,
        got_on=got_on,
        became_customers=customers,
        cost_each=cost / people if cost is not None and people else None,
    )


def _changed(connection: DuckDBPyConnection) -> list[Changed]:
    return [
        Changed(
            person_id=person_id,
            email=email,
            fate=Fate(fate),
            today_at=_in_utc(today_at),
            candidate_at=_in_utc(candidate_at),
        )
        for person_id, email, fate, today_at, candidate_at in connection.execute(
            _CHANGED
        ).fetchall()
    ]


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


_REPLAYED = """
CREATE OR REPLACE TEMP TABLE replayed AS
WITH met AS (
    SELECT person_id, min(met_at) AS met_at
    FROM ({entries})
    WHERE met_at < $as_of
    GROUP BY person_id
), moments AS (
    SELECT people.id AS person_id, people.email, people.became_{stage}_at AS today_at,
        met.met_at AS candidate_at, became_sql_at, became_sql_day, became_customer_at,
        became_customer_day
    FROM resolved.people
    LEFT JOIN met ON met.person_id = people.id
)
SELECT *, timezone($zone, timezone('UTC', today_at))::DATE AS today_day,
    timezone($zone, timezone('UTC', candidate_at))::DATE AS candidate_day, CASE
    WHEN today_at IS NULL THEN 'gained'
    WHEN candidate_at IS NULL THEN 'lost'
    WHEN candidate_at < today_at THEN 'earlier'
    WHEN candidate_at > today_at THEN 'later'
    ELSE 'same' END AS fate
FROM moments
WHERE today_at IS NOT NULL OR candidate_at IS NOT NULL
"""

_FATES = "SELECT fate, count(*) FROM replayed GROUP BY fate"

_OUTCOME = """
WITH entered AS (
    SELECT {rule}_day + $within::INTEGER < $today AS had_time,
        {following}_at >= {rule}_at AND {following}_day <= {rule}_day + $within::INTEGER AS got_on,
        became_customer_at >= {rule}_at
            AND became_customer_day <= {rule}_day + $within::INTEGER AS bought
    FROM replayed
    WHERE {rule}_at IS NOT NULL
), spent AS (
    SELECT sum(amount_home) AS cost
    FROM resolved.costs
    WHERE cost_day <= $today
        AND (department = 'marketing' OR department = 'sales' AND $with_sales)
)
SELECT count(*), count(*) FILTER (had_time), count(*) FILTER (had_time AND got_on),
    count(*) FILTER (had_time AND bought), (SELECT cost FROM spent)
FROM entered
"""

_MONTHS = """
SELECT strftime(day, '%Y-%m') AS month, sum(today)::BIGINT, sum(candidate)::BIGINT
FROM (
    SELECT today_day AS day, 1 AS today, 0 AS candidate FROM replayed
    UNION ALL
    SELECT candidate_day, 0, 1 FROM replayed
)
WHERE day IS NOT NULL
GROUP BY month
ORDER BY month
"""

_CHANGED = """
SELECT person_id, email, fate, today_at, candidate_at
FROM replayed
WHERE fate <> 'same'
ORDER BY fate, person_id
"""
