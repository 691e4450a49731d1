"""`[clv]`: how far ahead is looked, and how much has to be known for it."""

from typing import Annotated, ClassVar

from pydantic import Field

from kpiloop import PluginSettings


class ClvSettings(PluginSettings):
    """What a customer's value is predicted by."""

    section: ClassVar[str] = "clv"

    horizon: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3} days$")] = "365 days"
    """How far ahead purchases are predicted."""
    repeat_buyers: Annotated[int, Field(ge=10)] = 30
    """How many customers must have bought again, before anything is predicted."""

    @property
    def horizon_days(self) -> int:
        """The horizon as a number of days."""
        return int(self.horizon.partition(" ")[0])
