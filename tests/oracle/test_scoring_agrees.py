"""Scores and rules over small companies: what the statements find, the oracle finds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpiloop.engine.resolve.resolve import resolve
from kpiloop.engine.resolve.rules import Rules
from kpiloop.engine.scoring.keeping import keep_scores
from kpiloop.engine.scoring.reading import read_scoring
from kpiloop.engine.scoring.rules import ScoringRules, worth_after
from kpiloop.project.scoring import Scoring, StageRule
from oracle.companies import records, rules
from oracle.drawing import moments
from oracle.records import Records, day_in, store_records
from oracle.resolving import resolve_records
from oracle.scoring import NEARBY, acts_of, ends_of_months, scores, worth
from oracle.table_comparing import table_disagreements

_POINTS = st.sampled_from([40, 20, 5, -10])


@st.composite
def scorings(draw: st.DrawFn) -> ScoringRules:
    """Points and rules such that thresholds are met exactly now and then."""
    half_life = draw(st.sampled_from([None, "1 day", "7 days", "30 days"]))
    asked = {"on": "form_submissions", "when": "submitted_at", "points": draw(_POINTS)}
    bought = {
        "on": "orders",
        "when": "ordered_at",
        "where": "is_paid",
        "points": draw(_POINTS),
    }
    nearby = {"where": f"country = '{NEARBY}'", "points": draw(_POINTS)}
    scoring = {
        "half_life": half_life,
        "events": {"asked": asked, "bought": bought},
        "attributes": {"nearby": nearby},
    }
    stages = draw(st.sets(st.sampled_from(["mql", "sql"])))
    found = {
        stage: StageRule(
            where=f"score >= {draw(st.sampled_from([5, 20, 40, 60]))} AND "
            f"{draw(st.sampled_from(['asked', 'bought']))} >= {draw(st.integers(0, 2))}"
        )
        for stage in sorted(stages)
    }
    return read_scoring(Scoring.model_validate(scoring), found, "kpiloop.toml")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(company=records(), drawn=rules(), scoring=scorings(), as_of=moments)
def test_both_readings_of_scores_and_rules_agree(
    empty: DuckDBPyConnection,
    company: Records,
    drawn: Rules,
    scoring: ScoringRules,
    as_of: datetime,
) -> None:
    """Stages that rules decide, and all scores, are the same in SQL and in plain Python."""
    under = replace(drawn, scoring=scoring)
    store_records(empty, company)
    resolve(empty, under)
    tables = resolve_records(company, under)
    assert list(table_disagreements(empty, tables)) == []
    last = day_in(under.zone, as_of)
    assert last is not None
    first = last - timedelta(days=70)
    moment = as_of.replace(tzinfo=UTC)
    keep_scores(empty, scoring, zone=under.zone, first_day=first, as_of=moment)
    acts = acts_of(tables["form_submissions"], tables["orders"], under)
    for end in ends_of_months(first, last):
        assert _kept(empty, end) == scores(tables["people"], acts, end, as_of, under)


def _kept(connection: DuckDBPyConnection, day: date) -> dict[str, object]:
    found: Sequence[tuple[str, object]] = connection.execute(
        "SELECT person_id, score FROM resolved.scores"
        " WHERE started_day <= $day AND (ended_day IS NULL OR ended_day > $day)",
        {"day": day},
    ).fetchall()
    return dict(found)


@pytest.mark.parametrize("half_life", [1, 7, 90, 999])
def test_a_point_is_worth_what_the_oracle_says_on_each_day(half_life: int) -> None:
    """Until a point is worth nothing, both readings round it to the same millionth."""
    days = range(25 * half_life)
    assert [worth_after(each, half_life) for each in days] == [
        worth(each, half_life) * 10**6 for each in days
    ]


@given(half_life=st.integers(1, 999), days=st.integers(0, 30_000))
def test_points_only_fade(half_life: int, days: int) -> None:
    """A point is never worth more than the day before, and half after each half-life."""
    assert worth_after(days, half_life) >= worth_after(days + 1, half_life)
    assert abs(worth_after(days, half_life) - 2 * worth_after(days + half_life, half_life)) <= 2
