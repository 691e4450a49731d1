"""The reference of KPIs for the docs, written out of the catalog."""

from collections.abc import Iterator

from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import text_of
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.measure import Basis, Measure

_HEAD = """# KPIs

What the bundled packs define. This page is written out of the packs: change those, not this page.
Each KPI can be asked by any dimension that all its measures have, at any grain, and per record.
"""


def markdown(catalog: Catalog) -> str:
    """The whole page: every KPI by pack, then every measure."""
    return "\n".join((_HEAD, *_kpis(catalog), *_measures(catalog)))


def _kpis(catalog: Catalog) -> Iterator[str]:
    for origin in dict.fromkeys(kpi.origin for kpi in catalog.kpis.values()):
        yield f"## {origin.removesuffix('.toml').capitalize()}\n"
        for kpi in catalog.kpis.values():
            if kpi.origin == origin and kpi.derived_from is None:
                yield from _kpi(kpi, catalog)


def _kpi(kpi: Kpi, catalog: Catalog) -> Iterator[str]:
    yield f"### {kpi.title} (`{kpi.name}`)\n"
    yield f"{kpi.meaning}\n"
    yield from (f"- {label}: {text}" for label, text in _facts(kpi, catalog) if text)
    yield ""


def _facts(kpi: Kpi, catalog: Catalog) -> Iterator[tuple[str, str]]:
    twins = [f"`{twin.name}`" for twin in catalog.kpis.values() if twin.derived_from == kpi.name]
    is_measure = text_of(kpi.formula) in catalog.measures
    yield "Formula", "" if is_measure else f"`{text_of(kpi.formula)}`"
    yield "Measure", f"`{text_of(kpi.formula)}`" if is_measure else ""
    yield "Unit", str(kpi.unit)
    yield "Better", kpi.better or ""
    yield "Basis", _basis(kpi)
    yield "Definition", kpi.source
    yield "Contested", kpi.contested
    yield "Usual owner", kpi.owner
    yield "Bands", ", ".join(str(band) for band in kpi.bands)
    yield "Period twin", ", ".join(twins)
    yield "By", ", ".join(catalog.dimensions_of(kpi.name))
    yield "Per record", ", ".join(catalog.per_record(kpi.name))


def _basis(kpi: Kpi) -> str:
    return f"{kpi.basis}, {kpi.within_days} days" if kpi.within_days is not None else str(kpi.basis)


def _measures(catalog: Catalog) -> Iterator[str]:
    yield "## Measures\n"
    yield "What the formulas stand on. Derived measures are marked with what they follow from.\n"
    yield "| Measure | On | Aggregate | Rows | Time | Unit |"
    yield "|---|---|---|---|---|---|"
    for measure in catalog.measures.values():
        yield f"| {' | '.join(_cells(measure))} |"
    yield ""


def _cells(measure: Measure) -> Iterator[str]:
    derived = f" (from `{measure.derived_from}`)" if measure.derived_from else ""
    yield f"`{measure.name}`{derived}"
    yield f"`{measure.on}`"
    yield f"`{measure.aggregate}`"
    yield f"`{measure.where.sql(dialect='duckdb')}`".replace('"', "") if measure.where else "all"
    yield _time(measure)
    yield str(measure.unit)


def _time(measure: Measure) -> str:
    if measure.basis is Basis.STOCK:
        return f"{measure.part}: `{measure.start}` to `{measure.until}`"
    if measure.basis is Basis.COHORT:
        return f"`{measure.when}`, `{measure.then}`{_limit(measure)}"
    return f"`{measure.when}`" + (f" {measure.delay_days} days later" if measure.delay_days else "")


def _limit(measure: Measure) -> str:
    if measure.within_days is not None:
        return f" within {measure.within_days} days"
    return f", watched until `{measure.until}`" if measure.until else ", however late"
