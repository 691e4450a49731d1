"""Packs: TOML files of measures, KPIs and KGI trees; kpiloop.toml defines them the same way."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import cast

from kpiloop.errors import DefinitionError
from kpiloop.kpi.definition import (
    D,
    Definition,
    KpiDefinition,
    MeasureDefinition,
    Source,
    read_definition,
)
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.problems import Problems

GROUPS = ("measures", "kpis", "trees")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Definitions from one place, not yet checked against the schema or each other."""

    origin: str
    measures: tuple[MeasureDefinition, ...] = ()
    kpis: tuple[KpiDefinition, ...] = ()
    trees: Mapping[str, object] = field(default_factory=dict[str, object])
    """The tables of its KGI trees, as written."""
    text: str = field(default="", repr=False)
    """What its file says, where messages should tell lines."""

    def definitions(self) -> Iterator[Definition]:
        """Measures and KPIs, which share one namespace."""
        yield from self.measures
        yield from self.kpis


def read_pack(file: Traversable) -> Pack:
    """The pack in a TOML file; DefinitionError where it is no TOML or no pack."""
    try:
        text = file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"it cannot be read: {error}", where=file.name) from None
    return parse_pack(text, file.name)


def parse_pack(text: str, origin: str) -> Pack:
    """The pack in a text; `origin` is how messages name it."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"it is no TOML: {error}", where=origin) from None
    for key in tables:
        if key not in GROUPS:
            raise DefinitionError(
                f"a pack has no table {key!r}{did_you_mean(key, GROUPS)}",
                where=origin,
                legal="[measures.<name>], [kpis.<name>] and [trees.<name>]",
            )
    return read_definitions(tables, origin, text)


def read_definitions(tables: Mapping[str, object], origin: str, text: str = "") -> Pack:
    """The measures, KPIs and trees among the tables of a TOML file; others are left alone.

    `text` is the file's text, where messages should tell lines.
    """
    source, problems = Source(origin, text), Problems()
    measures = tuple(_read(MeasureDefinition, "measures", tables, source, problems))
    kpis = tuple(_read(KpiDefinition, "kpis", tables, source, problems))
    problems.raise_all()
    return Pack(origin=origin, measures=measures, kpis=kpis, trees=_trees(tables), text=text)


def _trees(tables: Mapping[str, object]) -> Mapping[str, object]:
    """The trees as written: what they name is known only with all packs."""
    trees = tables.get("trees", {})
    return cast("Mapping[str, object]", trees) if isinstance(trees, Mapping) else {}


def _read(
    model: type[D], group: str, tables: Mapping[str, object], source: Source, problems: Problems
) -> Iterator[D]:
    named = tables.get(group, {})
    if not isinstance(named, Mapping):
        problems.add(
            DefinitionError(
                f"{group!r} is no table", where=source.origin, legal=f"[{group}.<name>]"
            )
        )
        return
    for name, values in cast("Mapping[str, object]", named).items():
        with problems.collected(name):
            yield read_definition(model, f"{group}.{name}", values, source)
