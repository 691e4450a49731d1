"""From the definition of a KPI to one whose names, unit and version have been worked out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from kpiloop.errors import DefinitionError
from kpiloop.kpi.build_measure import IN_PERIOD, PARTS
from kpiloop.kpi.definition import Definition, KpiDefinition, MeasureDefinition
from kpiloop.kpi.formula import (
    Days,
    Formula,
    Name,
    Number,
    each_name,
    names,
    parse_formula,
    replace_names,
    size_of,
    text_of,
)
from kpiloop.kpi.kpi import Band, Comparison, Kpi
from kpiloop.kpi.measure import Basis, Measure, Part
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.units import DAYS, RATIO, Unit, parse_unit
from kpiloop.kpi.version import bands_meaning, formula_meaning, version_of

LARGEST = 500
"""Names, numbers and operations of a formula with those of all KPIs that it names written out."""

_BAND = re.compile(r"(>=|<=|>|<) *(-?\d{1,15}(?:\.\d{1,6})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A KPI before its names are known."""

    name: str
    formula: Formula
    definition: Definition
    derived_from: str | None = None


class Known:
    """The measures and KPIs that have been built: what the names of a formula stand for."""

    def __init__(self, measures: Mapping[str, Measure]) -> None:
        self.measures = measures
        self.kpis: dict[str, Kpi] = {}
        self._sizes: dict[str, int] = {}

    def get(self, name: str) -> Measure | Kpi | None:
        """What a name stands for: a measure before the KPI that presents it."""
        return self.measures.get(name) or self.kpis.get(name)

    def add(self, kpi: Kpi, where: str) -> None:
        """Adds a KPI; DefinitionError where it is beyond `LARGEST`."""
        inner = sum(self._sizes.get(name, 0) for name in each_name(kpi.formula))
        size = size_of(kpi.formula) + inner
        if size > LARGEST:
            raise DefinitionError(
                "written out, the formula is too long",
                where=where,
                legal=f"at most {LARGEST} names, numbers and operations, with those of the KPIs "
                "that it names",
            )
        self.kpis[kpi.name] = kpi
        if kpi.name not in self.measures:
            self._sizes[kpi.name] = size

    def sort(self, written: Iterable[str]) -> None:
        """Puts the KPIs into the order in which they are written, each before its twin."""
        ordered = (each for name in written for each in (name, name + IN_PERIOD))
        self.kpis = {name: self.kpis[name] for name in ordered if name in self.kpis}

    def of(self, formula: Formula) -> dict[str, Measure | Kpi]:
        """What each name of a formula stands for, where it is known."""
        found = {name: self.get(name) for name in names(formula)}
        return {name: part for name, part in found.items() if part}

    def all_names(self) -> Iterable[str]:
        """Every name that a formula may use."""
        return (*self.measures, *self.kpis)


def draft_kpi(definition: Definition) -> Draft | None:
    """The draft of a KPI, or of a measure that has a title and thus is one."""
    if isinstance(definition, KpiDefinition):
        formula = parse_formula(definition.formula, definition.key("formula"))
        if not names(formula):
            raise DefinitionError("the formula names nothing", where=definition.key("formula"))
        return Draft(name=definition.name, formula=formula, definition=definition)
    if definition.title is None:
        return None
    is_stock = isinstance(definition, MeasureDefinition) and definition.start is not None
    measured = Name(definition.name + PARTS[Part.END] if is_stock else definition.name)
    return Draft(name=definition.name, formula=measured, definition=definition)


