"""The bundled KPI packs: what is measured in marketing and sales, as data."""

from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from kpiloop import hookimpl

PACKS = (
    *(
        "leads",
        "funnel",
        "scoring",
        "inside_sales",
        "sales",
        "money",
        "budgets",
        "customers",
        "support",
    ),
    *("traffic", "email", "social", "trees"),
)
"""In the order in which they are shown."""


@hookimpl
def kpiloop_packs() -> Sequence[Traversable]:
    """The packs of this plugin."""
    return [files(__name__) / "packs" / f"{pack}.toml" for pack in PACKS]
