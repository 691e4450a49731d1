"""What happened to records: stages that they entered, and records that belong together."""

from typing import ClassVar

from kpiloop.schema.fields import Instant, Text
from kpiloop.schema.record import Record


class StageChange(Record):
    """A contact or a deal entered a stage."""

    entity: ClassVar[str] = "stage_changes"
    singular: ClassVar[str] = "stage_change"

    of_entity: Text = None
    """Whose stage it is: contacts or deals."""
    parent_id: Text = None
    """The contact's or deal's id."""
    pipeline_id: Text = None
    stage: Text = None
    """The vendor's own name of the stage; no value: the stage was cleared."""
    entered_at: Instant = None


class Link(Record):
    """Two records that a system associates with each other."""

    entity: ClassVar[str] = "links"
    singular: ClassVar[str] = "link"

    from_entity: Text = None
    parent_id: Text = None
    """The id of the record from which the link was read."""
    to_entity: Text = None
    to_id: Text = None
    label: Text = None
    """What the link means, in lower case; `primary` is the main one."""
