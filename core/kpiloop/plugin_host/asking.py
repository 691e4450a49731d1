"""Asks one plugin at a time, so that whatever it does wrong stays its own problem.

Each plugin gets a pluggy manager of its own: in a shared one, a hook that raises takes the answers
of all other plugins with it.
"""

import inspect
import re
import sys
import traceback
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import TypeGuard

import pluggy

from kpiloop import hookspecs
from kpiloop.errors import PluginError
from kpiloop.kpi.names import did_you_mean
from kpiloop.plugin_host.finding import Found

_LONGEST_REASON = 300
_REFERENCE = re.compile(r"[A-Za-z_][\w.]*(:[A-Za-z_][\w.]*)?")
_LIST = "a list or tuple, empty where there is nothing to bring"
HOOKS: tuple[str, ...] = tuple(
    name for name in vars(hookspecs) if name.startswith(f"{hookspecs.PROJECT}_")
)
"""The names of all hooks, as the page of hooks spells them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A plugin that was imported and whose hooks are all known to kpiloop."""

    found: Found
    manager: pluggy.PluginManager

    def answer(self, hook: str) -> Sequence[object]:
        """What the plugin says to one hook; nothing, where it does not implement it.

        Raises PluginError where the hook raises or does not answer with a sequence.
        """
        caller = getattr(self.manager.hook, hook)
        if not caller.get_hookimpls():
            return ()
        with _isolated(self.found, hook):
            answers: list[object] = caller()
        if not answers:
            raise wrong_answer(self.found, hook, "None", _LIST)
        (given,) = answers
        if not _is_list(given):
            raise wrong_answer(self.found, hook, f"a {type(given).__name__}", _LIST)
        return tuple(given)


def ask(found: Found) -> Asked:
    """Import a plugin and look at its hooks, without calling one.

    Raises PluginError where it cannot be imported or has a hook that kpiloop does not know.
    """
    if not _REFERENCE.fullmatch(found.module):
        raise PluginError(
            f"its entry point names no module: {found.module}",
            where=found.owner,
            legal='[project.entry-points.kpiloop] with name = "package"',
            todo=f"Install {found.distribution} again, or tell its author.",
        )
    with _isolated(found, "importing it"):
        plugin: object = found.entry_point.load()
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    with _isolated(found, "taking its hooks"):
        manager.register(plugin, name=found.name)
    _refuse_unknown(found, _marked(manager, plugin))
    _refuse_unmarked(found, _functions(plugin) - set(_marked(manager, plugin)))
    return Asked(found, manager)


@contextmanager
def _isolated(found: Found, doing: str) -> Generator[None]:
    """Run code of a plugin: what it raises becomes a PluginError, what it prints is no answer."""
    try:
        with redirect_stdout(sys.stderr):
            yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, SystemExit too
        raise PluginError(
            f"{doing} raised {_reason(error)}",
            where=found.owner,
            todo=f"Update {found.distribution}, tell its author, or uninstall it.",
        ) from None


def _is_list(given: object) -> TypeGuard[Sequence[object]]:
    return isinstance(given, Sequence) and not isinstance(given, str | bytes)


def _marked(manager: pluggy.PluginManager, plugin: object) -> Sequence[str]:
    return [caller.name for caller in manager.get_hookcallers(plugin) or ()]


def _functions(plugin: object) -> set[str]:
    return {name for name, value in inspect.getmembers_static(plugin) if inspect.isroutine(value)}


def _refuse_unknown(found: Found, names: Iterable[str]) -> None:
    for name in names:
        if name not in HOOKS:
            raise PluginError(
                f"there is no hook {name!r}{did_you_mean(name, HOOKS)}",
                where=found.owner,
                legal=", ".join(HOOKS),
                todo="Rename the function that is marked with @hookimpl.",
            )


def _refuse_unmarked(found: Found, names: Iterable[str]) -> None:
    for name in names:
        if name in HOOKS:
            raise PluginError(
                f"{name} is not marked, so it would never be called",
                where=found.owner,
                todo="Put @hookimpl (from kpiloop import hookimpl) above it.",
            )


def wrong_answer(found: Found, hook: str, given: str, legal: str) -> PluginError:
    """The error of a hook that returns something that kpiloop cannot use."""
    return PluginError(
        f"{hook} returned {given}",
        where=found.owner,
        legal=legal,
        todo="Correct what the hook returns.",
    )


def _reason(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""
    text = " ".join(str(error).split())
    if len(text) > _LONGEST_REASON:
        text = f"{text[:_LONGEST_REASON]}…"
    return f"{type(error).__name__}{': ' if text else ''}{text}{place}"
