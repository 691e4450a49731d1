"""What makes legal targets and KPIs poor ones, in words that a marketer understands.

A target is worth something where it is a number that can be reached, leads to a goal, has somebody
who answers for it, says which way is better, and can be followed from day to day.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal

from kpiloop.kpi.aim import adds_up
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.interval import is_share
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.target import YEARS, Target, Targets

_ALL = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that a KPI or its target lacks."""

    kpi: str
    found: str
    todo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """Looks at the KPIs that have targets, and at those that the user defines."""

    catalog: Catalog
    targets: Targets
    led: AbstractSet[str] | None
    """The KPIs that lead to a goal: those of trees, and of hypotheses about them; None where the
    user has not said what the goals are."""
    own: str
    """The origin of the user's own definitions."""

    def faults(self) -> Iterator[Fault]:
        """All that is found, KPI by KPI."""
        aimed = dict.fromkeys(target.kpi for target in self.targets)
        own = [
            each.name
            for each in self.catalog.kpis.values()
            if each.origin == self.own and each.derived_from is None
        ]
        for name in dict.fromkeys([*aimed, *own]):
            kpi = self.catalog.kpi(name)
            yield from _of_kpi(kpi)
            if name in aimed:
                yield from self._of_targets(kpi)

    def _of_targets(self, kpi: Kpi) -> Iterator[Fault]:
        targets = tuple(self.targets.of(kpi.name))
        if self.led is not None and kpi.name not in self.led:
            yield Fault(
                kpi=kpi.name,
                found="leads to no goal: no KGI tree holds it, and no hypothesis is about it",
                todo="name it in [trees.<name>.consists], or add [[hypotheses]] with the KPI of a"
                " tree that it may influence",
            )
        yield from (fault for each in targets for fault in self._of_number(kpi, each))
        if all(each.grain in YEARS and each.split is None for each in targets):
            yield self._is_far(kpi)

    def _of_number(self, kpi: Kpi, target: Target) -> Iterator[Fault]:
        when = target.period or f"every {target.grain}"
        if target.value > _ALL and is_share(self.catalog, kpi.name):
            yield Fault(
                kpi=kpi.name,
                found=f"is a share, and its target for {when} is {target.value * 100:,.0f} %:"
                " nothing can be more than all",
                todo="write a share as a part of 1: 45 % is 0.45",
            )
        elif target.value < 0 and adds_up(self.catalog, kpi.name):
            yield Fault(
                kpi=kpi.name,
                found=f"has a target below zero for {when}: {target.value}",
                todo="correct the number",
            )

    def _is_far(self, kpi: Kpi) -> Fault:
        can_split = adds_up(self.catalog, kpi.name)
        return Fault(
            kpi=kpi.name,
            found="has a target for a year only: before it is over nobody sees how it stands",
            todo='say how the year is split, such as split = "days"'
            if can_split
            else "give it a target for a month as well: month = …",
        )


def _of_kpi(kpi: Kpi) -> Iterator[Fault]:
    if not kpi.owner:
        yield Fault(
            kpi=kpi.name,
            found="has no owner: nobody is asked when it falls behind",
            todo='say who answers for it, such as owner = "marketing"',
        )
    if kpi.better is None:
        yield Fault(
            kpi=kpi.name,
            found="does not say which way is better: more is taken for better",
            todo='add better = "higher" or better = "lower" to its definition',
        )
