"""`[segments.<name>]`: named parts of the people and companies."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from kpiloop.project.scoring import Condition
from kpiloop.project.section import Name, Section


class SegmentEntry(Section):
    """Whoever meets the condition is in the segment; the first that fits counts."""

    on: Literal["people", "companies"] = "companies"
    """Whose columns the condition is over; people are in their company's segment as well."""
    where: Condition


Segments: TypeAlias = Mapping[Name, SegmentEntry]
"""In the order in which they are tried; where none fits, what the systems tell stands."""
