"""Runs derivations after resolving, each for itself: what is wrong with one costs no other.

Each table is made in a transaction of its own, because an error in a plugin's statement would take
along what was resolved. A table whose making failed, or that no longer follows from what was
resolved, has no rows, and its KPIs have no value and this reason. A derivation that raises
NotYetError waits for more to be known: the same, but no fault.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from kpiloop.derivation import Derivation, Deriving, PluginSettings
from kpiloop.engine.derive.filling import Filling
from kpiloop.engine.derive.order import in_order, unmet
from kpiloop.engine.derive.reading import over_resolved
from kpiloop.engine.derive.standing import (
    Standing,
    mark_of_resolved,
    remember,
    short,
    standing,
)
from kpiloop.errors import KpiloopError, NotYetError
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.project import Project
from kpiloop.schema.registry import resolved_columns
from kpiloop.warehouse.store import Warehouse

_RELEASE = version("kpiloop")
_AT_ONCE = 10_000
"""Rows that are read from the warehouse at a time."""
_NOT_YET = "it was not derived yet: `kpiloop run --no-pull` derives it"
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveReport:
    """What became of the derived tables."""

    rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    problems: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Table → why it could not be made, where that is a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all derivations of a project are told."""

    derivations: Mapping[str, Derivation]
    settings: Mapping[str, PluginSettings]
    """By section."""
    models: Mapping[str, Mapping[str, Callable[..., Any]]]
    """Section → the functions that plugins add, by name."""
    plugins: tuple[str, ...]
    """Release of each plugin that brings any of it: with another one, all is derived anew."""
    zone: ZoneInfo
    currency: str

    @classmethod
    def of(cls, project: Project, host: PluginHost) -> "Surroundings":
        """What a project says and its plugins bring."""
        models: dict[str, dict[str, Callable[..., Any]]] = {}
        for each in host.models.values():
            models.setdefault(each.of, {})[each.name] = each.run
        return cls(
            derivations=host.derivations,
            settings=project.plugins,
            models=models,
            plugins=tuple(
                f"{each.distribution} {each.version}"
                for each in host.reports
                if each.derivations or each.models
            ),
            zone=project.timezone,
            currency=project.currency,
        )

    def settings_of(self, derivation: Derivation) -> PluginSettings:
        """The settings of a derivation, its defaults where the project says nothing."""
        model = derivation.settings
        return self.settings.get(model.section) or model()


def derive(warehouse: Warehouse, around: Surroundings, as_of: datetime) -> DeriveReport:
    """Make every derived table that does not follow from what is there; tell what became of all.

    Deterministic, as far as the plugins are: a table stands until what it follows from changes.
    """
    work = _Work(warehouse=warehouse, around=around, as_of=as_of)
    for derivation in in_order(around.derivations):
        work.bring_up_to_date(derivation)
    made = work.made
    return DeriveReport(
        rows={name: each.rows for name, each in made.items() if not each.problem},
        problems={
            name: each.problem
            for name, each in made.items()
            if each.problem and not each.is_waiting
        },
    )


def underived(connection: DuckDBPyConnection, around: Surroundings) -> Mapping[str, str]:
    """Derived tables that hold nothing, each with the reason; afterwards all of them are there."""
    known = standing(connection)
    for name, derivation in around.derivations.items():
        if name not in known:
            Filling(connection=connection, table=derivation.table, zone=around.zone).make()
            known[name] = Standing(mark="", problem=_NOT_YET)
    remember(connection, known)
    return {name: known[name].problem for name in around.derivations if known[name].problem}


@dataclass(slots=True, kw_only=True)
class _Work:
    warehouse: Warehouse
    around: Surroundings
    as_of: datetime
    made: dict[str, Standing] = field(default_factory=dict[str, Standing])

    def bring_up_to_date(self, derivation: Derivation) -> None:
        """Make a table anew, unless it stands."""
        done = {name: each.problem for name, each in self.made.items()}
        problem = unmet(derivation, done, self.around.derivations)
        with self.warehouse.cursor() as cursor:
            known = standing(cursor).get(derivation.name)
            mark = self._mark(derivation, mark_of_resolved(cursor))
        if known is not None and known.mark == mark and known.problem == problem:
            self.made[derivation.name] = known
            return
        if problem:
            waits = self._waits(derivation)
            self._empty(derivation, Standing(mark=mark, problem=problem, is_waiting=waits))
            return
        try:
            with redirect_stdout(sys.stderr):  # what a plugin prints is no answer
                self._make(derivation, mark)
        except NotYetError as error:
            waiting = Standing(mark="", problem=_reason(error), is_waiting=True)
            self._empty(derivation, waiting)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything
            # Without a mark: it is tried again each time, for the fault may lie elsewhere.
            self._empty(derivation, Standing(mark="", problem=_reason(error)))

    def _waits(self, derivation: Derivation) -> bool:
        """Whether all that it lacks are tables that wait themselves."""
        needed = [self.made[each] for each in derivation.needs if each in self.made]
        empty = [each for each in needed if each.problem]
        return bool(empty) and all(each.is_waiting for each in empty)

    def _mark(self, derivation: Derivation, resolved: str) -> str:
        needed = [self.made[each].mark for each in derivation.needs if each in self.made]
        return short(
            (
                _RELEASE,
                *self.around.plugins,
                dict(resolved_columns(derivation.table)),
                self.around.settings_of(derivation).model_dump_json(),
                sorted(self.around.models.get(derivation.settings.section, {})),
                self.as_of if derivation.depends_on_time else "",
                *needed,
                resolved,
            )
        )

    def _make(self, derivation: Derivation, mark: str) -> None:
        deriving = Deriving(
            settings=self.around.settings_of(derivation),
            as_of=self.as_of,
            timezone=self.around.zone,
            currency=self.around.currency,
            models=MappingProxyType(self.around.models.get(derivation.settings.section, {})),
            query=lambda statement, values: self._rows(statement, values, derivation.needs),
        )
        with self.warehouse.transaction() as connection:
            filling = Filling(connection=connection, table=derivation.table, zone=self.around.zone)
            filling.make()
            made = Standing(mark=mark, rows=filling.fill(derivation.run(deriving)))
            remember(connection, {**standing(connection), derivation.name: made})
        self.made[derivation.name] = made

    def _rows(
        self, statement: str, values: Mapping[str, object], needs: Sequence[str]
    ) -> Iterator[tuple[Any, ...]]:
        with self.warehouse.cursor() as cursor:
            cursor.execute(over_resolved(statement, needs), dict(values))
            while rows := cursor.fetchmany(_AT_ONCE):
                yield from rows

    def _empty(self, derivation: Derivation, made: Standing) -> None:
        with self.warehouse.transaction() as connection:
            Filling(connection=connection, table=derivation.table, zone=self.around.zone).make()
            remember(connection, {**standing(connection), derivation.name: made})
        self.made[derivation.name] = made


def _reason(error: Exception) -> str:
    if isinstance(error, KpiloopError):
        return error.what
    said = " ".join(str(error).split())[:_LONGEST_REASON]
    return f"its plugin raised {type(error).__name__}{': ' if said else ''}{said}"
