"""What `kpiloop init` proposes from a goal: what it consists of, and what each department moves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpiloop.errors import ConfigError
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import names, text_of
from kpiloop.kpi.kgi import KgiTree
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.units import MONEY, RATIO

_ON_THE_WAY: Mapping[str, Sequence[str]] = {
    "new_leads": (
        *("unique_visitors", "traffic_conversion_rate", "inquiries"),
        *("lead_acquisition_cost", "mqls"),
    ),
    "new_customers": (
        *("new_leads", "mqls", "mql_to_sql_rate", "appointment_rate", "sqls"),
        *("sql_to_customer_rate", "win_rate", "cac"),
    ),
    "revenue": (
        *("new_leads", "mqls", "marketing_meetings", "appointment_rate", "sqls", "win_rate"),
        *("average_deal_value", "sales_cycle_days", "new_customers", "revenue_churn_rate"),
    ),
    "marketing_revenue": (
        *("new_leads", "mqls", "mql_to_sql_rate", "marketing_meetings", "appointment_rate"),
        *("win_rate", "romi"),
    ),
    "retention_rate": ("csat", "orders_per_customer", "revenue_churn_rate", "human_open_rate"),
}
"""Goal → KPIs that lead to it, in the order in which people come by; of those that packs define."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What goes with a goal."""

    goal: Kpi
    consists: Mapping[str, str]
    """KPI → formula, as `[trees.<name>.consists]` writes it; empty where no tree holds the goal."""
    kpis: tuple[Kpi, ...]
    """What the departments involved can move; in the order of the way to the goal."""

    @property
    def by_department(self) -> Mapping[str, Sequence[Kpi]]:
        """The KPIs of each department."""
        owners = dict.fromkeys(kpi.owner for kpi in self.kpis)
        return {owner: [kpi for kpi in self.kpis if kpi.owner == owner] for owner in owners}


def propose(
    goal: str, departments: Sequence[str], catalog: Catalog, trees: Iterable[KgiTree]
) -> Proposal:
    """What a goal consists of, and the KPIs of departments that lead to it; of none: of all."""
    consists = _consists(goal, trees)
    known = [goal, *_parts(consists), *_ON_THE_WAY.get(goal, ()), *names(catalog.kpi(goal).formula)]
    kpis = (catalog.kpis[name] for name in dict.fromkeys(known) if name in catalog.kpis)
    return Proposal(
        goal=catalog.kpi(goal),
        consists=consists,
        kpis=tuple(kpi for kpi in kpis if not departments or kpi.owner in departments),
    )


def departments_of(catalog: Catalog, line: str) -> tuple[str, ...]:
    """The departments of a line such as `marketing, inside-sales`; ConfigError where one is none.

    They are those that own a KPI.
    """
    known = owners(catalog)
    named = [each.strip().lower().replace("-", " ") for each in line.split(",") if each.strip()]
    for name in named:
        if name not in known:
            raise ConfigError(
                f"no KPI is owned by {name!r}{did_you_mean(name, known)}",
                where="--departments",
                legal=", ".join(known),
            )
    return tuple(named)


def owners(catalog: Catalog) -> Sequence[str]:
    """The departments that own KPIs, in the order of the packs."""
    return list(dict.fromkeys(kpi.owner for kpi in catalog.kpis.values() if kpi.owner))


def example_of(kpi: Kpi) -> str:
    """A number in the place of the user's own, of the right kind."""
    return {RATIO: "0.25", MONEY: "10000"}.get(kpi.unit, "100")


def _consists(goal: str, trees: Iterable[KgiTree]) -> Mapping[str, str]:
    """The edges below a goal, of the first tree that holds it above others."""
    for tree in trees:
        if goal in tree.consists:
            return dict(_edges(goal, tree))
    return {}


def _edges(kpi: str, tree: KgiTree) -> Iterator[tuple[str, str]]:
    if kpi in tree.consists:
        yield kpi, text_of(tree.consists[kpi])
        for part in names(tree.consists[kpi]):
            yield from _edges(part, tree)


def _parts(consists: Mapping[str, str]) -> Iterator[str]:
    for formula in consists.values():
        yield from (word for word in formula.replace("(", " ").replace(")", " ").split())
