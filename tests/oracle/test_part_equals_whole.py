"""Resolving only what a change is tied to ends in the same tables as resolving everything."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kpiloop.engine.resolve.resolve import resolve
from kpiloop.engine.resolve.rules import Rules
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse.layout import lay_out
from oracle.changes import a_change, a_company, store
from oracle.companies import rules

CHANGES = 3
LEAST_IN_PART = 0.5
"""Share of the changes that must not make everything anew, or the test would say nothing."""


def test_resolving_a_part_ends_as_resolving_all() -> None:
    """Every table and every column, after each change of a history, and by a part for the most."""
    in_part: list[bool] = []

    @settings(
        max_examples=4,
        deadline=None,
        phases=(Phase.reuse, Phase.generate),  # of a seed there is nothing simpler
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(seed=st.integers(0, 2**32), rules=rules())
    def of_each_company(seed: int, rules: Rules) -> None:
        in_part.extend(history(seed, rules))

    of_each_company()

    assert sum(in_part) >= LEAST_IN_PART * len(in_part)


def history(seed: int, rules: Rules) -> Iterator[bool]:
    """Change a company again and again; whether a part was enough, each time."""
    random = Random(seed)  # noqa: S311 - nothing is secret here
    stored = a_company(random)
    with _database() as step_by_step, _database() as at_once:
        for connection in (step_by_step, at_once):
            store(connection, stored)
        resolve(step_by_step, rules)
        for _ in range(CHANGES):
            change = a_change(random, stored)
            stored = {**stored, **change}
            costs = rules.costs[: random.randint(0, 2)]
            was = _made_whole(step_by_step)
            for connection in (step_by_step, at_once):
                store(connection, change)
            _forget(at_once)
            reports = [
                resolve(connection, replace(rules, costs=costs), most=1)
                for connection in (step_by_step, at_once)
            ]

            assert reports[0] == reports[1]
            assert _tables(step_by_step) == _tables(at_once)
            yield _made_whole(step_by_step) == was


def _database() -> DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    lay_out(connection, PULLED)
    return connection


def _forget(connection: DuckDBPyConnection) -> None:
    """Let the next time be the first."""
    connection.execute("DELETE FROM state.meta WHERE key = 'resolved'")


def _made_whole(connection: DuckDBPyConnection) -> Any:
    """Something that is another each time when all is made anew."""
    return connection.execute(
        "SELECT table_oid FROM duckdb_tables() WHERE schema_name = 'resolved'"
        " AND table_name = 'ties'"
    ).fetchone()


def _tables(connection: DuckDBPyConnection) -> dict[str, list[str]]:
    """Every row of every resolved table."""
    names = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'resolved'"
    ).fetchall()
    return {
        name: sorted(map(repr, connection.execute(f"FROM resolved.{name}").fetchall()))
        for (name,) in names
    }
