"""`show --only`: some values of a dimension."""

from collections.abc import Collection, Mapping, Sequence

import typer

from kpiloop.errors import DefinitionError
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.value import KpiValue

UNKNOWN = "(unknown)"
"""How one asks for what no value is known of."""

Only = Mapping[str, Collection[str | None]]
"""Dimension → the values of it that are asked for."""


def read_only(options: Sequence[str]) -> Only:
    """What `dimension=value` says, repeated values of one dimension together."""
    found: dict[str, list[str | None]] = {}
    for each in options:
        dimension, is_one, value = each.partition("=")
        if not is_one or not dimension or not value:
            raise typer.BadParameter(f"{each!r} is not DIMENSION=VALUE, such as channel=email")
        found.setdefault(dimension, []).append(None if value == UNKNOWN else value)
    return found


def kept(values: Sequence[KpiValue], only: Only) -> list[KpiValue]:
    """The values that are asked for; DefinitionError where a dimension has none of them."""
    for dimension, wanted in only.items():
        there = dict.fromkeys(each.dimensions[dimension] for each in values)
        if values and there.keys().isdisjoint(wanted):
            names = [each or UNKNOWN for each in there]
            asked = " or ".join(repr(each or UNKNOWN) for each in wanted)
            near = did_you_mean(next(iter(wanted)) or UNKNOWN, names)
            raise DefinitionError(
                f"no {dimension} is {asked}{near}", where="--only", legal=", ".join(sorted(names))
            )
    return [
        each
        for each in values
        if all(each.dimensions[dimension] in wanted for dimension, wanted in only.items())
    ]
