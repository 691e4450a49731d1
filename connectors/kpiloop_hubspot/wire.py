"""How HubSpot spells records.

Every value of an object stands as text under `properties`; a property that the account does not
have is left out of the answer, and then the stored value is left alone.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from kpiloop import (
    Campaign,
    Company,
    Contact,
    Cost,
    Day,
    Deal,
    Deleted,
    Flag,
    Id,
    Instant,
    Items,
    Modified,
    Money,
    Number,
    Owner,
    Pipeline,
    PipelineStage,
    Record,
    Text,
    Whole,
    Wire,
)


def in_property(name: str) -> Any:
    """A field that stands in a property of the object."""
    return Field(default=None, validation_alias=AliasPath("properties", name))


class HubspotContact(Contact):
    """A contact; its modification time has another name than that of all other objects."""

    id: Id
    email: Text = in_property("email")
    first_name: Text = in_property("firstname")
    last_name: Text = in_property("lastname")
    job_title: Text = in_property("jobtitle")
    country: Text = in_property("country")
    company_id: Text = in_property("associatedcompanyid")
    owner_id: Text = in_property("hubspot_owner_id")
    stage: Text = in_property("lifecyclestage")
    original_source: Text = in_property("hs_analytics_source")
    original_source_detail: Text = in_property("hs_analytics_source_data_1")
    utm_source: Text = in_property("utm_source")
    utm_medium: Text = in_property("utm_medium")
    utm_campaign: Text = in_property("utm_campaign")
    created_at: Instant = in_property("createdate")
    opted_out: Flag = in_property("hs_email_optout")
    merged_ids: Text = in_property("hs_merged_object_ids")
    modified: Annotated[Instant, Modified()] = in_property("lastmodifieddate")


class HubspotCompany(Company):
    """A company."""

    id: Id
    name: Text = in_property("name")
    domain: Text = in_property("domain")
    country: Text = in_property("country")
    industry: Text = in_property("industry")
    employees: Whole = in_property("numberofemployees")
    owner_id: Text = in_property("hubspot_owner_id")
    created_at: Instant = in_property("createdate")
    merged_ids: Text = in_property("hs_merged_object_ids")
    modified: Annotated[Instant, Modified()] = in_property("hs_lastmodifieddate")


class HubspotDeal(Deal):
    """A deal; its company and people are read as links."""

    id: Id
    name: Text = in_property("dealname")
    amount: Money = in_property("amount")
    currency: Text = in_property("deal_currency_code")
    pipeline_id: Text = in_property("pipeline")
    stage: Text = in_property("dealstage")
    deal_type: Text = in_property("dealtype")
    owner_id: Text = in_property("hubspot_owner_id")
    created_at: Instant = in_property("createdate")
    closed_at: Instant = in_property("closedate")
    is_won: Flag = in_property("hs_is_closed_won")
    is_closed: Flag = in_property("hs_is_closed")
    merged_ids: Text = in_property("hs_merged_object_ids")
    modified: Annotated[Instant, Modified()] = in_property("hs_lastmodifieddate")


class ArchivedContact(Contact):
    """A contact in the recycling bin."""

    id: Id
    archived: Annotated[Instant, Deleted()] = Field(default=None, validation_alias="archivedAt")


class ArchivedCompany(Company):
    """A company in the recycling bin."""

    id: Id
    archived: Annotated[Instant, Deleted()] = Field(default=None, validation_alias="archivedAt")


class ArchivedDeal(Deal):
    """A deal in the recycling bin."""

    id: Id
    archived: Annotated[Instant, Deleted()] = Field(default=None, validation_alias="archivedAt")


def _opposite(value: object) -> object:
    return not value if isinstance(value, bool) else value


class HubspotOwner(Owner):
    """A user who can own records; HubSpot says who is archived."""

    id: Id
    email: Text = None
    first_name: Text = Field(default=None, validation_alias="firstName")
    last_name: Text = Field(default=None, validation_alias="lastName")
    team: Text = Field(default=None, validation_alias=AliasPath("teams", 0, "name"))
    is_active: Annotated[Flag, BeforeValidator(_opposite)] = Field(
        default=None, validation_alias="archived"
    )


class Metadata(BaseModel):
    """What HubSpot knows of a stage: the deals' chance to be won, and whether they are closed."""

    model_config = ConfigDict(frozen=True)

    is_closed: Flag = Field(default=None, validation_alias="isClosed")
    probability: Number = None


class StageRow(BaseModel):
    """One stage of a pipeline."""

    model_config = ConfigDict(frozen=True)

    id: Id
    label: Text = None
    position: Whole = Field(default=None, validation_alias="displayOrder")
    metadata: Metadata = Metadata()


class PipelineRow(Wire):
    """A pipeline of deals with its stages."""

    id: Id
    label: Text = None
    stages: Items[StageRow] = ()

    def records(self) -> Iterator[Record]:
        """The pipeline, and each of its stages."""
        yield Pipeline(id=self.id, name=self.label, of_entity="deals")
        for stage in self.stages:
            yield self._stage(stage)

    def _stage(self, stage: StageRow) -> PipelineStage:
        chance = stage.metadata.probability
        is_won = chance == 1
        return PipelineStage(
            id=stage.id,
            pipeline_id=self.id,
            stage=stage.id,
            name=stage.label,
            position=stage.position,
            probability=chance,
            is_won=is_won,
            is_closed=is_won or bool(stage.metadata.is_closed),
        )


class HubspotCampaign(Campaign):
    """A campaign; its budget is read with its costs."""

    omits_nulls: ClassVar[bool] = True

    id: Id
    name: Text = in_property("hs_name")
    status: Text = in_property("hs_campaign_status")
    utm_campaign: Text = in_property("hs_utm")
    owner_id: Text = in_property("hs_owner")
    starts_on: Day = in_property("hs_start_date")
    ends_on: Day = in_property("hs_end_date")
    created_at: Instant = Field(default=None, validation_alias="createdAt")
    modified: Annotated[Instant, Modified()] = Field(default=None, validation_alias="updatedAt")


class MoneyItem(BaseModel):
    """One line of a campaign's budget or spend."""

    model_config = ConfigDict(frozen=True)

    id: Id
    name: Text = None
    amount: Money = None


class CampaignMoney(Wire):
    """What a campaign may cost and did cost; its lines have no dates."""

    campaign_id: Id
    currency: Text = Field(default=None, validation_alias="currencyCode")
    budget: Items[MoneyItem] = Field(default=(), validation_alias="budgetItems")
    spend: Items[MoneyItem] = Field(default=(), validation_alias="spendItems")

    def records(self) -> Iterator[Record]:
        """A cost for each line of the spend, and the campaign's budget."""
        amounts = [line.amount for line in self.budget if line.amount is not None]
        yield Campaign(
            id=self.campaign_id,
            currency=self.currency,
            budget=sum(amounts, Decimal(0)) if amounts else None,
        )
        for line in self.spend:
            yield self._cost(line)

    def _cost(self, line: MoneyItem) -> Cost:
        return Cost(
            id=f"{self.campaign_id}:{line.id}",
            kind="media",
            department="marketing",
            campaign_id=self.campaign_id,
            amount=line.amount,
            currency=self.currency,
            name=line.name,
        )
