"""`kpiloop rules test`: what another rule of MQLs or SQLs would have changed."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field, ValidationError

from kpiloop.cli.application import Application
from kpiloop.engine.cycle.cycle import Cycle
from kpiloop.engine.scoring.backtest import Backtest, Fate, Outcome, backtest
from kpiloop.engine.scoring.reading import read_scoring
from kpiloop.engine.scoring.rules import ScoringRules
from kpiloop.errors import ConfigError, NotYetError
from kpiloop.project.lines import lines_of
from kpiloop.project.problems import config_error, problems_of
from kpiloop.project.project import Project
from kpiloop.project.scoring import Scoring, StageRule, StageRules
from kpiloop.project.section import Section


class Stage(StrEnum):
    """The stages that rules may decide."""

    MQL = "mql"
    SQL = "sql"


class What(StrEnum):
    """What may be done with rules."""

    TEST = "test"


class _Candidate(Section):
    scoring: Scoring | None = None
    rules: StageRules = Field(default_factory=StageRules)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    stage: Stage
    rules: ScoringRules


def rules(  # noqa: PLR0913 - each option says one thing
    context: typer.Context,
    what: Annotated[What, typer.Argument(help="What to do.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="TOML with [rules.mql], and [scoring] if that is to be another."),
    ] = None,
    *,
    where: Annotated[
        str | None, typer.Option(help="The rule itself, over the scores of kpiloop.toml.")
    ] = None,
    stage: Annotated[Stage, typer.Option(help="Which stage's rule.")] = Stage.MQL,
    who: Annotated[bool, typer.Option("--who", help="List who changes.")] = False,
) -> None:
    """Replay a rule on history, and compare it with today's; nothing is written.

    Without a file or --where, the rule of kpiloop.toml is tested.
    """
    app = Application.of(context)
    del what  # there is one thing to do yet
    tested = _tested(app.project, file, where, stage)
    found = _replay(app, tested)
    app.output.data(_for_programs(found, with_people=who))
    _show(app, found)
    if who:
        app.output.table(
            ("person", "e-mail", "", "today", "candidate"),
            [
                (
                    each.person_id,
                    each.email or "",
                    each.fate.value,
                    *(_day(app, moment) for moment in (each.today_at, each.candidate_at)),
                )
                for each in found.changed
            ],
        )


def _day(app: Application, moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(app.project.timezone).date().isoformat()


def _tested(project: Project, file: Path | None, where: str | None, stage: Stage) -> _Tested:
    """The candidate: a file goes before kpiloop.toml, and the option before both."""
    candidate = _Candidate(rules=project.rules) if file is None else _read(file)
    origin = project.path.name if file is None else file.name
    rule = StageRule(where=where) if where else candidate.rules.named().get(stage)
    if rule is None:
        raise ConfigError(
            f"there is no rule of {stage} to be tested",
            where=origin,
            legal=f'[rules.{stage}] with where = "…", or --where',
        )
    scoring = candidate.scoring or project.scoring
    return _Tested(stage=stage, rules=read_scoring(scoring, {stage.value: rule}, origin))


def _read(file: Path) -> _Candidate:
    text = ""
    try:
        text = file.read_text(encoding="utf-8")
        return _Candidate.model_validate(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"the file cannot be read ({error})", where=str(file), legal="a TOML file in UTF-8"
        ) from None
    except ValidationError as error:
        problems = list(problems_of(error, _Candidate))
        raise config_error(problems, file=str(file), lines=lines_of(text)) from None


def _replay(app: Application, tested: _Tested) -> Backtest:
    with Cycle.begin(app.project, app.host, app.clock) as cycle:
        latest = cycle.values.latest_set()
        if latest is None:
            raise NotYetError("nothing was computed yet", todo="run `kpiloop run`")
        with cycle.warehouse() as warehouse, warehouse.transaction() as connection:
            as_of = latest.as_of.astimezone(app.project.timezone)
            return backtest(connection, tested.rules, tested.stage.value, as_of)


def _show(app: Application, found: Backtest) -> None:
    following = {"mql": "became SQL in 90 days", "sql": "became customer in 90 days"}[found.stage]
    today, candidate = found.today, found.candidate
    rows = [
        (found.stage.upper() + "s", str(today.people), str(candidate.people)),
        (following, _rate(today, today.got_on), _rate(candidate, candidate.got_on)),
        (
            "became customer in 90 days",
            _rate(today, today.became_customers),
            _rate(candidate, candidate.became_customers),
        ),
        (f"cost per {found.stage.upper()}", _money(app, today), _money(app, candidate)),
    ]
    app.output.table(
        ("", "today", "candidate"), list(dict.fromkeys(rows)), right=("today", "candidate")
    )
    app.output.table(("month", "today", "candidate"), found.months, right=("today", "candidate"))
    told = ", ".join(f"{found.fates[fate]} {fate.value}" for fate in Fate)
    app.output.say(f"People: {told}.")


def _rate(outcome: Outcome, number: int) -> str:
    share = Decimal(number) / Decimal(outcome.had_time) if outcome.had_time else None
    return "" if share is None else f"{number} of {outcome.had_time} ({float(share):.1%})"


def _money(app: Application, outcome: Outcome) -> str:
    return "" if outcome.cost_each is None else f"{outcome.cost_each:,.2f} {app.project.currency}"


def _for_programs(found: Backtest, *, with_people: bool) -> dict[str, object]:
    return {
        "stage": found.stage,
        "today": found.today,
        "candidate": found.candidate,
        "people": {fate.value: number for fate, number in found.fates.items()},
        "months": [
            {"month": month, "today": today, "candidate": candidate}
            for month, today, candidate in found.months
        ],
        **({"changed": found.changed} if with_people else {}),
    }
