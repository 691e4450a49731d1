"""The two expressions of a measure: what is aggregated, and over which rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from kpiloop.kpi.measure import Aggregate, Function, Reach
from kpiloop.kpi.scalar import check_condition, check_scalar
from kpiloop.kpi.scope import Scope, check_nodes
from kpiloop.kpi.syntax import parse_expression, shown
from kpiloop.kpi.table import Table
from kpiloop.kpi.units import DAYS, RATIO, Unit, unit_of

LEGAL = (
    "one of count(*), count(x), count(distinct x), sum(x), avg(x), min(x), max(x), median(x), "
    "median_survival(); "
    "what is calculated with several belongs into a KPI's formula"
)

_FUNCTIONS: Mapping[type[exp.Expr], Function] = {
    exp.Count: Function.COUNT,
    exp.Sum: Function.SUM,
    exp.Avg: Function.AVG,
    exp.Min: Function.MIN,
    exp.Max: Function.MAX,
    exp.Median: Function.MEDIAN,
}
_SURVIVAL = Function.MEDIAN_SURVIVAL.value


@dataclass(frozen=True, slots=True)
class CheckedAggregate:
    """An aggregate, the unit that it gives, and the columns that it uses."""

    aggregate: Aggregate
    unit: Unit
    columns: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class CheckedFilter:
    """A condition on rows, and the columns that it uses."""

    condition: exp.Expr
    columns: tuple[Reach, ...]


def read_aggregate(text: str, table: Table, where: str) -> CheckedAggregate:
    """Reads `aggregate`; DefinitionError where it is anything else than `LEGAL` says."""
    scope = Scope(table, where, adds_up=True)
    tree = parse_expression(text, where, LEGAL)
    if isinstance(tree, exp.Anonymous) and str(tree.this).lower() == _SURVIVAL:
        return _median_survival(tree, scope)
    function = _FUNCTIONS.get(type(tree))
    if function is None:
        raise scope.refusal(_no_aggregate(tree), legal=LEGAL)
    check_nodes(tree, scope)
    argument = tree.this
    if function is Function.COUNT:
        return _count(argument, scope)
    if argument is None:
        raise scope.refusal(f"{function}() does not say of what", legal=LEGAL)
    typed = check_scalar(argument, scope)
    if not typed.is_numeric:
        raise scope.refusal(f"{shown(tree)} is not of a number", legal=LEGAL)
    return CheckedAggregate(Aggregate(function, argument), typed.unit or RATIO, scope.used)


def read_filter(text: str, table: Table, where: str) -> CheckedFilter:
    """Reads `where`: a condition over one row, without aggregates."""
    scope = Scope(table, where)
    tree = parse_expression(text, where, "a condition such as stage = 'mql' AND country = 'DE'")
    check_nodes(tree, scope)
    check_condition(tree, scope)
    return CheckedFilter(tree, scope.used)


def _median_survival(tree: exp.Anonymous, scope: Scope) -> CheckedAggregate:
    if tree.expressions:
        raise scope.refusal(
            f"{shown(tree)} names what it is of",
            legal=f"{_SURVIVAL}(), with when (a row enters) and then (it gets there)",
        )
    return CheckedAggregate(Aggregate(Function.MEDIAN_SURVIVAL), DAYS, ())


def _count(argument: exp.Expr | None, scope: Scope) -> CheckedAggregate:
    counted = unit_of(scope.table.row)
    if isinstance(argument, exp.Star):
        return CheckedAggregate(Aggregate(Function.COUNT), counted, ())
    if isinstance(argument, exp.Distinct):
        return _count_distinct(argument, scope)
    if argument is None:
        raise scope.refusal("count() does not say of what", legal="count(*), count(x)")
    check_scalar(argument, scope)
    return CheckedAggregate(Aggregate(Function.COUNT, argument), counted, scope.used)


def _count_distinct(distinct: exp.Distinct, scope: Scope) -> CheckedAggregate:
    items = distinct.expressions
    if len(items) != 1:
        raise scope.refusal(
            f"{shown(distinct)} is of several columns", legal="count(distinct x) of one"
        )
    check_scalar(items[0], scope)
    noun = items[0].name.removesuffix("_id") if items[0].name.endswith("_id") else scope.table.row
    aggregate = Aggregate(Function.COUNT_DISTINCT, items[0])
    return CheckedAggregate(aggregate, unit_of(noun), scope.used)


def _no_aggregate(tree: exp.Expr) -> str:
    if tree.find(exp.AggFunc):
        return f"{shown(tree)} is more than one aggregate"
    return f"{shown(tree)} is no aggregate"