def build_kpi(draft: Draft, known: Known) -> Kpi:
    """The checked KPI; DefinitionError where its names, units or bands are not legal."""
    definition, parts = draft.definition, known.of(draft.formula)
    _check_names(draft, known)
    bands = _bands(definition)
    unit = _unit(draft, {name: part.unit for name, part in parts.items()})
    versions = {name: part.version for name, part in parts.items()}
    meaning = [formula_meaning(draft.formula, versions), unit.powers, bands_meaning(bands)]
    bases = {part.basis for part in parts.values()}
    withins = [part.within_days for part in parts.values() if part.within_days is not None]
    return Kpi(
        name=draft.name,
        title=definition.title or definition.name.replace("_", " ").capitalize(),
        meaning=definition.meaning,
        formula=draft.formula,
        unit=unit,
        better=definition.better,
        basis=_basis(bases),
        within_days=max(withins, default=None),
        source=definition.source,
        contested=definition.contested,
        owner=definition.owner,
        bands=bands,
        signal=definition.signal,
        derived_from=draft.derived_from,
        origin=definition.origin,
        version=version_of(meaning),
    )


def build_twin(draft: Draft, kpi: Kpi, known: Known) -> Kpi | None:
    """The twin that counts what happened in the period; None where no cohort has one."""
    if kpi.within_days is None:
        return None
    cohorts = {
        name: Name(name + IN_PERIOD)
        for name, part in known.of(kpi.formula).items()
        if part.within_days is not None
    }
    twin = build_kpi(
        replace(
            draft,
            name=kpi.name + IN_PERIOD,
            formula=replace_names(kpi.formula, cohorts),
            derived_from=kpi.name,
        ),
        known,
    )
    meaning = (
        f"{kpi.meaning} Twin: what happened in the period, whenever it began; may exceed 100 %."
    )
    return replace(twin, title=f"{kpi.title} (in period)", meaning=meaning.strip())


def _check_names(draft: Draft, known: Known) -> None:
    for name in names(draft.formula):
        if known.get(name) is None:
            endings = ", ".join(name + ending for ending in PARTS.values())
            is_stock = name + PARTS[Part.END] in known.measures
            raise DefinitionError(
                f"{name!r} is neither a measure nor a KPI{did_you_mean(name, known.all_names())}",
                where=draft.definition.key("formula"),
                todo=f"a stock is one of {endings}" if is_stock else "define it, or correct it",
            )


def _basis(bases: set[Basis]) -> Basis:
    if Basis.COHORT in bases:
        return Basis.COHORT
    return Basis.STOCK if bases == {Basis.STOCK} else Basis.FLOW


def _unit(draft: Draft, units: Mapping[str, Unit]) -> Unit:
    where = draft.definition.key("unit")
    unit = unit_of_formula(draft.formula, units, draft.definition.key("formula"))
    if draft.definition.unit is None or not isinstance(draft.definition, KpiDefinition):
        return unit
    declared = parse_unit(draft.definition.unit, where)
    if declared != unit:
        raise DefinitionError(
            f"{text_of(draft.formula)} is in {unit}, not in {declared}",
            where=where,
            legal=f'unit = "{unit}"',
            todo="or say with unit = … what each of its measures counts",
        )
    return unit


def unit_of_formula(formula: Formula, units: Mapping[str, Unit], where: str) -> Unit:
    """The unit that a formula gives; DefinitionError for a sum of unlike units."""
    if isinstance(formula, Number):
        return RATIO
    if isinstance(formula, Name):
        return units[formula.name]
    if isinstance(formula, Days):
        return DAYS
    left = unit_of_formula(formula.left, units, where)
    right = unit_of_formula(formula.right, units, where)
    if formula.operator == "*":
        return left * right
    if formula.operator == "/":
        return left / right
    if left != right:
        raise DefinitionError(
            f"{text_of(formula)} adds or subtracts {left} and {right}",
            where=where,
            legal="sums and differences of equal units",
        )
    return left


def _bands(definition: Definition) -> tuple[Band, ...]:
    return tuple(_band(name, text, definition) for name, text in definition.bands.items())


def _band(name: str, text: str, definition: Definition) -> Band:
    if not text:
        return Band(name, "else")
    found = _BAND.fullmatch(text.strip())
    if found is None:
        raise DefinitionError(
            f"{text!r} is no band",
            where=f"{definition.key('bands')}.{name}",
            legal='bands = { A = ">= 0.5", B = ">= 0.2", C = "" }; the first that holds counts',
        )
    return Band(name, cast("Comparison", found[1]), Decimal(found[2]))
