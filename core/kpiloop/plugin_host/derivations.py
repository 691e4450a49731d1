"""The derivations and models that a plugin brings, checked."""

from collections.abc import Iterator

from kpiloop.derivation import Derivation, Model, PluginSettings
from kpiloop.kpi.names import LEGAL_NAME
from kpiloop.plugin_host.asking import Asked, wrong_answer
from kpiloop.plugin_host.naming import entity_problem, is_name
from kpiloop.schema.resolved import Resolved


def derivations_of(asked: Asked) -> Iterator[Derivation]:
    """The derivations of one plugin; raises PluginError where one cannot be used."""
    hook = "kpiloop_derivations"
    legal = "functions that are declared with @derives, over a model of a table of their own"
    for given in asked.answer(hook):
        if not isinstance(given, Derivation):
            raise wrong_answer(asked.found, hook, repr(given), legal)
        if problem := _problem(given):
            raise wrong_answer(asked.found, hook, f"{_name(given)}, {problem}", legal)
        yield given


def models_of(asked: Asked) -> Iterator[Model]:
    """The models of one plugin; raises PluginError where one cannot be used."""
    hook = "kpiloop_models"
    legal = f'Model(of="section", name="name", run=function), with names as {LEGAL_NAME}'
    for given in asked.answer(hook):
        if not isinstance(given, Model) or not _can_be_called(given):
            raise wrong_answer(asked.found, hook, repr(given), legal)
        yield given


def _can_be_called(model: Model) -> bool:
    return is_name(model.of) and is_name(model.name) and callable(model.run)


def _problem(derivation: Derivation) -> str:
    table = derivation.table
    if not _is_resolved(table):
        return "which needs a subclass of kpiloop.Resolved as its table"
    settings = derivation.settings
    if settings is not PluginSettings and not is_name(settings.section):
        return f'whose settings need section = "…" ({LEGAL_NAME})'
    if not derivation.needs or not set(derivation.made_of) <= set(derivation.needs):
        return "which needs tables, and is made of some of them"
    return entity_problem(table)


def _is_resolved(table: object) -> bool:
    return isinstance(table, type) and issubclass(table, Resolved)


def _name(derivation: Derivation) -> str:
    return getattr(derivation.table, "__qualname__", repr(derivation.table))
