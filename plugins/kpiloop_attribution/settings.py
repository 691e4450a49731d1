"""`[attribution]`: which model counts, how far back it looks, and what marketing is."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kpiloop import PluginSettings

MARKETING = (
    *("paid_search", "paid_social", "display", "affiliate", "email"),
    *("organic_social", "social", "events", "webinar"),
)
"""What marketing does and pays for; search engines, links, and who comes by himself are organic."""


class AttributionSettings(PluginSettings):
    """What a sale's revenue is shared by."""

    section: ClassVar[str] = "attribution"

    model: str = "linear"
    """The model that KPIs count by."""
    models: tuple[str, ...] = ()
    """The models that are computed besides; empty: all there are."""
    window_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """How long before a sale a touch counts."""
    half_life_days: Annotated[float, Field(gt=0)] = 7.0
    """After how many days the model `time_decay` gives a touch half of the credit."""
    journey: Literal["company", "person"] = "company"
    """Whose touches lead to a sale: those of all people of the company that buys, as the field does
    where companies buy, or those of the one person whom the sale names."""
    marketing_channels: tuple[str, ...] = MARKETING
    """The channels whose touches are marketing's; the others are organic."""
