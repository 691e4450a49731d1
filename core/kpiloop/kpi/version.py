"""Versions of definitions: they change if, and only if, the meaning does."""

import json
from collections.abc import Mapping
from hashlib import sha256

from kpiloop.kpi.formula import DAYS_IN_PERIOD, Days, Formula, Name, Number
from kpiloop.kpi.kpi import Band

_LENGTH = 12


def version_of(meaning: object) -> str:
    """A short hash of plain data; equal data give equal versions on every machine."""
    text = json.dumps(meaning, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode()).hexdigest()[:_LENGTH]


def formula_meaning(formula: Formula, versions: Mapping[str, str]) -> object:
    """A formula as plain data, its names replaced with the versions of what they stand for."""
    if isinstance(formula, Number):
        return str(formula.value.normalize())
    if isinstance(formula, Name):
        return {"is": versions[formula.name]}
    if isinstance(formula, Days):
        return DAYS_IN_PERIOD
    return [
        formula.operator,
        formula_meaning(formula.left, versions),
        formula_meaning(formula.right, versions),
    ]


def bands_meaning(bands: tuple[Band, ...]) -> object:
    """Bands as plain data."""
    return [[band.name, band.comparison, str(band.limit.normalize())] for band in bands]
