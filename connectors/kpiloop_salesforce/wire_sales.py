"""How Salesforce spells opportunities, their stages and their history, orders and currencies."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import AliasPath, Field

from kpiloop import (
    Day,
    DayAsInstant,
    Deal,
    ExchangeRate,
    Flag,
    Id,
    Instant,
    Link,
    Modified,
    Money,
    Number,
    Order,
    OrderLine,
    Pipeline,
    PipelineStage,
    Product,
    Record,
    StageChange,
    Text,
    Whole,
    Wire,
)
from kpiloop_salesforce.wire_people import at

PIPELINE = "opportunities"
"""The one pipeline: all opportunities share the same list of stages."""

_PERCENT = Decimal(100)
_ORDER_STATES = {
    "draft": "pending",
    "activated": "paid",
    "cancelled": "cancelled",
    "expired": "cancelled",
}


class SalesforceDeal(Deal):
    """An opportunity; the day on which it closes is a day without a time."""

    id: Id = Field(validation_alias="Id")
    name: Text = at("Name")
    amount: Money = at("Amount")
    currency: Text = at("CurrencyIsoCode")
    stage: Text = at("StageName")
    deal_type: Text = at("Type")
    company_id: Text = at("AccountId")
    campaign_id: Text = at("CampaignId")
    owner_id: Text = at("OwnerId")
    created_at: Instant = at("CreatedDate")
    closed_at: DayAsInstant = at("CloseDate")
    is_won: Flag = at("IsWon")
    is_closed: Flag = at("IsClosed")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")

    def records(self) -> "Iterator[SalesforceDeal]":
        """Itself, in the one pipeline."""
        yield self.model_copy(update={"pipeline_id": PIPELINE})


class SalesforceStep(StageChange):
    """One line of an opportunity's history; there is one for each change of stage or amount."""

    id: Id = Field(validation_alias="Id")
    parent_id: Text = at("OpportunityId")
    stage: Text = at("StageName")
    entered_at: Annotated[Instant, Modified()] = at("CreatedDate")

    def records(self) -> "Iterator[SalesforceStep]":
        """Itself, as a stage of a deal."""
        yield self.model_copy(update={"of_entity": "deals", "pipeline_id": PIPELINE})


class SalesforceRole(Link):
    """A contact's part in an opportunity."""

    id: Id = Field(validation_alias="Id")
    parent_id: Text = at("OpportunityId")
    to_id: Text = at("ContactId")
    label: Text = at("Role")
    is_primary: Flag = at("IsPrimary")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")

    def records(self) -> "Iterator[SalesforceRole]":
        """Itself, as a link from the deal to the contact."""
        label = "primary" if self.is_primary else (self.label or "").lower() or None
        yield self.model_copy(
            update={"from_entity": "deals", "to_entity": "contacts", "label": label}
        )


class StageRow(Wire):
    """A stage that opportunities can be in."""

    name: Text = at("MasterLabel")
    stage: Id = Field(validation_alias="ApiName")
    position: Whole = at("SortOrder")
    probability: Number = at("DefaultProbability")
    is_won: Flag = at("IsWon")
    is_closed: Flag = at("IsClosed")

    def records(self) -> Iterator[Record]:
        """The stage, and the pipeline that all of them are in."""
        chance = self.probability
        yield Pipeline(id=PIPELINE, name="Opportunities", of_entity="deals")
        yield PipelineStage(
            id=self.stage,
            pipeline_id=PIPELINE,
            stage=self.stage,
            name=self.name,
            position=self.position,
            probability=None if chance is None else chance / _PERCENT,
            is_won=self.is_won,
            is_closed=self.is_closed,
        )


class SalesforceOrder(Order):
    """An order; its products are told by their own lines, which change without it."""

    id: Id = Field(validation_alias="Id")
    contact_id: Text = at("BillToContactId")
    company_id: Text = at("AccountId")
    deal_id: Text = at("OpportunityId")
    status: Text = at("Status")
    amount: Money = at("TotalAmount")
    currency: Text = at("CurrencyIsoCode")
    ordered_at: DayAsInstant = at("EffectiveDate")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")

    def records(self) -> "Iterator[SalesforceOrder]":
        """Itself, with the common schema's word for its state; the org's own words stay."""
        known = _ORDER_STATES.get((self.status or "").lower(), self.status)
        yield self.model_copy(update={"status": known})


class SalesforceOrderLine(OrderLine):
    """A product in an order."""

    id: Id = Field(validation_alias="Id")
    parent_id: Text = at("OrderId")
    product: Text = Field(default=None, validation_alias=AliasPath("Product2", "Name"))
    quantity: Number = at("Quantity")
    amount: Money = at("TotalPrice")
    currency: Text = at("CurrencyIsoCode")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")


class SalesforceProduct(Product):
    """A product."""

    id: Id = Field(validation_alias="Id")
    name: Text = at("Name")
    sku: Text = at("ProductCode")
    category: Text = at("Family")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")


class RateRow(Wire):
    """How many units of a currency one unit of the corporate currency is, maybe from a day on."""

    id: Id = Field(validation_alias="Id")
    currency: Text = at("IsoCode")
    units: Number = at("ConversionRate")
    starts_on: Day = at("StartDate")

    def records(self) -> Iterator[ExchangeRate]:
        """The other way round: what one unit is worth in the corporate currency."""
        if self.units:
            yield ExchangeRate(
                id=self.id,
                currency=self.currency,
                valid_from=self.starts_on,
                rate=1 / self.units,
            )
