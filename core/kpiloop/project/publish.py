"""`[[publish]]`: which KPI is written to which records of which system; nothing else is."""

from typing import Literal

from pydantic import Field, StrictBool, StrictInt, field_validator

from kpiloop.kpi.calendar import Grain
from kpiloop.project.section import Name, Section

FIELD_PREFIX = "kpiloop_"
ENTITY_OF = {"person": "contacts", "company": "companies", "deal": "deals", "campaign": "campaigns"}
"""Whose records get the value of a KPI that is asked per person, company, deal or campaign."""


class Publication(Section):
    """One KPI in one custom field."""

    kpi: Name
    by: Literal["person", "company", "deal", "campaign"]
    to: str
    """The source to write to."""
    field: str = ""
    """The vendor's name of the field; empty: `kpiloop_` and the KPI's name."""
    title: str = ""
    """What people see; empty: the KPI's title."""
    period: Grain = Grain.EVER
    """The last complete period of this grain."""
    band: StrictBool = False
    """Whether the band (A, B, C …) is written instead of the number."""
    decimals: StrictInt = Field(default=2, ge=0, le=6)
    when_empty: Literal["keep", "clear"] = "clear"
    """What becomes of the field where there is no value (any more)."""
    auto: StrictBool = False
    """Whether scheduled runs may apply; otherwise only a person may."""
    max_changes: StrictInt = Field(default=5_000, ge=1)
    """A plan that changes more records than this stops."""

    @property
    def entity(self) -> str:
        """Whose records are written."""
        return ENTITY_OF[self.by]

    @property
    def field_name(self) -> str:
        """The vendor's name of the field."""
        return self.field or f"{FIELD_PREFIX}{self.kpi}{'_band' if self.band else ''}"

    @field_validator("field")
    @classmethod
    def _check_field(cls, value: str) -> str:
        if value and not value.startswith(FIELD_PREFIX):
            raise ValueError(f"must begin with {FIELD_PREFIX}: kpiloop writes its own fields only")
        return value
