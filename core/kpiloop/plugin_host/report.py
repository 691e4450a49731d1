"""What `kpiloop plugins` tells about each plugin."""

from dataclasses import dataclass
from enum import StrEnum


class PluginStatus(StrEnum):
    """Whether a plugin is used; a broken one brings nothing at all."""

    WORKING = "working"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginReport:
    """One plugin: where it comes from, what it brings or why it brings nothing."""

    name: str
    distribution: str
    version: str
    module: str
    status: PluginStatus
    problem: str = ""
    todo: str = ""
    connectors: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    derivations: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    written_for: str = ""
    """The releases of kpiloop that its distribution asks for; empty: it does not say."""
    deprecated: tuple[str, ...] = ()
    """What it uses that goes away, and what to use instead."""
