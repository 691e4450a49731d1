"""What `kpiloop init` asks where it is not told, and what it answers to what is not legal."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import typer
from pydantic import ValidationError

from kpiloop.errors import ConfigError
from kpiloop.kpi.catalog import Catalog
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.general import General
from kpiloop.project.problems import problems_of

Checked = TypeVar("Checked")
_SOME = {"timezone": "UTC", "currency": "EUR"}
"""Legal values, so that one setting can be checked without the other."""


def ask(question: str, proposal: str, check: Callable[[str], Checked]) -> Checked:
    """The answer, asked again until it is legal."""
    while True:
        answer = str(typer.prompt(question, default=proposal, show_default=bool(proposal)))
        try:
            return check(answer.strip())
        except ConfigError as error:
            typer.echo(f"{error.what}{f' (legal: {error.legal})' if error.legal else ''}")


def general(setting: str, value: str) -> str:
    """A setting of [project]; ConfigError where it is not legal."""
    try:
        General.model_validate({**_SOME, setting: value})
    except ValidationError as error:
        (problem,) = problems_of(error, General)
        raise ConfigError(problem.what, where=f"--{setting}", legal=problem.legal) from None
    return value


def connector(host: PluginHost, name: str) -> str:
    """A connector that is installed; ConfigError where there is none of this name."""
    host.connector(name, where="--source")
    return name


def goals(catalog: Catalog, lines: Sequence[str]) -> dict[str, str]:
    """KPI → number, of lines such as `new_leads=400`; ConfigError where one is no such line."""
    found: dict[str, str] = {}
    for line in lines:
        kpi, _, number = (part.strip() for part in line.partition("="))
        if kpi not in catalog.kpis or not _is_number(number):
            raise ConfigError(
                f"{line!r} is no goal",
                where="--goal",
                legal="a KPI and a number, such as "
                f"{next(iter(catalog.kpis), 'leads')}=400; the KPIs: {', '.join(catalog.kpis)}",
            )
        found[kpi] = number
    return found


def _is_number(text: str) -> bool:
    whole, _, rest = text.removeprefix("-").partition(".")
    return whole.isdecimal() and whole.isascii() and (not rest or rest.isdecimal())
