"""What `kpiloop init` asks where it is not told, and what it answers to what is not legal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import typer
from pydantic import ValidationError

from kpiloop.cli.beginning.system import System
from kpiloop.errors import ConfigError
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.names import did_you_mean
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.general import General
from kpiloop.project.problems import problems_of

Checked = TypeVar("Checked")
_SOME = {"timezone": "UTC", "currency": "EUR"}
"""Legal values, so that one setting can be checked without the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[Checked]):
    """One thing to be known: how it is asked, what is proposed, and what an answer means."""

    text: str
    proposal: str
    check: Callable[[str], Checked]
    """Raises ConfigError where an answer is not legal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Settles questions: by what was given, else by asking, else by what is proposed."""

    may_ask: bool
    say: Callable[[str], None]
    """Tells why an answer is not legal."""

    def settle(self, question: Question[Checked], given: str | None = None) -> Checked:
        """A legal answer; ConfigError where what was given is none."""
        if given is not None or not self.may_ask:
            return question.check(question.proposal if given is None else given)
        while True:
            proposal = question.proposal
            answer = typer.prompt(question.text, default=proposal, show_default=bool(proposal))
            try:
                return question.check(str(answer).strip())
            except ConfigError as error:
                self.say(f"{error.what}{f' (legal: {error.legal})' if error.legal else ''}")


def general(setting: str, value: str) -> str:
    """A setting of [project]; ConfigError where it is not legal."""
    try:
        General.model_validate({**_SOME, setting: value})
    except ValidationError as error:
        (problem,) = problems_of(error, General)
        raise ConfigError(problem.what, where=f"--{setting}", legal=problem.legal) from None
    return value


def systems(host: PluginHost, line: str) -> tuple[System, ...]:
    """The systems of a line such as `crm, shop`; ConfigError where no connector is called so."""
    names = dict.fromkeys(name.strip() for name in line.split(","))
    return tuple(System(connector=host.connector(each, where="--source")) for each in names)


def goals(catalog: Catalog, lines: Sequence[str]) -> dict[str, str]:
    """KPI → number, of lines such as `new_leads=400`; of `new_leads` alone an empty one.

    ConfigError where a line names no KPI, or no number.
    """
    return dict(_goal(catalog, line) for line in lines)


def _goal(catalog: Catalog, line: str) -> tuple[str, str]:
    kpi, sign, number = (part.strip() for part in line.partition("="))
    if kpi not in catalog.kpis:
        known = [each.name for each in catalog.kpis.values() if each.derived_from is None]
        raise ConfigError(
            f"there is no KPI {kpi!r}{did_you_mean(kpi, known)}",
            where="--goal",
            legal=", ".join(known),
        )
    if sign and not _is_number(number):
        what = f"{number!r} is no number"
        raise ConfigError(what, where="--goal", legal=f"such as {kpi}=400 or {kpi}=0.5")
    return kpi, number


def _is_number(text: str) -> bool:
    whole, _, rest = text.removeprefix("-").partition(".")
    return whole.isdecimal() and whole.isascii() and (not rest or rest.isdecimal())
