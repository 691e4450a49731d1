"""`[sources.<name>]`: one use of a connector.

Every key that is not named here is a setting of the connector's own.
"""

from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field, model_validator

from kpiloop.project.section import Amount, Section
from kpiloop.project.tables import is_table


class SourceSection(Section):
    """A system to read from or write to; its name is the table's."""

    connector: str = ""
    """Which connector speaks to it; empty where it is named as the source is."""
    share: Amount = Field(default=Decimal("0.8"), gt=0, le=1)
    """The part of the vendor's limits that kpiloop may use; the rest is for others."""
    fields: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    """Entity or stream → field → the vendor's path that fills it: `properties.product_line`."""
    settings: Mapping[str, object] = Field(default_factory=dict, repr=False)
    """The connector's own settings as written; never shown, for one may be a key."""

    @model_validator(mode="before")
    @classmethod
    def _set_settings_apart(cls, table: object) -> object:
        if not is_table(table):
            return table
        own = {key: value for key, value in table.items() if key in OWN_KEYS}
        return own | {"settings": settings_in(table)}


OWN_KEYS = ("connector", "share", "fields")
"""The keys that every source has, whatever its connector."""


def settings_in(table: Mapping[str, object]) -> Mapping[str, object]:
    """What a source's table says to its connector."""
    return {key: value for key, value in table.items() if key not in OWN_KEYS}
