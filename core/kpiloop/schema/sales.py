"""How a company sells: deals, the pipelines that they move through, and who owns what."""

from typing import ClassVar

from kpiloop.schema.fields import Flag, Instant, Money, Number, Text, Whole
from kpiloop.schema.record import Record


class Deal(Record):
    """A possible or closed sale."""

    entity: ClassVar[str] = "deals"
    singular: ClassVar[str] = "deal"

    name: Text = None
    amount: Money = None
    currency: Text = None
    """ISO 4217; no value means the home currency."""
    pipeline_id: Text = None
    stage: Text = None
    """The vendor's own id of the pipeline stage."""
    deal_type: Text = None
    company_id: Text = None
    campaign_id: Text = None
    owner_id: Text = None
    product: Text = None
    created_at: Instant = None
    closed_at: Instant = None
    """When it was won or lost; for an open deal, when it is expected to be."""
    is_won: Flag = None
    is_closed: Flag = None
    merged_ids: Text = None
    """Ids of the records that were merged into this one, separated by `;`."""
    same_as: Text = None
    """Other deals that are the same, as of a contact."""


class Pipeline(Record):
    """An ordered set of stages."""

    entity: ClassVar[str] = "pipelines"
    singular: ClassVar[str] = "pipeline"

    name: Text = None
    of_entity: Text = None
    """Whose stages these are: contacts or deals."""


class PipelineStage(Record):
    """One stage of a pipeline; its id is the stage's id, as deals name it."""

    entity: ClassVar[str] = "pipeline_stages"
    singular: ClassVar[str] = "pipeline_stage"

    pipeline_id: Text = None
    stage: Text = None
    name: Text = None
    position: Whole = None
    probability: Number = None
    is_won: Flag = None
    is_closed: Flag = None


class Owner(Record):
    """Who in the own company is responsible for a record."""

    entity: ClassVar[str] = "owners"
    singular: ClassVar[str] = "owner"

    email: Text = None
    first_name: Text = None
    last_name: Text = None
    team: Text = None
    is_active: Flag = None
