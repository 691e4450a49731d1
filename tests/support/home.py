"""A project in a folder of its own: its cycles, and what its stores hold."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kpiloop import Clock
from kpiloop.engine.cycle.booking import booked
from kpiloop.engine.cycle.cycle import ComputeReport, Cycle
from kpiloop.engine.pull.report import PullReport
from kpiloop.engine.pull.run import PullRequest
from kpiloop.engine.resolve.seen import TABLES as NOTES
from kpiloop.engine.write_back.apply import ApplyReport
from kpiloop.ledger.plan import Plan, PlanRow
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.loading import read_project
from kpiloop.project.project import Project
from kpiloop.schema.record import Record, columns_of
from kpiloop.schema.registry import PULLED
from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN
from kpiloop_sandbox.project_file import demo_project
from kpiloop_sandbox.vendors import HUBSPOT

FAST = "calls_per_10_seconds = 1000000\nsearches_per_second = 1000000\n"
"""The limits have tests of their own; waiting for them would only slow these down."""

Row = tuple[Any, ...]


@dataclass(kw_only=True)
class Home:
    """A project and its stores; each method is what one call of the program does."""

    folder: Path
    base_url: str
    clock: Clock
    host: PluginHost
    text: str = ""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.text = self.text or _demo(self.base_url)

    @property
    def project(self) -> Project:
        """The project as its file says it now."""
        path = self.folder / "kpiloop.toml"
        return read_project(self.text, path=path, host=self.host, environment=self.environment)

    def begin(self) -> AbstractContextManager[Cycle]:
        """A cycle, with the lease."""
        return Cycle.begin(self.project, self.host, self.clock)

    def pull(self, **request: Any) -> PullReport:
        """Pull, however it ends."""
        with self.begin() as cycle:
            (report,) = cycle.pull((), PullRequest(**request))
        for stream in report.streams:
            assert stream.counts.closes, stream
        return report

    def green_pull(self, **request: Any) -> PullReport:
        """Pull, which must go well."""
        report = self.pull(**request)
        assert report.is_green, report.failed
        return report

    def compute(self) -> ComputeReport:
        """Resolve, compute and publish."""
        with self.begin() as cycle, booked(cycle.runs, "run") as run:
            return cycle.compute(run.run_id)

    def plan(self) -> Plan:
        """Compute, and plan what to write."""
        with self.begin() as cycle, booked(cycle.runs, "run") as run:
            return cycle.plan(cycle.compute(run.run_id).published.set_id)

    def newest_plan(self) -> Plan:
        """The plan that was made last."""
        with self.begin() as cycle:
            found = cycle.plans.latest()
        assert found is not None
        return found

    def plan_rows(self, plan: Plan) -> list[PlanRow]:
        """The rows of a plan, as they stand now."""
        with self.begin() as cycle:
            return list(cycle.plans.rows(plan.id))

    def apply(self, plan: Plan) -> ApplyReport:
        """Apply a plan."""
        with self.begin() as cycle:
            found = cycle.plans.get(plan.id)
            assert found is not None
            return cycle.apply(found)

    def rows(self, query: str) -> list[Row]:
        """What the warehouse answers."""
        return self.answers({"": query})[""]

    def answers(self, queries: Mapping[str, str]) -> dict[str, list[Row]]:
        """What the warehouse answers to several queries, by their names."""
        with self.begin() as cycle, cycle.warehouse() as warehouse, warehouse.cursor() as cursor:
            return {name: cursor.execute(query).fetchall() for name, query in queries.items()}

    def records(self) -> dict[str, list[Row]]:
        """The live rows of every entity, without what depends on when they were read."""
        return self.answers({entity.entity: _living(entity) for entity in PULLED})

    def living(self, entity: type[Record]) -> list[Row]:
        """The live rows of one entity."""
        return self.rows(_living(entity))

    def resolved(self) -> dict[str, list[Row]]:
        """Every row of every resolved table; what is noted of records for the next time is none.

        Those notes are of records that are gone as well, which a whole read may tell otherwise.
        """
        tables = self.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'resolved'")
        return self.answers(
            {
                table: f"FROM resolved.{table} ORDER BY ALL"
                for (table,) in tables
                if table not in NOTES
            }
        )

    def values(self) -> list[Row]:
        """Every value that is published now, without its as-of time."""
        with self.begin() as cycle:
            return cycle.ledger.rows(
                "SELECT kpi, grain, period, first_day, last_day, dimensions, cut, value, numerator,"
                " denominator, sample_size, completeness, reason, version FROM kpi_values"
                " WHERE replaced_by IS NULL ORDER BY kpi, grain, period, cut, dimensions"
            )


def _living(entity: type[Record]) -> str:
    columns = ", ".join(f'"{name}"' for name in columns_of(entity))
    return (
        f"SELECT {columns}, modified_at FROM pulled.{entity.entity}"
        " WHERE deleted_at IS NULL ORDER BY ALL"
    )


def _demo(base_url: str) -> str:
    token = f'token = "{DEFAULT_TOKEN}"\n'
    return demo_project({HUBSPOT: base_url}).replace(token, token + FAST)


def differences(
    ours: dict[str, list[Row]], theirs: dict[str, list[Row]]
) -> dict[str, tuple[Sequence[Any], Sequence[Any]]]:
    """Table → a few rows that only we have, and a few that only they have."""
    found: dict[str, tuple[Sequence[Any], Sequence[Any]]] = {}
    for table in sorted(ours.keys() | theirs.keys()):
        mine, other = set(ours.get(table, [])), set(theirs.get(table, []))
        if mine != other:
            found[table] = (sorted(mine - other, key=str)[:3], sorted(other - mine, key=str)[:3])
    return found
