"""`kpiloop init`: a kpiloop.toml to begin with, and what comes next."""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.beginning import asking
from kpiloop.cli.beginning.here import currency_of, timezone_here
from kpiloop.cli.beginning.options import (
    Departments,
    Goals,
    HomeCurrency,
    Systems,
    Where,
    Yes,
    Zone,
)
from kpiloop.cli.beginning.proposal import Proposal, departments_of, owners, propose
from kpiloop.cli.beginning.system import System
from kpiloop.cli.beginning.text import Choices, project_text
from kpiloop.engine.cycle.definitions import catalog_of
from kpiloop.errors import ConfigError
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.definition import Source
from kpiloop.kpi.kgi import build_tree
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.loading import FILE_NAME, read_project


def init(  # noqa: PLR0913 - each option is one answer
    context: typer.Context,
    folder: Where = Path(),
    *,
    source: Systems = None,
    timezone: Zone = None,
    currency: HomeCurrency = None,
    goal: Goals = None,
    departments: Departments = None,
    yes: Yes = False,
) -> None:
    """Write a kpiloop.toml to begin with, and say what comes next.

    What no option answers is asked. A file that is there is never touched.
    """
    app = Application.of(context)
    file = folder.expanduser() / FILE_NAME
    _refuse_second(file)
    systems = ",".join(source) if source else None
    given = {"source": systems, "timezone": timezone, "currency": currency}
    if not yes:
        _require_answers(app, given)
    choices = _choices(app, given, goal or [], departments, may_ask=not yes)
    _write(app, file, choices)
    app.output.data(_for_programs(file, choices))
    _say_what_next(app, file, choices)


def _refuse_second(file: Path) -> None:
    if file.exists():
        raise ConfigError(
            "there is one already",
            where=str(file),
            todo="`kpiloop doctor` looks at it; `kpiloop init FOLDER` begins another project.",
        )


def _require_answers(app: Application, given: Mapping[str, str | None]) -> None:
    """Raise ConfigError where something would have to be asked, and nobody is there to answer."""
    missing = [f"--{name}" for name, value in given.items() if value is None]
    if missing and not (app.output.is_plain and sys.stdin.isatty()):
        raise ConfigError(
            f"nobody is there to be asked for {', '.join(missing)}",
            where="kpiloop init",
            todo="Give these options, or --yes to take what is proposed.",
        )


def _for_programs(file: Path, choices: Choices) -> dict[str, object]:
    told: dict[str, object] = {
        "file": file.absolute(),
        "sources": [each.source for each in choices.systems],
    }
    if choices.proposal:
        told["goal"] = choices.proposal.goal.name
        told["kpis"] = [each.name for each in choices.proposal.kpis]
    return told


def _choices(
    app: Application,
    given: Mapping[str, str | None],
    goals: Sequence[str],
    departments: str | None,
    *,
    may_ask: bool,
) -> Choices:
    """What was given, and for the rest what is answered or proposed."""
    asker = asking.Asker(may_ask=may_ask and None in given.values(), say=app.output.say)
    systems = asker.settle(_which_systems(app.host), given["source"])
    timezone = asker.settle(
        asking.Question(
            text="Reporting time zone",
            proposal=timezone_here(),
            check=partial(asking.general, "timezone"),
        ),
        given["timezone"],
    )
    currency = asker.settle(
        asking.Question(
            text="Home currency",
            proposal=currency_of(timezone),
            check=partial(asking.general, "currency"),
        ),
        given["currency"],
    )
    catalog = Catalog.of(app.host.packs.values(), app.host.derived)
    wanted = asking.goals(catalog, goals) or asker.settle(_which_goal(catalog))
    return Choices(
        systems=systems,
        timezone=timezone,
        currency=currency,
        goals={kpi: number for kpi, number in wanted.items() if number},
        proposal=_proposal(app, asker, catalog, next(iter(wanted), None), departments),
    )


def _proposal(
    app: Application,
    asker: asking.Asker,
    catalog: Catalog,
    goal: str | None,
    departments: str | None,
) -> Proposal | None:
    """What goes with the first goal; who works for it is asked only where there is one."""
    if goal is None:
        return None
    involved = asker.settle(
        asking.Question(
            text="Departments that work for it, separated by commas",
            proposal=", ".join(owners(catalog)),
            check=partial(departments_of, catalog),
        ),
        departments,
    )
    trees = [
        build_tree(name, values, catalog, Source(pack.origin, pack.text))
        for pack in app.host.packs.values()
        for name, values in pack.trees.items()
    ]
    return propose(goal, involved, catalog, trees)


def _which_systems(host: PluginHost) -> asking.Question[tuple[System, ...]]:
    """Proposed is one that asks for nothing but a key."""
    known = {name: System(connector=each) for name, each in host.connectors.items()}
    ready = [name for name, each in known.items() if each.needs_only_keys]
    return asking.Question(
        text=f"Systems to read, separated by commas ({', '.join(known)})",
        proposal=next(iter((*ready, *known)), ""),
        check=partial(asking.systems, host),
    )


def _which_goal(catalog: Catalog) -> asking.Question[dict[str, str]]:
    return asking.Question(
        text="The goal, such as revenue, or new_leads=400 for a month (Enter: none)",
        proposal="",
        check=lambda line: asking.goals(catalog, [line] if line else []),
    )


def _write(app: Application, file: Path, choices: Choices) -> None:
    """Write the file, once it is known that it will load."""
    text = project_text(choices, Catalog.of(app.host.packs.values(), app.host.derived))
    project = read_project(text, path=file.absolute(), host=app.host, environment=os.environ)
    catalog_of(project, app.host)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise ConfigError(
            f"the file cannot be written ({error.strerror})",
            where=str(file),
            todo="Name a folder that you may write to.",
        ) from None


def _say_what_next(app: Application, file: Path, choices: Choices) -> None:
    say = app.output.say
    say(f"Wrote {file}. What comes next:")
    for system in choices.systems:
        _say_what_it_needs(app, system)
    say("\nLook whether all is well, then do a first cycle:\n")
    if file.parent != Path():
        say(f"  cd {shlex.quote(str(file.parent))}")
    say("  kpiloop doctor\n  kpiloop run\n")
    say("Nothing is written back as long as the file has no [[publish]].")


def _say_what_it_needs(app: Application, system: System) -> None:
    """How one comes by its keys, and which settings of the file are only examples."""
    for variable, hint in system.keys.items():
        if hint:
            app.output.say(f"\n{hint}\n\nPut it where kpiloop finds it:\n")
            app.output.say(f"  export {variable}=…")
    if wanted := dict.fromkeys((*system.shown, *system.required)):
        app.output.say(
            f"\nIn the file, [sources.{system.source}] needs yours: {', '.join(wanted)}."
        )
