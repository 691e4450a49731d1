"""The models by name: those that look at one journey, those that learn from all, and plugins'."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kpiloop import ConfigError, Deriving
from kpiloop_attribution.journey import Journey, Rule, Travelled, Weights
from kpiloop_attribution.markov import markov
from kpiloop_attribution.rules import rules
from kpiloop_attribution.settings import AttributionSettings
from kpiloop_attribution.shapley import shapley
from kpiloop_attribution.sold import travelled_by_all

_LEARNING: Mapping[str, Callable[[Travelled], Rule]] = MappingProxyType({"markov": markov})
"""Models that are shown all journeys first."""


def models_of(deriving: Deriving[AttributionSettings]) -> Mapping[str, Rule]:
    """The models that are computed, by name; ConfigError where the settings name one in vain."""
    settings = deriving.settings
    given = {**deriving.models, **rules(settings.half_life_days), "shapley": shapley}
    known = (*given, *_LEARNING)
    names = dict.fromkeys((settings.model, *(settings.models or known)))
    for name in names:
        if name not in known:
            raise ConfigError(
                f"there is no attribution model {name!r}: there are {', '.join(known)}",
                where=f"[{settings.section}]",
                todo="Correct the name, or install the plugin that brings the model.",
            )
    learned = names.keys() & _LEARNING.keys()
    travelled = travelled_by_all(deriving) if learned else Travelled(sold={}, unsold={})
    return {name: _LEARNING[name](travelled) if name in learned else given[name] for name in names}


def weights_of(model: str, weigh: Rule, journey: Journey) -> Weights:
    """What a model gives; a model of a plugin may give what cannot be shared by."""
    weights = [float(each) for each in weigh(journey)]
    is_fit = len(weights) == len(journey.touches) and all(
        0 <= each < float("inf") for each in weights
    )
    if not is_fit or not any(weights):
        raise ConfigError(
            f"the attribution model {model!r} gave {weights} for {len(journey.touches)} touches",
            legal="for each touch a number that is not negative, and one above 0",
            todo="Correct the model, or leave it out of [attribution] models.",
        )
    return weights
