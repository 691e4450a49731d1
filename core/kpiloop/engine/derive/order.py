"""In which order derivations are run: each after those whose tables it needs."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from kpiloop.derivation import Derivation
from kpiloop.kpi.names import did_you_mean
from kpiloop.schema.registry import RESOLVED

_RESOLVED = frozenset(model.entity for model in RESOLVED)


def in_order(derivations: Mapping[str, Derivation]) -> tuple[Derivation, ...]:
    """Every derivation after those that it needs; where some need each other, as they stand."""
    needs = {
        name: [each for each in derivation.needs if each in derivations]
        for name, derivation in derivations.items()
    }
    try:
        return tuple(derivations[name] for name in TopologicalSorter(needs).static_order())
    except CycleError:
        return tuple(derivations.values())


def unmet(derivation: Derivation, done: Mapping[str, str], all_of: Mapping[str, Derivation]) -> str:
    """Why a derivation cannot be run; empty: it can.

    `done` holds the derived tables so far, each with what went wrong with it, if anything did.
    """
    for need in derivation.needs:
        if need in _RESOLVED:
            continue
        if need not in all_of:
            return f"it needs {need!r}, which is no table{did_you_mean(need, _RESOLVED)}"
        if need not in done:
            return f"it needs {need}, which needs it in turn"
        if done[need]:
            return f"it needs {need}: {done[need]}"
    return ""
