"""Attribution: what was sold, and which touch, campaign and channel it is owed to."""

from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from kpiloop import Derivation, hookimpl
from kpiloop_attribution.credits import credit_rows
from kpiloop_attribution.sales import sale_rows

PACKS = ("attribution", "roi")
"""In the order in which they are shown."""


@hookimpl
def kpiloop_derivations() -> Sequence[Derivation]:
    """What was sold, and its revenue shared among the touches before it."""
    return [sale_rows, credit_rows]


@hookimpl
def kpiloop_packs() -> Sequence[Traversable]:
    """Attributed revenue, and what it returns on its cost."""
    return [files(__name__) / "packs" / f"{pack}.toml" for pack in PACKS]
