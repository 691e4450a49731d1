"""Turns a verb's line into a command: imports its function, adds the common options."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

from kpiloop.cli.failures import explained
from kpiloop.cli.options import ConfigOption, DebugOption, JsonOption, Options, QuietOption
from kpiloop.errors import PluginError
from kpiloop.hookspecs import Command


class Verb(TyperCommand):
    """A verb that takes the common options off its arguments and explains its errors."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the line; a word that is not legal is told without the machinery behind it."""
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run the verb."""
        given = Options(**{name: ctx.params.pop(name) for name in _NAMES if name in ctx.params})
        ctx.obj = Options.of(ctx).joined(given)
        with explained(ctx.obj):
            return super().invoke(ctx)


def load_verb(command: Command) -> TyperCommand:
    """The command of a verb; PluginError where its function cannot be imported."""
    module, _, name = command.run.partition(":")
    try:
        function = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise PluginError(
            f"its function {command.run} cannot be loaded: {error}",
            where=f"verb {command.name!r}",
            todo="Update the plugin that brings it, or tell its author.",
        ) from error
    verb = _command(function, command.name)
    taken = {flag for param in verb.params for flag in param.opts}
    verb.params += [each for each in _COMMON.params if not taken & set(each.opts)]
    return verb


def _command(function: Any, name: str | None) -> TyperCommand:
    program = typer.Typer(add_completion=False)
    program.command(name=name, cls=Verb)(function)
    command = get_command(program)
    assert isinstance(command, TyperCommand)
    command.help = _unfolded(command.help or "")
    return command


def _unfolded(text: str) -> str:
    """A docstring without the line breaks of its source, which the terminal does not share."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _common(
    *,
    config: ConfigOption = None,
    quiet: QuietOption = False,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """The options that every verb has, declared as typer wants them."""


_COMMON = _command(_common, None)
_NAMES = tuple(param.name for param in _COMMON.params if param.name)
