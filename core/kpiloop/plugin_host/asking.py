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
from dataclasses import dataclass, field
from typing import TypeGuard

import pluggy

from kpiloop import hookspecs
from kpiloop.deprecation import Deprecation
from kpiloop.errors import PluginError
from kpiloop.kpi.names import did_you_mean
from kpiloop.plugin_host.finding import Found
from kpiloop.plugin_host.warned import contract_warnings

_LONGEST_REASON = 300
_REFERENCE = re.compile(r"[A-Za-z_][\w.]*(:[A-Za-z_][\w.]*)?")
_LIST = "a list or tuple, empty where there is nothing to bring"
HOOKS: tuple[str, ...] = tuple(
    name for name in vars(hookspecs) if name.startswith(f"{hookspecs.PROJECT}_")
)
"""The names of all hooks, as the page of hooks spells them."""
_told_at_import: dict[str, Sequence[str]] = {}
"""What importing a plugin told: a module is imported once, and asked several times."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A plugin that was imported and whose hooks are all known to kpiloop."""

    found: Found
    manager: pluggy.PluginManager
    renamed: Sequence[Deprecation] = ()
    told: list[str] = field(default_factory=list[str])
    """What the plugin uses that goes away, as far as it was asked."""

    def answer(self, hook: str) -> Sequence[object]:
        """What the plugin says to one hook; nothing, where it does not implement it.

        Raises PluginError where the hook raises or does not answer with a sequence.
        """
        caller = self._caller(hook)
        if caller is None:
            return ()
        with _isolated(self.found, hook), contract_warnings(self.told):
            answers: list[object] = caller()
        if not answers:
            raise wrong_answer(self.found, hook, "None", _LIST)
        (given,) = answers
        if not _is_list(given):
            raise wrong_answer(self.found, hook, f"a {type(given).__name__}", _LIST)
        return tuple(given)

    def _caller(self, hook: str) -> pluggy.HookCaller | None:
        """What calls the plugin's function for a hook, be it under a name that the hook had."""
        old = {each.old: str(each) for each in self.renamed if each.new == hook}
        for name in (hook, *old):
            caller: pluggy.HookCaller | None = getattr(self.manager.hook, name, None)
            if caller is not None and caller.get_hookimpls():
                self.told.extend(filter(None, [old.get(name)]))
                return caller
        return None


def names_of(hook: str, renamed: Sequence[Deprecation]) -> Sequence[str]:
    """The names under which a plugin may have a hook: its own, and those that it had."""
    return (hook, *(each.old for each in renamed if each.new == hook))


def ask(found: Found, renamed: Sequence[Deprecation] = hookspecs.RENAMED) -> Asked:
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
    plugin, told = _imported(found)
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    with _isolated(found, "taking its hooks"):
        manager.register(plugin, name=found.name)
    known = [*HOOKS, *(each.old for each in renamed)]
    _refuse_unknown(found, _marked(manager, plugin), known)
    _refuse_unmarked(found, _functions(plugin) - set(_marked(manager, plugin)), known)
    return Asked(found, manager, renamed, told)


def _imported(found: Found) -> tuple[object, list[str]]:
    """What the entry point names, and what it uses that goes away."""
    is_new = found.entry_point.module not in sys.modules
    told: list[str] = []
    with _isolated(found, "importing it"), contract_warnings(told):
        plugin: object = found.entry_point.load()
    if is_new:
        _told_at_import[found.module] = told
    return plugin, [*_told_at_import.get(found.module, ())]


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


def _refuse_unknown(found: Found, names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise PluginError(
                f"there is no hook {name!r}{did_you_mean(name, HOOKS)}",
                where=found.owner,
                legal=", ".join(HOOKS),
                todo="Rename the function that is marked with @hookimpl.",
            )


def _refuse_unmarked(found: Found, names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name in known:
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
