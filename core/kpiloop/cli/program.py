"""The program `kpiloop`: its verbs by name, none of them imported before it is called."""

import sys
from collections.abc import Mapping
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from kpiloop.cli.failures import explained
from kpiloop.cli.loading import load_verb
from kpiloop.cli.options import ConfigOption, DebugOption, JsonOption, Options, QuietOption
from kpiloop.cli.verbs import VERBS
from kpiloop.hookspecs import Command
from kpiloop.plugin_host.commands import plugin_commands
from kpiloop.plugin_host.finding import installed

NAME = "kpiloop"


class Verbs(TyperGroup):
    """A group that knows its verbs by name and a line of help, and loads the one that is called."""

    known: Mapping[str, Command]

    def learn(self, known: Mapping[str, Command]) -> None:
        """Take verbs into the group, without importing any."""
        self.known = known
        for each in known.values():
            self.add_command(TyperCommand(each.name, help=each.help))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb that the line calls, loaded."""
        name, command, rest = super().resolve_command(ctx, args)
        verb = self.known.get(name or "")
        return name, load_verb(verb) if verb else command, rest

    def invoke(self, ctx: Any) -> Any:
        """Run the line; a verb that cannot be loaded is explained here."""
        with explained(Options.of(ctx)):
            return super().invoke(ctx)


def program() -> Verbs:
    """The program, with the verbs of kpiloop and of the plugins."""
    app = typer.Typer(cls=Verbs, no_args_is_help=True)
    app.callback()(_root)
    group = get_command(app)
    assert isinstance(group, Verbs)
    own = {each.name: each for each in VERBS}
    group.learn({**own, **plugin_commands(installed(), taken=own)})
    return group


def main() -> None:
    """Run the program with the arguments of the process, and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a sign that the terminal lacks ends no run
    program().main(prog_name=NAME)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if wanted:
        typer.echo(f"{NAME} {version(NAME)}")
        raise typer.Exit


def _root(  # noqa: PLR0913 - the options are told one by one, as typer wants them
    context: typer.Context,
    *,
    config: ConfigOption = None,
    quiet: QuietOption = False,
    json: JsonOption = False,
    debug: DebugOption = False,
    show_version: Annotated[  # noqa: ARG001 - its callback has done the work
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Pull from the systems you use, compute each KPI once, and write it back where people work."""
    given = Options(config=config, quiet=quiet, json=json, debug=debug)
    context.obj = Options.of(context).joined(given)
