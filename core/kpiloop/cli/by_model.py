"""`show --models`: the values of KPIs under each model, and the band that they lie in."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.asked import Asked
from kpiloop.cli.numbers import MARKS, NO_VALUE, brief, legend
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.value import KpiValue

ByModel = Annotated[
    list[str] | None,
    typer.Option(
        "--models", help="Under these models instead of the chosen one; all: under each there is."
    ),
]
ALL = "all"
_Key = tuple[str, tuple[str | None, ...]]


def show_by_model(app: Application, asked: Asked, models: Sequence[str]) -> None:
    """Each KPI under each model, with the lowest and highest value of all of them."""
    if asked.against is not None or asked.last_only:
        raise typer.BadParameter("--models goes neither with --compare nor with --last")
    found = asked.by_model(() if ALL in models else models)
    app.output.data(
        [{"model": model, "value": each} for model, values in found.items() for each in values]
    )
    for name in asked.kpis:
        of_kpi = {
            model: {_key(each): each for each in values if each.kpi == name}
            for model, values in found.items()
        }
        _show_one(app, asked, name, of_kpi)


def _show_one(
    app: Application, asked: Asked, name: str, found: Mapping[str, Mapping[_Key, KpiValue]]
) -> None:
    kpi, currency = asked.catalog.kpi(name), app.project.currency
    keys = dict.fromkeys(key for values in found.values() for key in values)
    rows: list[tuple[str, ...]] = []
    for period, dimensions in keys:
        values = [found[model].get((period, dimensions)) for model in found]
        told = [_number(each, kpi, currency) for each in values]
        cut = ("(unknown)" if each is None else each for each in dimensions)
        rows.append((period, *cut, *told, _band(values, kpi, currency)))
    models = tuple(found)
    app.output.table(
        ("period", *asked.cut, *models, "band"),
        rows,
        title=f"\n{kpi.title} ({name})",
        right=(*models, "band"),
        spare=models[:0:-1],  # where it is narrow, the chosen one and the band stay
    )
    for line in legend([each for values in found.values() for each in values.values()]):
        app.output.say(line)


def _number(value: KpiValue | None, kpi: Kpi, currency: str) -> str:
    if value is None:
        return NO_VALUE
    return brief(value.value, kpi.unit, currency) + MARKS[value.completeness]


def _band(values: Sequence[KpiValue | None], kpi: Kpi, currency: str) -> str:
    """From the lowest value to the highest; nothing where there is none."""
    known = [each.value for each in values if each is not None and each.value is not None]
    if not known:
        return ""
    low, high = (brief(each, kpi.unit, currency) for each in (min(known), max(known)))
    return low if low == high else f"{low} \N{EN DASH} {high}"


def _key(value: KpiValue) -> _Key:
    return value.period.key, tuple(value.dimensions.values())
