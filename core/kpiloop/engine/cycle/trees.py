"""Whether the numbers of KGI trees add up, in every period that is published."""

from collections.abc import Iterable, Iterator

from kpiloop.kpi.calendar import Calendar, Grain, Period
from kpiloop.kpi.kgi import KgiTree, Remainder
from kpiloop.kpi.value import KpiValue
from kpiloop.ledger.values import Values

NOT_CHECKED = frozenset({Grain.DAY, Grain.WEEK})
"""Grains at which nobody reads a tree: its numbers by month hold those of their days."""


def remainders_of(
    trees: Iterable[KgiTree], values: Values, calendar: Calendar
) -> Iterator[Remainder]:
    """What does not add up, of the values that stand."""
    grains = [grain for grain in calendar.grains if grain not in NOT_CHECKED]
    return (
        remainder
        for tree in trees
        for grain in grains
        for remainder in _of_grain(tree, grain, values)
    )


def _of_grain(tree: KgiTree, grain: Grain, values: Values) -> Iterator[Remainder]:
    found: dict[Period, dict[str, KpiValue]] = {}
    for _, node in tree.root.walk():
        for value in values.current(node.name, grain):
            found.setdefault(value.period, {})[node.name] = value
    for period, known in found.items():
        yield from tree.remainders(period, known.get)
