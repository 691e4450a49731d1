"""What one plugin brings, checked: the types that pluggy does not check are checked here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, TypeAlias, TypeGuard, TypeVar

from kpiloop.connector.base import Connector, Settings
from kpiloop.derivation import Derivation, Model
from kpiloop.errors import DefinitionError, PluginError
from kpiloop.hookspecs import Command
from kpiloop.kpi.names import LEGAL_NAME
from kpiloop.kpi.pack import Pack, parse_pack
from kpiloop.plugin_host.asking import Asked, wrong_answer
from kpiloop.plugin_host.commands import commands_of
from kpiloop.plugin_host.derivations import derivations_of, models_of
from kpiloop.plugin_host.finding import Found
from kpiloop.plugin_host.naming import entity_problem, is_name
from kpiloop.schema.record import Record

ConnectorType: TypeAlias = type[Connector[Any]]
Thing = TypeVar("Thing")
_TOML = ".toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Everything that one working plugin brings, by name."""

    found: Found
    connectors: Mapping[str, ConnectorType]
    packs: Mapping[str, Pack]
    entities: Mapping[str, type[Record]]
    commands: Mapping[str, Command]
    derivations: Mapping[str, Derivation]
    models: Mapping[str, Model]
    """By `<section>.<name>`."""
    told: Sequence[str] = ()
    """What the plugin uses that goes away."""


def brought_by(asked: Asked) -> Brought:
    """Call every hook of a plugin; raises PluginError at the first answer that is not legal."""
    found = asked.found
    return Brought(
        found=found,
        connectors=_by_name(found, "connector", [(c.name, c) for c in _connectors(asked)]),
        packs=_by_name(found, "pack", [(p.origin, p) for p in _packs(asked)]),
        entities=_by_name(found, "entity", [(e.entity, e) for e in _entities(asked)]),
        commands=_by_name(found, "command", [(c.name, c) for c in commands_of(asked)]),
        derivations=_by_name(found, "table", [(d.name, d) for d in derivations_of(asked)]),
        models=_by_name(found, "model", [(f"{m.of}.{m.name}", m) for m in models_of(asked)]),
        told=tuple(dict.fromkeys(asked.told)),
    )


def _connectors(asked: Asked) -> Iterator[ConnectorType]:
    hook = "kpiloop_connectors"
    legal = "subclasses of kpiloop.Connector"
    for given in asked.answer(hook):
        if not _is_connector(given):
            raise wrong_answer(asked.found, hook, repr(given), legal)
        if problem := _connector_problem(given):
            raise wrong_answer(asked.found, hook, f"{given.__qualname__}, {problem}", legal)
        yield given


def _is_connector(given: object) -> TypeGuard[ConnectorType]:
    return isinstance(given, type) and issubclass(given, Connector)


def _connector_problem(connector: ConnectorType) -> str:
    settings: object = getattr(connector, "settings_type", None)
    if not is_name(getattr(connector, "name", None)):
        return f'which needs name = "…" ({LEGAL_NAME})'
    if not isinstance(settings, type) or not issubclass(settings, Settings):
        return "which needs settings_type = a subclass of kpiloop.Settings"
    try:
        connector.streams()
    except ValueError as error:
        return f"whose streams do not fit together: {error}"
    return ""


def _packs(asked: Asked) -> Iterator[Pack]:
    hook = "kpiloop_packs"
    legal = 'files that exist and end in .toml, as importlib.resources.files(__name__) / "x.toml"'
    for given in asked.answer(hook):
        if not isinstance(given, Traversable) or not given.name.endswith(_TOML):
            raise wrong_answer(asked.found, hook, repr(given), legal)
        if not given.is_file():
            raise wrong_answer(asked.found, hook, f"{given.name}, which is no file", legal)
        yield _read_pack(asked.found, given)


def _read_pack(found: Found, file: Traversable) -> Pack:
    origin = f"{found.name}/{file.name.removesuffix(_TOML)}"
    try:
        return parse_pack(file.read_text(encoding="utf-8"), origin)
    except UnicodeDecodeError:
        raise PluginError(
            "the file is no UTF-8", where=f"{found.owner}, pack {origin}", todo="Correct the pack."
        ) from None
    except DefinitionError as error:
        raise PluginError(
            str(error), where=found.owner, todo=f"Correct the pack, or update {found.distribution}."
        ) from None


def _entities(asked: Asked) -> Iterator[type[Record]]:
    hook = "kpiloop_entities"
    legal = "subclasses of kpiloop.Record with entity and singular, of kpiloop's field types"
    for given in asked.answer(hook):
        if not _is_entity(given):
            raise wrong_answer(asked.found, hook, repr(given), legal)
        if problem := entity_problem(given):
            raise wrong_answer(asked.found, hook, f"{given.__qualname__}, {problem}", legal)
        yield given


def _is_entity(given: object) -> TypeGuard[type[Record]]:
    return isinstance(given, type) and issubclass(given, Record)


def _by_name(found: Found, kind: str, things: Sequence[tuple[str, Thing]]) -> Mapping[str, Thing]:
    named: dict[str, Thing] = {}
    for name, thing in things:
        if name in named:
            raise PluginError(
                f"it brings two things of the name {name!r} as {kind}",
                where=found.owner,
                todo="Rename one of them.",
            )
        named[name] = thing
    return MappingProxyType(named)
