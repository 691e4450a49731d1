"""How Salesforce spells campaigns, their members, and what salespeople do with people."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from kpiloop import (
    Activity,
    Campaign,
    CampaignMember,
    Cost,
    Day,
    DayAsInstant,
    Flag,
    Id,
    Instant,
    Modified,
    Money,
    Number,
    Text,
)
from kpiloop_salesforce.wire_people import at

_ACCOUNT, _CAMPAIGN, _OPPORTUNITY = "001", "701", "006"
_KINDS = {"call": "call", "email": "email", "listemail": "email"}
_MINUTE = Decimal(60)


class SalesforceCampaign(Campaign):
    """A campaign."""

    id: Id = Field(validation_alias="Id")
    name: Text = at("Name")
    status: Text = at("Status")
    owner_id: Text = at("OwnerId")
    starts_on: Day = at("StartDate")
    ends_on: Day = at("EndDate")
    currency: Text = at("CurrencyIsoCode")
    budget: Money = at("BudgetedCost")
    created_at: Instant = at("CreatedDate")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")


class CampaignCost(Cost):
    """What a campaign did cost, in the same row; no amount clears what was."""

    id: Id = Field(validation_alias="Id")
    campaign_id: Text = at("Id")
    name: Text = at("Name")
    first_day: Day = at("StartDate")
    last_day: Day = at("EndDate")
    amount: Money = at("ActualCost")
    currency: Text = at("CurrencyIsoCode")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")

    def records(self) -> "Iterator[CampaignCost]":
        """Itself, as media that marketing pays."""
        yield self.model_copy(update={"kind": "media", "department": "marketing"})


class SalesforceMember(CampaignMember):
    """A lead or contact that a campaign reached."""

    id: Id = Field(validation_alias="Id")
    parent_id: Text = at("CampaignId")
    contact_id: Text = at("ContactId")
    lead_id: Text = at("LeadId")
    status: Text = at("Status")
    joined_at: Instant = at("CreatedDate")
    responded_at: DayAsInstant = at("FirstRespondedDate")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")

    def records(self) -> "Iterator[SalesforceMember]":
        """Itself; the contact that a lead became goes before the lead."""
        yield self.model_copy(update={"contact_id": self.contact_id or self.lead_id})


class SalesforceTask(Activity):
    """A task: a call, an e-mail or anything else to be done; it happened once it is closed."""

    id: Id = Field(validation_alias="Id")
    kind: Text = at("TaskSubtype")
    outcome: Text = at("CallDisposition")
    status: Text = at("Status")
    owner_id: Text = at("OwnerId")
    contact_id: Text = at("WhoId")
    company_id: Text = at("AccountId")
    about: Text = at("WhatId")
    seconds: Number = at("CallDurationInSeconds")
    is_closed: Flag = at("IsClosed")
    due: DayAsInstant = at("ActivityDate")
    happened_at: Instant = at("CompletedDateTime")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")

    def records(self) -> "Iterator[SalesforceTask]":
        """Itself, tied to the deal, campaign or company that it is about."""
        found: dict[str, object] = {
            **_about(self.about, self.company_id),
            "kind": _KINDS.get((self.kind or "").lower(), "task"),
            "outcome": self.outcome or self.status,
            "minutes": None if self.seconds is None else self.seconds / _MINUTE,
            "happened_at": (self.happened_at or self.due) if self.is_closed else None,
        }
        yield self.model_copy(update=found)


class SalesforceEvent(Activity):
    """An event in a calendar: a meeting."""

    id: Id = Field(validation_alias="Id")
    owner_id: Text = at("OwnerId")
    contact_id: Text = at("WhoId")
    company_id: Text = at("AccountId")
    about: Text = at("WhatId")
    minutes: Number = at("DurationInMinutes")
    day: DayAsInstant = at("ActivityDate")
    happened_at: Instant = at("StartDateTime")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")

    def records(self) -> "Iterator[SalesforceEvent]":
        """Itself, tied to the deal, campaign or company that it is about."""
        found: dict[str, object] = {
            **_about(self.about, self.company_id),
            "kind": "meeting",
            "happened_at": self.happened_at or self.day,
        }
        yield self.model_copy(update=found)


def _about(record_id: str | None, company: str | None) -> dict[str, object]:
    """The record that something is about, by the object that its id belongs to."""
    key = record_id or ""
    return {
        "deal_id": record_id if key.startswith(_OPPORTUNITY) else None,
        "campaign_id": record_id if key.startswith(_CAMPAIGN) else None,
        "company_id": record_id if key.startswith(_ACCOUNT) else company,
    }
