"""Predicted customer value: what each customer will buy, by how often and how lately it bought."""

from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from kpiloop import Derivation, hookimpl
from kpiloop_clv.models import model_rows
from kpiloop_clv.purchases import purchase_rows
from kpiloop_clv.values import value_rows


@hookimpl
def kpiloop_derivations() -> Sequence[Derivation]:
    """How each customer buys, the parameters that fit it best, and what follows from them."""
    return [purchase_rows, model_rows, value_rows]


@hookimpl
def kpiloop_packs() -> Sequence[Traversable]:
    """What customers are expected to buy."""
    return [files(__name__) / "packs" / "value.toml"]
