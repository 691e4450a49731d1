"""Campaigns, their members, and what salespeople do with people."""

from kpiloop_sandbox.salesforce.catalogue.fields import Field, Kind, of, parent, picklist, text
from kpiloop_sandbox.salesforce.catalogue.sobject import record

CAMPAIGN_TYPES = ("Conference", "Webinar", "Email", "Advertisement", "Social Media", "Other")
CAMPAIGN = record(
    "Campaign",
    "701",
    text("Name", 80, required=True),
    parent("ParentId", "Campaign"),
    picklist("Type", *CAMPAIGN_TYPES),
    picklist("Status", "Planned", "In Progress", "Completed", "Aborted"),
    of(Kind.DATE, "StartDate", "EndDate"),
    of(Kind.CURRENCY, "BudgetedCost", "ActualCost", "ExpectedRevenue"),
    of(Kind.BOOLEAN, "IsActive"),
    of(Kind.DOUBLE, "NumberSent"),
    parent("OwnerId", "User"),
    of(Kind.TEXTAREA, "Description"),
    picklist("CurrencyIsoCode", "EUR", "USD"),
    text("Utm_Campaign__c"),
    text("Utm_Source__c"),
    picklist("Channel__c"),
    text("Kpi_Key__c", 80, external_id=True),
)
CAMPAIGN_MEMBER = record(
    "CampaignMember",
    "00v",
    parent("CampaignId", "Campaign", required=True),
    parent("LeadId", "Lead"),
    parent("ContactId", "Contact"),
    picklist("Status", "Sent", "Responded"),
    Field(name="HasResponded", kind=Kind.BOOLEAN, writable=False),
    Field(name="FirstRespondedDate", kind=Kind.DATE, writable=False),
    picklist("CurrencyIsoCode", "EUR", "USD"),
    label="Campaign Member",
)
TASK = record(
    "Task",
    "00T",
    parent("WhoId", "Contact", "Lead"),
    parent("WhatId", "Account", "Campaign", "Opportunity"),
    parent("OwnerId", "User"),
    parent("AccountId", "Account", writable=False),
    text("Subject"),
    of(Kind.DATE, "ActivityDate"),
    picklist("Status", "Not Started", "In Progress", "Completed"),
    picklist("Priority", "High", "Normal", "Low"),
    picklist("TaskSubtype", "Task", "Call", "Email"),
    picklist("Type", "Call", "Email", "Other"),
    picklist("CallType", "Inbound", "Outbound"),
    text("CallDisposition"),
    of(Kind.INT, "CallDurationInSeconds"),
    Field(name="IsClosed", kind=Kind.BOOLEAN, writable=False),
    Field(name="CompletedDateTime", kind=Kind.DATETIME, writable=False),
    of(Kind.TEXTAREA, "Description"),
)
EVENT = record(
    "Event",
    "00U",
    parent("WhoId", "Contact", "Lead"),
    parent("WhatId", "Account", "Campaign", "Opportunity"),
    parent("OwnerId", "User"),
    parent("AccountId", "Account", writable=False),
    text("Subject"),
    of(Kind.DATE, "ActivityDate"),
    of(Kind.DATETIME, "ActivityDateTime", "StartDateTime", "EndDateTime"),
    of(Kind.INT, "DurationInMinutes"),
    of(Kind.BOOLEAN, "IsAllDayEvent"),
    picklist("EventSubtype", "Event"),
    picklist("Type", "Meeting", "Other"),
    of(Kind.TEXTAREA, "Description"),
)
