"""A candidate rule beside today's: numbers that can be checked by hand, and nothing is written."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from kpiloop import DefinitionError
from kpiloop.engine.resolve.resolve import resolve
from kpiloop.engine.resolve.rules import ConfiguredCost, Rules
from kpiloop.engine.scoring.backtest import Backtest, Fate, backtest
from kpiloop.engine.scoring.reading import read_scoring
from kpiloop.project.scoring import Scoring, StageRule
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse.layout import lay_out

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 1, 1, 12)  # noqa: DTZ001 - as the warehouse keeps instants
AS_OF = datetime(2026, 6, 5, 9, tzinfo=BERLIN)
SCORING = Scoring.model_validate(
    {
        "half_life": "10 days",
        "events": {
            "asked": {"on": "form_submissions", "when": "submitted_at", "points": 40},
        },
    }
)
RULES = Rules(
    zone=BERLIN,
    home_currency="EUR",
    stages={"crm": {"lead": "lead", "mql": "mql", "sql": "sql"}},
    costs=(
        ConfiguredCost(
            kind="media",
            department="marketing",
            amount=Decimal(300),
            first_day=NOON.date(),
            last_day=NOON.date(),
        ),
    ),
)


@pytest.fixture(scope="module")
def company() -> Iterator[DuckDBPyConnection]:
    """Ann asked on days 0 and 10, Bob asked once, Cem is an MQL by the vendor alone."""
    with duckdb.connect() as connection:
        lay_out(connection, PULLED)
        for person in ("ann", "bob", "cem"):
            connection.execute(
                "INSERT INTO pulled.contacts (source, id, created_at) VALUES ('crm', ?, ?)",
                [person, NOON],
            )
        changes = [("ann", "mql", 20), ("ann", "sql", 30), ("cem", "mql", 1)]
        for number, (person, stage, day) in enumerate(changes):
            connection.execute(
                "INSERT INTO pulled.stage_changes (source, id, of_entity, parent_id, stage,"
                " entered_at) VALUES ('crm', ?, 'contacts', ?, ?, ?)",
                [str(number), person, stage, NOON + timedelta(days=day)],
            )
        for number, (person, day) in enumerate([("ann", 0), ("ann", 10), ("bob", 3)]):
            connection.execute(
                "INSERT INTO pulled.form_submissions (source, id, contact_id, submitted_at)"
                " VALUES ('crm', ?, ?, ?)",
                [str(number), person, NOON + timedelta(days=day)],
            )
        resolve(connection, RULES)
        yield connection


def replayed(company: DuckDBPyConnection, where: str) -> Backtest:
    """What a rule over these points would have changed."""
    rules = read_scoring(SCORING, {"mql": StageRule(where=where)}, "rules.toml")
    return backtest(company, rules, "mql", AS_OF)


def test_a_threshold_is_met_exactly(company: DuckDBPyConnection) -> None:
    """40 points of which half are left after ten days make 60 with 40 more: no less, no more."""
    (ann,) = [
        each for each in replayed(company, "score >= 60").changed if each.person_id == "crm:ann"
    ]
    assert ann.candidate_at == (NOON + timedelta(days=10)).replace(tzinfo=ZoneInfo("UTC"))
    assert replayed(company, "score > 60").candidate.people == 0


def test_who_changes_is_told(company: DuckDBPyConnection) -> None:
    """One is found earlier, one is gained, one is lost."""
    found = replayed(company, "score >= 40")
    fates = {each.person_id: each.fate for each in found.changed}
    assert fates == {"crm:ann": Fate.EARLIER, "crm:bob": Fate.GAINED, "crm:cem": Fate.LOST}


def test_volume_conversion_and_cost_stand_beside_todays(company: DuckDBPyConnection) -> None:
    """300 of cost make 150 for each of two; of two, one became SQL in 90 days."""
    found = replayed(company, "asked >= 1")
    assert (found.today.people, found.candidate.people) == (2, 2)
    assert (found.candidate.had_time, found.candidate.got_on) == (2, 1)
    assert found.candidate.cost_each == Decimal(150)
    assert found.months == [("2026-01", 2, 2)]


def test_nothing_is_written(company: DuckDBPyConnection) -> None:
    """After a test every table, resolved and temporary, is as it was."""
    tables = "SELECT schema_name, table_name, estimated_size FROM duckdb_tables() ORDER BY ALL"
    before = company.execute(tables).fetchall()
    replayed(company, "score >= 1")
    assert company.execute(tables).fetchall() == before


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("scoer >= 40", "did you mean 'score'"),
        ("became_mql_at IS NULL", "has no column"),
        ("score", "neither true nor false"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(
    company: DuckDBPyConnection, where: str, said: str
) -> None:
    """A column that is not there, or follows from the rule itself, is told with the place."""
    with pytest.raises(DefinitionError, match=said):
        replayed(company, where)
