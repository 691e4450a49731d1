"""Every hook of kpiloop, on one page.

A plugin is a module named in the entry-point group `kpiloop`; it marks functions of these names
with `@hookimpl`:

    from kpiloop import hookimpl

    @hookimpl
    def kpiloop_connectors():
        return [Acme]

This page loads no connector and no schema, so that a plugin that only adds verbs stays light.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pluggy

from kpiloop.deprecation import Deprecation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable
    from typing import Any

    from kpiloop.connector.base import Connector
    from kpiloop.derivation import Derivation, Model
    from kpiloop.schema.record import Record

PROJECT = "kpiloop"
RENAMED: tuple[Deprecation, ...] = ()
"""Hooks that had another name; a plugin that has the old one works, and is told."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of the hook of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A verb that a plugin adds to the command line.

    `run` names what is imported only when the verb is called, as `package.module:function`; the
    function is a typer command and may ask for the application with a `typer.Context`.
    """

    name: str
    run: str
    help: str


Connectors: TypeAlias = "Sequence[type[Connector[Any]]]"
Packs: TypeAlias = "Sequence[Traversable]"
Entities: TypeAlias = "Sequence[type[Record]]"
Commands: TypeAlias = "Sequence[Command]"
Derivations: TypeAlias = "Sequence[Derivation]"
Models: TypeAlias = "Sequence[Model]"


@hookspec
def kpiloop_connectors() -> Connectors:
    """Connectors that this plugin brings."""
    return ()


@hookspec
def kpiloop_packs() -> Packs:
    """KPI packs that this plugin brings: TOML files of measures and KPIs."""
    return ()


@hookspec
def kpiloop_entities() -> Entities:
    """Entities that this plugin adds to the common schema."""
    return ()


@hookspec
def kpiloop_derivations() -> Derivations:
    """Tables that this plugin makes of the resolved ones, each declared with `@derives`."""
    return ()


@hookspec
def kpiloop_models() -> Models:
    """Functions that this plugin adds to derivations: more ways to come to their numbers."""
    return ()


@hookspec
def kpiloop_commands() -> Commands:
    """Verbs that this plugin adds to the command line."""
    return ()
