"""The plugin host: every installed plugin, what the working ones bring, and what is wrong."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Self

from kpiloop.deprecation import Deprecation
from kpiloop.derivation import Derivation, Model, PluginSettings
from kpiloop.errors import ConfigError, PluginError
from kpiloop.hookspecs import RENAMED, Command
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.pack import Pack
from kpiloop.plugin_host.asking import ask
from kpiloop.plugin_host.brought import Brought, ConnectorType, Thing, brought_by
from kpiloop.plugin_host.finding import Found, installed
from kpiloop.plugin_host.report import PluginReport, PluginStatus
from kpiloop.schema.record import Record
from kpiloop.schema.registry import PULLED, RESOLVED
from kpiloop.schema.resolved import Resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginHost:
    """What all working plugins bring together, and a report of each plugin.

    Made by `PluginHost.load()`, which never fails: a broken plugin brings nothing and is reported.
    """

    reports: tuple[PluginReport, ...]
    connectors: Mapping[str, ConnectorType]
    packs: Mapping[str, Pack]
    """By `<plugin>/<file name>`; read, but not yet checked against each other."""
    entities: Mapping[str, type[Record]]
    """Those that plugins add to the common schema."""
    commands: Mapping[str, Command]
    derivations: Mapping[str, Derivation] = field(default_factory=lambda: MappingProxyType({}))
    """By the tables that they fill."""
    models: Mapping[str, Model] = field(default_factory=lambda: MappingProxyType({}))
    """By `<section>.<name>`."""

    @classmethod
    def load(
        cls,
        plugins: Sequence[Found] | None = None,
        *,
        taken_commands: Collection[str] = (),
        renamed: Sequence[Deprecation] = RENAMED,
    ) -> Self:
        """Ask every plugin, those that are installed unless others are given.

        `taken_commands` are verbs that no plugin may bring, because kpiloop has them; `renamed`
        are the hooks that had another name.
        """
        owners = _Owners(taken_commands, renamed)
        reports: list[PluginReport] = []
        working: list[Brought] = []
        for found in installed() if plugins is None else plugins:
            try:
                brought = owners.admit(found)
            except PluginError as error:
                reports.append(_broken(found, error))
            else:
                working.append(brought)
                reports.append(_working(brought))
        return cls(
            reports=tuple(reports),
            connectors=_together([each.connectors for each in working]),
            packs=_together([each.packs for each in working]),
            entities=_together([each.entities for each in working]),
            commands=_together([each.commands for each in working]),
            derivations=_together([each.derivations for each in working]),
            models=_together([each.models for each in working]),
        )

    @property
    def derived(self) -> tuple[type[Resolved], ...]:
        """The tables that plugins derive."""
        return tuple(each.table for each in self.derivations.values())

    @property
    def sections(self) -> Mapping[str, type[PluginSettings]]:
        """The sections of kpiloop.toml that plugins read, by name."""
        found = {each.settings.section: each.settings for each in self.derivations.values()}
        return MappingProxyType({name: each for name, each in found.items() if name})

    @property
    def broken(self) -> tuple[PluginReport, ...]:
        """The plugins that bring nothing, because something is wrong with them."""
        return tuple(each for each in self.reports if each.status is PluginStatus.BROKEN)

    def connector(self, name: str, *, where: str = "") -> ConnectorType:
        """The connector of a name; ConfigError, with the names that there are, where none is.

        `where` is the place that asked for it, as a message names it.
        """
        if name in self.connectors:
            return self.connectors[name]
        broken = ", ".join(each.name for each in self.broken)
        hint = f" These plugins are broken: {broken}; see `kpiloop plugins`." if broken else ""
        raise ConfigError(
            f"there is no connector {name!r}{did_you_mean(name, self.connectors)}",
            where=where,
            legal=", ".join(sorted(self.connectors)),
            todo=f"Correct the name or install the plugin that brings it.{hint}",
        )


class _Owners:
    """Who brings which name, while plugins are admitted one after the other."""

    def __init__(self, taken_commands: Collection[str], renamed: Sequence[Deprecation]) -> None:
        self._renamed = renamed
        self._owners: dict[tuple[str, str], str] = {
            **{("command", name): "kpiloop itself" for name in taken_commands},
            **{("entity", entity.entity): "kpiloop itself" for entity in PULLED},
            **{("table", table.entity): "kpiloop itself" for table in RESOLVED},
        }

    def admit(self, found: Found) -> Brought:
        """Ask a plugin, and keep its names for it; raises PluginError where it is not to be used.

        A plugin that was asked before keeps its names.
        """
        self._refuse_second(found, [("plugin", found.name)])
        brought = brought_by(ask(found, self._renamed))
        names = list(_names(brought))
        self._refuse_second(found, names)
        self._owners |= dict.fromkeys([("plugin", found.name), *names], found.owner)
        return brought

    def _refuse_second(self, found: Found, names: Sequence[tuple[str, str]]) -> None:
        for kind, name in names:
            if (kind, name) in self._owners:
                raise PluginError(
                    f"the {kind} {name!r} is there already: {self._owners[kind, name]} brings it",
                    where=found.owner,
                    todo="Uninstall one of the two, or have its author rename it.",
                )


def _names(brought: Brought) -> Iterator[tuple[str, str]]:
    yield from (("connector", name) for name in brought.connectors)
    yield from (("entity", name) for name in brought.entities)
    yield from (("command", name) for name in brought.commands)
    yield from (("table", name) for name in brought.derivations)
    yield from (("model", name) for name in brought.models)
    sections = {each.settings.section for each in brought.derivations.values()}
    yield from (("section", name) for name in sorted(sections) if name)


def _together(parts: Sequence[Mapping[str, Thing]]) -> Mapping[str, Thing]:
    return MappingProxyType({name: thing for part in parts for name, thing in part.items()})


def _working(brought: Brought) -> PluginReport:
    return replace(
        _report(brought.found, PluginStatus.WORKING),
        connectors=tuple(brought.connectors),
        packs=tuple(brought.packs),
        entities=tuple(brought.entities),
        commands=tuple(brought.commands),
        derivations=tuple(brought.derivations),
        models=tuple(brought.models),
        deprecated=tuple(brought.told),
    )


def _broken(found: Found, error: PluginError) -> PluginReport:
    problem = f"{error.what} (legal: {error.legal})" if error.legal else error.what
    return replace(_report(found, PluginStatus.BROKEN), problem=problem, todo=error.todo)


def _report(found: Found, status: PluginStatus) -> PluginReport:
    return PluginReport(
        name=found.name,
        distribution=found.distribution,
        version=found.version,
        module=found.module,
        status=status,
        written_for=found.written_for,
    )
