"""The catalog: every measure and KPI of all packs and of the user, checked together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

from kpiloop.errors import DefinitionError
from kpiloop.kpi.assemble import assemble
from kpiloop.kpi.formula import Formula, names, replace_names
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.measure import Measure
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.pack import Pack
from kpiloop.kpi.table import DIMENSIONS, RECORDS, tables
from kpiloop.kpi.tree import Node, grow
from kpiloop.schema.resolved import Resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What can be asked: KPIs by name, and the measures that they come down to."""

    measures: Mapping[str, Measure]
    kpis: Mapping[str, Kpi]

    @classmethod
    def of(cls, packs: Iterable[Pack], derived: tuple[type[Resolved], ...] = ()) -> Self:
        """The checked catalog; one DefinitionError names everything that is wrong.

        Later packs may override earlier ones, where the definition says `overrides = true`.
        Measures stand on the resolved tables, and on those that plugins derive.
        """
        known = assemble(packs, tables(derived))
        return cls(
            measures=MappingProxyType(dict(known.measures)), kpis=MappingProxyType(known.kpis)
        )

    def kpi(self, name: str) -> Kpi:
        """The KPI of a name; DefinitionError with the nearest name where there is none."""
        kpi = self.kpis.get(name)
        if kpi is None:
            raise DefinitionError(
                f"there is no KPI {name!r}{did_you_mean(name, self.kpis)}",
                todo="kpiloop explain lists all KPIs",
            )
        return kpi

    def expanded(self, name: str) -> Formula:
        """A KPI's formula with the KPIs in it written out: its names are all measures."""
        formula = self.kpi(name).formula
        inner = {each: self.expanded(each) for each in names(formula) if self._is_kpi(each)}
        return replace_names(formula, inner)

    def measures_of(self, name: str) -> tuple[Measure, ...]:
        """The measures that a KPI comes down to, in written order."""
        return tuple(self.measures[each] for each in names(self.expanded(name)))

    def dimensions_of(self, name: str) -> tuple[str, ...]:
        """The dimensions that a KPI may be asked by: those that all its measures have."""
        measures = self.measures_of(name)
        return tuple(
            each for each in DIMENSIONS if all(each in measure.dimensions for measure in measures)
        )

    def per_record(self, name: str) -> tuple[str, ...]:
        """Which of person, company, deal and campaign a KPI may be asked for one by one."""
        measures = self.measures_of(name)
        return tuple(
            each for each in RECORDS if all(each in measure.records for measure in measures)
        )

    def tree(self, name: str) -> Node:
        """What a KPI is made of, down to the measures."""
        kpi = self.kpi(name)
        return grow(name, kpi.title, kpi.formula, self._node)

    def _node(self, name: str) -> Node:
        if self._is_kpi(name):
            return self.tree(name)
        return Node(name=name, title=self.measures[name].title or name, formula=None)

    def _is_kpi(self, name: str) -> bool:
        return name not in self.measures
