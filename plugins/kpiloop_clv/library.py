"""The statistics behind an extra: loaded when they are used, for they take their time."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from kpiloop import NotYetError
from kpiloop_clv.prediction import Buying, Forecast, Parameters, Spending


def fitted(buying: Sequence[Buying], spending: Sequence[Spending]) -> Parameters:
    """The parameters under which the purchases are most likely.

    Raises NotYetError where the library is missing, or no parameters fit.
    """
    parameters: Parameters = _statistics().fitted(buying, spending)
    return parameters


def forecasts(
    parameters: Parameters,
    buying: Sequence[Buying],
    spending: Sequence[Spending],
    horizon_days: int,
) -> Sequence[Forecast]:
    """What is expected of each customer, of which both are given in the same order."""
    found: Sequence[Forecast] = _statistics().forecasts(parameters, buying, spending, horizon_days)
    return found


def require(*modules: str) -> None:
    """Raise NotYetError where one of them is not installed."""
    if any(find_spec(module) is None for module in modules):
        raise NotYetError(
            "predicting purchases needs one more library: pip install 'kpiloop[stats]'"
        )


def _statistics() -> ModuleType:
    require("scipy")
    return import_module("kpiloop_clv.statistics")
