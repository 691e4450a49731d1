"""What packs can make the warehouse do: nothing but compute, and not for ever."""

from datetime import date

import pytest
from duckdb import DuckDBPyConnection

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.guard import Guard
from kpiloop.engine.compute.question import Question
from kpiloop.errors import DefinitionError
from kpiloop.kpi.calendar import Grain
from support.resolved_company import Company

HOSTILE = "x' OR TRUE); DROP TABLE resolved.people; --"
ENDLESS = "SELECT count(*) FROM range(10000000) AS a(n), range(10000000) AS b(n) WHERE a.n < b.n"


def test_a_statement_that_takes_too_long_is_stopped(connection: DuckDBPyConnection) -> None:
    """The error names what was computed and how long it might have taken."""
    guard = Guard(connection=connection, time_limit=0.05)

    with pytest.raises(DefinitionError, match=r"computing leads takes longer than 0\.05 s"):
        guard.rows(ENDLESS, ["leads"])


def test_a_stopped_statement_leaves_the_connection_usable(connection: DuckDBPyConnection) -> None:
    """The next question is answered, and nobody interrupts it."""
    guard = Guard(connection=connection, time_limit=0.05)
    with pytest.raises(DefinitionError):
        guard.rows(ENDLESS, ["leads"])

    assert Guard(connection=connection).rows("SELECT 42", ["leads"]) == [(42,)]


def test_one_statement_is_run_at_a_time(connection: DuckDBPyConnection) -> None:
    """Two of them are refused before either has run."""
    connection.execute("CREATE TABLE witness AS SELECT 1")

    with pytest.raises(DefinitionError, match="one statement"):
        Guard(connection=connection).rows("DROP TABLE witness; SELECT 1", ["leads"])
    assert connection.execute("FROM witness").fetchall() == [(1,)]


def test_the_limit_of_a_computation_holds_for_its_statements(company: Company) -> None:
    """A million channels do not come to its end in no time."""
    company.pack = LEADS
    company.connection.execute(
        "INSERT INTO resolved.people (id, became_lead_day, channel) "
        "SELECT range::VARCHAR, DATE '2026-05-05', md5(range::VARCHAR) FROM range(1000000)"
    )
    question = Question(
        kpis=("leads",),
        grains=(Grain.MONTH,),
        first_day=date(2026, 1, 1),
        last_day=date(2026, 12, 31),
        cuts=(("channel",),),
    )

    with pytest.raises(DefinitionError, match="computing leads takes longer"):
        list(
            compute(
                company.connection, company.catalog, [question], company.moment, time_limit=0.001
            )
        )


LEADS = """
[measures.leads]
title = "Leads"
on = "people"
aggregate = "count(*)"
when = "became_lead_at"
"""


def test_texts_of_a_filter_stay_texts(company: Company) -> None:
    """What looks like the end of a statement is compared with, letter by letter."""
    spelled = HOSTILE.replace("'", "''")
    company.pack = LEADS + f"where = \"country = '{spelled}'\"\n"
    company.put("people", became_lead_at="2026-05-05", country="DE")
    company.put("people", became_lead_at="2026-05-05", country=HOSTILE)

    assert company.one("leads", "2026-05").value == 1


def test_values_of_dimensions_are_data(company: Company) -> None:
    """A channel may be called anything."""
    company.pack = LEADS
    company.put("people", became_lead_at="2026-05-05", channel=HOSTILE)

    assert company.by("leads", "channel") == {(HOSTILE,): 1}


def test_ids_of_records_are_data(company: Company) -> None:
    """So may a record's id."""
    company.pack = LEADS
    company.put("people", id=HOSTILE, became_lead_at="2026-05-05")

    assert company.per_record("leads", "person") == {HOSTILE: (1, 1, "complete")}
