"""Putting packs together: one namespace, all checked, and everything wrong said at once."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from graphlib import CycleError, TopologicalSorter

from kpiloop.errors import DefinitionError
from kpiloop.kpi.build_kpi import Draft, Known, build_kpi, build_twin, draft_kpi
from kpiloop.kpi.build_measure import IN_PERIOD, PARTS, build_measures
from kpiloop.kpi.definition import Definition, MeasureDefinition
from kpiloop.kpi.formula import names
from kpiloop.kpi.measure import Measure
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.pack import Pack
from kpiloop.kpi.problems import Problems
from kpiloop.kpi.table import Tables


def assemble(packs: Iterable[Pack], tables: Tables) -> Known:
    """The measures and KPIs of all packs; one DefinitionError names everything that is wrong.

    What rests on a definition that is wrong is left out without a word of its own.
    """
    problems = Problems()
    definitions = _merge(packs, problems)
    known = Known(_measures(definitions, tables, problems))
    drafts = _drafts(definitions, problems)
    for name in _order(drafts, problems):
        if _rests_on(problems.broken, drafts[name]):
            problems.broken.add(name)
            continue
        with problems.collected(name):
            _add(drafts[name], definitions, known)
    problems.raise_all()
    known.sort(definitions)
    return known


def _merge(packs: Iterable[Pack], problems: Problems) -> dict[str, Definition]:
    """One definition per name; a second one must say that it overrides the first."""
    merged: dict[str, Definition] = {}
    for pack in packs:
        for definition in pack.definitions():
            with problems.collected(definition.name):
                _check_override(definition, merged)
                merged[definition.name] = definition
    return merged


def _check_override(definition: Definition, merged: Mapping[str, Definition]) -> None:
    earlier = merged.get(definition.name)
    if earlier is None and definition.overrides:
        raise DefinitionError(
            f"there is no {definition.name!r} to override{did_you_mean(definition.name, merged)}",
            where=definition.key("overrides"),
            todo="leave overrides out, or correct the name",
        )
    if earlier is not None and not definition.overrides:
        raise _taken(definition.name, earlier.place, definition.place)


def _taken(name: str, first: str, second: str) -> DefinitionError:
    return DefinitionError(
        f"{name!r} is defined twice: first in {first}",
        where=second,
        todo="give it another name, or say overrides = true where it replaces the first",
    )


def _measures(
    definitions: Mapping[str, Definition], tables: Tables, problems: Problems
) -> dict[str, Measure]:
    built: dict[str, Measure] = {}
    for definition in definitions.values():
        if isinstance(definition, MeasureDefinition):
            with problems.collected(definition.name):
                for measure in build_measures(definition, tables):
                    _check_derived(measure.name, definition, definitions)
                    built[measure.name] = measure
    return built


def _check_derived(
    name: str, definition: Definition, definitions: Mapping[str, Definition]
) -> None:
    """A derived name must not be anybody's own."""
    other = definitions.get(name)
    if other is not None and other is not definition:
        raise DefinitionError(
            f"{name!r} follows from {definition.place}, and cannot be defined as well",
            where=other.place,
            todo="give it another name",
        )


def _drafts(definitions: Mapping[str, Definition], problems: Problems) -> dict[str, Draft]:
    drafts: dict[str, Draft] = {}
    for name, definition in definitions.items():
        with problems.collected(name):
            draft = draft_kpi(definition)
            if draft is not None:
                drafts[name] = draft
    return drafts


def _order(drafts: Mapping[str, Draft], problems: Problems) -> list[str]:
    """KPIs after those that they name; none where some name each other in a circle."""
    needs = {name: tuple(_needs(draft, drafts)) for name, draft in drafts.items()}
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        problems.add(
            DefinitionError(
                f"the formulas go round in a circle: {' → '.join(circle)}",
                where=drafts[circle[0]].definition.place,
                todo="let one of them stand on measures",
            )
        )
        return []


def _needs(draft: Draft, drafts: Mapping[str, Draft]) -> Iterator[str]:
    """The drafts that a formula names, by their own name or by that of their twin."""
    for name in names(draft.formula):
        base = name if name in drafts else name.removesuffix(IN_PERIOD)
        if base in drafts and not _presents_itself(base, drafts[base]):
            yield base


def _presents_itself(name: str, draft: Draft) -> bool:
    """Whether it only shows the measure of its own name, on which others stand directly."""
    return isinstance(draft.definition, MeasureDefinition) and name in names(draft.formula)


def _rests_on(broken: AbstractSet[str], draft: Draft) -> bool:
    """Whether it names something that is broken, or that would follow from it."""
    for name in (draft.name, *names(draft.formula)):
        bases = {name, *(name.removesuffix(ending) for ending in (IN_PERIOD, *PARTS.values()))}
        if bases & broken:
            return True
    return False


def _add(draft: Draft, definitions: Mapping[str, Definition], known: Known) -> None:
    kpi = build_kpi(draft, known)
    known.add(kpi, draft.definition.place)
    twin = build_twin(draft, kpi, known)
    if twin is not None:
        _check_derived(twin.name, draft.definition, definitions)
        known.add(twin, draft.definition.place)
