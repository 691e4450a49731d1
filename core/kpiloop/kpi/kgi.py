"""KGI trees: how the numbers of KPIs make up the company's goal, level by level.

A KPI's own formula says how it is computed; an edge of a tree says what it consists of. Both must
give the same number: that is checked for each period whenever numbers are computed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from pydantic import BaseModel, ConfigDict, Field

from kpiloop.errors import DefinitionError
from kpiloop.kpi.build_kpi import unit_of_formula
from kpiloop.kpi.calendar import Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.definition import Source, read_model
from kpiloop.kpi.evaluate import evaluate
from kpiloop.kpi.formula import Days, Formula, Operation, names, parse_formula, text_of
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.tree import Node, grow
from kpiloop.kpi.units import MONEY, Unit
from kpiloop.kpi.value import KpiValue

DEEPEST = 4
"""Levels below the goal beyond which nobody keeps a tree in mind."""

_CENT = Decimal("0.005")
_ROUNDING = 1e-9
"""How far floating point may lead a count or a rate from what it consists of, relatively."""

Find = Callable[[str], KpiValue | None]
"""A KPI → its value of the period that is meant."""


class TreeDefinition(BaseModel):
    """`[trees.<name>]`, as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str = ""
    kgi: str
    """The KPI that is the goal."""
    consists: Mapping[str, str] = Field(min_length=1)
    """KPI → the formula of the KPIs that it consists of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KgiTree:
    """A checked tree; a KPI that is not in `consists` is a leaf."""

    name: str
    title: str
    kgi: str
    consists: Mapping[str, Formula]
    root: Node
    units: Mapping[str, Unit]

    def remainders(self, period: Period, find: Find) -> Iterator["Remainder"]:
        """Where a KPI's number of a period is not what its parts make.

        A KPI without a value, or with a part without one, has nothing to compare.
        """
        for name, formula in self.consists.items():
            parts = {part: find(part) for part in names(formula)}
            whole = find(name)
            if whole is None or whole.value is None or None in parts.values():
                continue
            numbers = {part: value.value for part, value in parts.items() if value is not None}
            made = evaluate(formula, numbers).value
            if made is not None and not _agree(whole.value, made, self.units[name]):
                yield Remainder(
                    tree=self.name,
                    kpi=name,
                    period=period.key,
                    value=whole.value,
                    made=made,
                    formula=text_of(formula),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """A number of a tree that is not what its parts make: its definition or the tree is wrong."""

    tree: str
    kpi: str
    period: str
    value: Decimal | float
    made: Decimal | float
    formula: str

    def __str__(self) -> str:
        """What a reader must know."""
        return (
            f"[trees.{self.tree}] {self.kpi} of {self.period} is {self.value}, but "
            f"{self.formula} makes {self.made}"
        )


def build_tree(name: str, values: object, catalog: Catalog, source: Source) -> KgiTree:
    """The tree of a TOML table; DefinitionError where it is not sound.

    Every name is a KPI, units agree, nothing goes round in a circle, and every KPI is reached from
    the goal once.
    """
    table = f"trees.{name}"
    place = source.place(table)
    written = read_model(TreeDefinition, table, values, place)
    consists = {
        kpi: _edge(kpi, text, catalog, f"{place}.consists.{kpi}")
        for kpi, text in written.consists.items()
    }
    _check_known(written.kgi, catalog, f"{place}.kgi")
    _check_reached(written.kgi, consists, place)
    return KgiTree(
        name=name,
        title=written.title or catalog.kpi(written.kgi).title,
        kgi=written.kgi,
        consists=consists,
        root=_grow(written.kgi, consists, catalog),
        units={each: catalog.kpi(each).unit for each in consists},
    )


def warnings_of(tree: KgiTree, catalog: Catalog) -> Iterator[str]:
    """What makes a sound tree a poor one: too deep, or a KPI that nobody answers for."""
    if tree.root.depth > DEEPEST:
        yield (
            f"the tree is {tree.root.depth} levels deep: beyond {DEEPEST} nobody sees what moves "
            "the goal; leave levels out, or make two trees of it"
        )
    for _, node in tree.root.walk():
        if not catalog.kpi(node.name).owner:
            yield f"{node.name} has no owner: say who answers for it with owner = …"


def _edge(kpi: str, text: str, catalog: Catalog, where: str) -> Formula:
    _check_known(kpi, catalog, where)
    formula = parse_formula(text, where)
    if _has_days(formula):
        raise DefinitionError(f"{text} asks for the days of the period", where=where)
    for part in names(formula):
        _check_known(part, catalog, where)
    unit = unit_of_formula(
        formula, {part: catalog.kpi(part).unit for part in names(formula)}, where
    )
    if unit != catalog.kpi(kpi).unit:
        raise DefinitionError(
            f"{text} is in {unit}, and {kpi} in {catalog.kpi(kpi).unit}",
            where=where,
            todo="let it consist of what makes its own unit",
        )
    return formula


def _has_days(formula: Formula) -> bool:
    if isinstance(formula, Operation):
        return _has_days(formula.left) or _has_days(formula.right)
    return isinstance(formula, Days)


def _check_known(kpi: str, catalog: Catalog, where: str) -> None:
    if kpi not in catalog.kpis:
        raise DefinitionError(
            f"there is no KPI {kpi!r}{did_you_mean(kpi, catalog.kpis)}",
            where=where,
            todo="kpiloop explain lists all KPIs",
        )


def _check_reached(kgi: str, consists: Mapping[str, Formula], place: str) -> None:
    """Every edge hangs on the goal, and none leads back to where one came from."""
    needs = {kpi: names(formula) for kpi, formula in consists.items()}
    try:
        tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle: list[str] = error.args[1]
        raise DefinitionError(
            f"the tree goes round in a circle: {' → '.join(circle)}",
            where=place,
            todo="let one of them be a leaf",
        ) from None
    reached, waiting = {kgi}, [kgi]
    while waiting:
        for part in needs.get(waiting.pop(), ()):
            if part in reached:
                raise DefinitionError(
                    f"{part} is in the tree twice", where=place, todo="let one KPI be part of one"
                )
            reached.add(part)
            waiting.append(part)
    for kpi in needs.keys() - reached:
        raise DefinitionError(
            f"{kpi} is no part of {kgi}, nor of anything that is",
            where=f"{place}.consists.{kpi}",
            todo=f"name it in the formula of {kgi} or of one of its parts, or take it away",
        )


def _grow(kpi: str, consists: Mapping[str, Formula], catalog: Catalog) -> Node:
    title = catalog.kpi(kpi).title
    if kpi not in consists:
        return Node(name=kpi, title=title, formula=None)
    return grow(kpi, title, consists[kpi], lambda part: _grow(part, consists, catalog))


def _agree(value: Decimal | float, made: Decimal | float, unit: Unit) -> bool:
    """Whether money is equal to the cent, and anything else but for the rounding of numbers."""
    difference = abs(Decimal(value) - Decimal(made))
    if unit == MONEY:
        return difference < _CENT
    return difference <= abs(Decimal(value)) * Decimal(_ROUNDING)
