"""One turn of the loop, and each of its steps alone.

A cycle holds the lease from its beginning to its end, so that one process at a time changes the
stores. The warehouse is open only while a step needs it.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from duckdb import DuckDBPyConnection

from kpiloop.clock import Clock
from kpiloop.connector.base import Connector
from kpiloop.connector.reading import Stream
from kpiloop.connector.writing import Writer
from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Moment, Question, asked_periods
from kpiloop.engine.compute.records import RecordQuestion, compute_records
from kpiloop.engine.cycle.coverage import coverage_of
from kpiloop.engine.cycle.definitions import catalog_of, hash_of, trees_of
from kpiloop.engine.cycle.horizon import Horizon, as_of, horizon_of
from kpiloop.engine.cycle.models import asked_models, with_zeros
from kpiloop.engine.cycle.questions import published_questions, whole_periods
from kpiloop.engine.cycle.trees import remainders_of
from kpiloop.engine.derive.derive import DeriveReport, Surroundings, derive, underived
from kpiloop.engine.derive.order import in_order
from kpiloop.engine.pull.report import Listener, PullReport, silent
from kpiloop.engine.pull.run import EVERYTHING, MEMORY_LIMIT, THREADS, PullRequest, pull
from kpiloop.engine.resolve.from_project import rules_of, scoring_of
from kpiloop.engine.resolve.report import ResolveReport
from kpiloop.engine.resolve.resolve import resolve
from kpiloop.engine.scoring.keeping import keep_scores, make_room, unscored
from kpiloop.engine.write_back.apply import Applying, ApplyReport, apply_plan
from kpiloop.engine.write_back.fields import PublishedField, definitions_hash, published_fields
from kpiloop.engine.write_back.plan import make_plan
from kpiloop.errors import ConfigError, NotYetError, PluginError, SettingsError, VendorError
from kpiloop.kpi.by_model import under
from kpiloop.kpi.calendar import Grain, Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.kgi import Remainder
from kpiloop.kpi.value import KpiValue
from kpiloop.ledger.lease import lease
from kpiloop.ledger.plan import Plan
from kpiloop.ledger.plans import Plans
from kpiloop.ledger.runs import Runs
from kpiloop.ledger.store import Ledger
from kpiloop.ledger.values import Published, Values
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.connecting import connect
from kpiloop.project.project import Project
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse.store import Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeReport:
    """What was made of the records."""

    horizon: Horizon
    resolved: ResolveReport
    derived: DeriveReport
    published: Published
    remainders: Sequence[Remainder] = ()
    """Where a number of a KGI tree is not what its parts make."""


@dataclass(frozen=True)
class Cycle:
    """The steps of the loop over one project, while the lease is held."""

    project: Project
    host: PluginHost
    ledger: Ledger
    clock: Clock
    _connected: dict[str, Connector[Any]] = field(
        default_factory=dict[str, Connector[Any]], repr=False
    )

    @classmethod
    @contextmanager
    def begin(cls, project: Project, host: PluginHost, clock: Clock) -> Generator["Cycle"]:
        """Open the ledger and take the lease; BusyError where another process holds it."""
        with Ledger.open(project.ledger) as ledger, lease(ledger, clock):
            Runs(ledger, clock).close_interrupted()
            with closing(cls(project, host, ledger, clock)) as cycle:
                yield cycle

    @classmethod
    @contextmanager
    def look(cls, project: Project, host: PluginHost, clock: Clock) -> Generator["Cycle"]:
        """Open the ledger to show what it holds, whoever is at work."""
        with (
            Ledger.open(project.ledger) as ledger,
            closing(cls(project, host, ledger, clock)) as cycle,
        ):
            yield cycle

    def close(self) -> None:
        """Let go of the sources that were connected."""
        for connector in self._connected.values():
            connector.close()

    @cached_property
    def catalog(self) -> Catalog:
        """Every KPI of the project."""
        return catalog_of(self.project, self.host)

    @property
    def runs(self) -> Runs:
        """The runs of the ledger."""
        return Runs(self.ledger, self.clock)

    @property
    def plans(self) -> Plans:
        """The plans of the ledger."""
        return Plans(self.ledger, self.clock)

    @property
    def values(self) -> Values:
        """The published values of the ledger."""
        return Values(self.ledger, self.clock)

    @cached_property
    def fields(self) -> Sequence[PublishedField]:
        """The fields that the settings allow to be written."""
        for each in self.project.publish:
            self.project.source(each.to)
        return published_fields(self.project.publish, self.catalog)

    @cached_property
    def definitions(self) -> str:
        """Changes with any KPI and any setting: what was computed under others is outdated."""
        return hash_of(self.catalog, self.project.text)

    @contextmanager
    def warehouse(
        self, *, memory_limit: str = "1GB", threads: int | None = None
    ) -> Generator[Warehouse]:
        """The warehouse, with the entities of all plugins."""
        with Warehouse.open(
            self.project.warehouse,
            entities=(*PULLED, *self.host.entities.values()),
            memory_limit=memory_limit,
            threads=threads,
        ) as warehouse:
            yield warehouse

    def connector(self, source: str) -> Connector[Any]:
        """The connector of a source, the same for all steps: its limits hold over all of them."""
        if source not in self._connected:
            self._connected[source] = connect(
                self.project, source, host=self.host, clock=self.clock
            )
        return self._connected[source]

    def pull(
        self,
        sources: Sequence[str] = (),
        request: PullRequest = EVERYTHING,
        *,
        listener: Listener = silent,
    ) -> Iterator[PullReport]:
        """Pull the sources named, or all, one after the other; their reports as they end.

        A source that cannot be opened stops no other. Raises ConfigError, before anything is
        pulled, where a source is not there, or none is.
        """
        if not self.project.sources:
            raise ConfigError(
                "there is no source to pull from",
                where=str(self.project.path),
                todo="add a [sources.<name>] with its connector; `kpiloop init` writes an example",
            )
        for source in sources:
            self.project.source(source)
        for source in sources or tuple(self.project.sources):
            request = replace(request, mapped_fields=self.project.source(source).fields)
            with self.warehouse(memory_limit=MEMORY_LIMIT, threads=THREADS) as warehouse:
                try:
                    yield pull(warehouse, self.connector(source), request, listener=listener)
                except (SettingsError, PluginError, VendorError) as error:
                    yield PullReport(source=source, error=error)

    def compute(self, run_id: str) -> ComputeReport:
        """Resolve the records, compute what is published, and book it."""
        with self.warehouse() as warehouse:
            with warehouse.transaction() as connection:
                horizon = horizon_of(connection, self._moment(self._as_of(connection)))
                rules = rules_of(self.project, self.host, horizon.first_day, horizon.end_of_month)
                resolved = resolve(connection, rules)
                keep_scores(
                    connection,
                    rules.scoring,
                    zone=self.project.timezone,
                    first_day=horizon.first_day,
                    as_of=horizon.moment.as_of,
                )
            derived = derive(warehouse, self._around, horizon.moment.as_of)
            with warehouse.transaction() as connection:
                horizon = self._covered(connection, horizon)
                published = self.values.publish(
                    run_id,
                    self._answers(connection, published_questions(self.catalog, horizon), horizon),
                    as_of=horizon.moment.as_of,
                    definitions=self.definitions,
                )
                for field in self.fields:
                    self._compute_field(connection, field, horizon)
        trees = trees_of(self.project, self.host, self.catalog).values()
        return ComputeReport(
            horizon=horizon,
            resolved=resolved,
            derived=derived,
            published=published,
            remainders=tuple(remainders_of(trees, self.values, self.project.calendar)),
        )

    def answer(self, questions: Sequence[Question]) -> list[KpiValue]:
        """Compute what is not published, from the tables that the last cycle resolved.

        It is as of then, even where something was pulled since.
        """
        with self._as_resolved() as (connection, horizon):
            known = [_within(question, horizon) for question in questions]
            return list(self._answers(connection, known, horizon))

    def answer_by_model(
        self, questions: Sequence[Question], models: Sequence[str] = ()
    ) -> Mapping[str, list[KpiValue]]:
        """As `answer`, under these models or all that there are, the chosen one first.

        Raises DefinitionError where there is no such model, or none at all.
        """
        with self._as_resolved() as (connection, horizon):
            known = [_within(question, horizon) for question in questions]
            found = {
                model: list(compute(connection, under(self.catalog, model), known, horizon.moment))
                for model in asked_models(connection, self.catalog, known, models)
            }
            return with_zeros(found, self.catalog)

    @contextmanager
    def _as_resolved(self) -> Generator[tuple[DuckDBPyConnection, Horizon]]:
        """The tables that the last cycle resolved, as of then."""
        latest = self.values.latest_set()
        if latest is None:
            raise NotYetError("nothing was computed yet", todo="run `kpiloop run`")
        with self.warehouse() as warehouse, warehouse.transaction() as connection:
            horizon = horizon_of(connection, self._moment(latest.as_of))
            yield connection, self._covered(connection, horizon)

    @property
    def _around(self) -> Surroundings:
        return Surroundings.of(self.project, self.host)

    def _moment(self, as_of: datetime) -> Moment:
        return Moment(as_of, self.project.timezone, self.project.calendar)

    def _as_of(self, connection: DuckDBPyConnection) -> datetime:
        """The as-of time of everything that was pulled."""
        return as_of(connection, list(self._all_streams()))

    def _covered(self, connection: DuckDBPyConnection, horizon: Horizon) -> Horizon:
        """With what the sources tell of, in the tables that are resolved."""
        around = self._around
        coverage = coverage_of(
            connection, self._all_streams(), horizon.first_day, in_order(around.derivations)
        )
        make_room(connection)
        empty = {**unscored(scoring_of(self.project)), **underived(connection, around)}
        coverage = replace(coverage, underived=empty)
        return replace(horizon, moment=replace(horizon.moment, coverage=coverage))

    def _all_streams(self) -> Mapping[tuple[str, str], Stream]:
        """Source and name → stream, of all sources."""
        return {
            (source, name): stream
            for source in self.project.sources
            for name, stream in self._streams(source).items()
        }

    def _streams(self, source: str) -> Mapping[str, Stream]:
        """The streams of a source; those that a connector declares are known without its keys."""
        declared = self.host.connector(self.project.connector_of(source)).streams()
        return declared or self.connector(source).all_streams()

    def _answers(
        self, connection: DuckDBPyConnection, questions: Sequence[Question], horizon: Horizon
    ) -> Iterator[KpiValue]:
        return compute(connection, self.catalog, questions, horizon.moment)

    def _compute_field(
        self, connection: DuckDBPyConnection, field: PublishedField, horizon: Horizon
    ) -> None:
        period = last_complete(field.publication.period, horizon)
        if period is not None:
            question = RecordQuestion(kpi=field.kpi.name, by=field.publication.by, period=period)
            compute_records(connection, self.catalog, question, horizon.moment)

    def plan(self, set_id: int, fields: Sequence[PublishedField] | None = None) -> Plan:
        """Save a plan of what differs from the values confirmed last, in all fields or some."""
        with self.warehouse() as warehouse, warehouse.cursor() as connection:
            return make_plan(
                connection,
                self.plans,
                self.fields if fields is None else fields,
                set_id=set_id,
                definitions=definitions_hash(self.fields),
            )

    def apply(
        self,
        plan: Plan,
        *,
        is_scheduled: bool = False,
        progress: Callable[[int], None] = lambda _rows: None,
    ) -> ApplyReport:
        """Apply a plan; needs no warehouse."""
        targets = sorted({each.target for each in self.plans.fields(plan.id)})
        applying = Applying(
            plans=self.plans,
            values=self.values,
            writers={each: writer_of(self.connector(each)) for each in targets},
            definitions=definitions_hash(self.fields),
            clock=self.clock,
            is_scheduled=is_scheduled,
            progress=progress,
        )
        return apply_plan(plan, applying)


def _within(question: Question, horizon: Horizon) -> Question:
    """A question about the days that the records tell of."""
    return replace(
        question,
        first_day=max(question.first_day, horizon.first_day),
        last_day=min(question.last_day, horizon.last_day),
    )


def writer_of(connector: Connector[Any]) -> Writer:
    """What writes into a connector's system; ConfigError where it is only read."""
    writer = connector.writer()
    if writer is None:
        raise ConfigError(
            f"connector {connector.name} only reads: nothing can be published to it",
            where=f"[[publish]] to = {connector.source.name!r}",
            todo="publish to another source",
        )
    return writer


def last_complete(grain: Grain, horizon: Horizon) -> Period | None:
    """The last period of a grain that is over, or the whole time; None where none is over yet."""
    periods = asked_periods(whole_periods(grain, horizon), horizon.moment)
    over = [each for each in periods if horizon.moment.is_over(each)]
    return over[-1] if over else None
