"""The verbs that plugins add, found without importing what brings none: `--help` must be quick."""

from collections.abc import Collection, Mapping, Sequence

from kpiloop.errors import PluginError
from kpiloop.hookspecs import RENAMED, Command
from kpiloop.plugin_host.asking import Asked, ask, names_of, wrong_answer
from kpiloop.plugin_host.finding import Found, may_implement

_HOOK = "kpiloop_commands"
_NAME_PARTS = "-_"
_LEGAL = 'Command(name="small-letters", run="package.module:function", help="…")'


def plugin_commands(plugins: Sequence[Found], *, taken: Collection[str]) -> Mapping[str, Command]:
    """The verbs by name; what a broken plugin would bring is left out.

    `taken` are the verbs of kpiloop itself, which no plugin may replace. Whoever wants to know
    what is wrong with a plugin asks the PluginHost.
    """
    commands: dict[str, Command] = {}
    for found in plugins:
        if not any(may_implement(found, name) for name in names_of(_HOOK, RENAMED)):
            continue
        try:
            brought = commands_of(ask(found))
        except PluginError:
            continue
        if not {each.name for each in brought} & {*taken, *commands}:
            commands |= {each.name: each for each in brought}
    return commands


def commands_of(asked: Asked) -> Sequence[Command]:
    """The verbs of one plugin; raises PluginError where one cannot be used."""
    commands: list[Command] = []
    for given in asked.answer(_HOOK):
        if not isinstance(given, Command) or not _is_legal(given):
            raise wrong_answer(asked.found, _HOOK, repr(given), _LEGAL)
        commands.append(given)
    return commands


def _is_legal(command: Command) -> bool:
    name = command.name.translate(str.maketrans("", "", _NAME_PARTS))
    module, _, function = command.run.partition(":")
    return (
        name.isalnum()
        and command.name == command.name.lower()
        and function.isidentifier()
        and all(part.isidentifier() for part in module.split("."))
    )
