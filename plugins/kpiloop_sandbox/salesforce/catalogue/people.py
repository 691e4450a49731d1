"""Leads, contacts, accounts and the org's own users."""

from kpiloop_sandbox.salesforce.catalogue.fields import (
    Field,
    Kind,
    address,
    of,
    parent,
    picklist,
    text,
)
from kpiloop_sandbox.salesforce.catalogue.sobject import history, record, setup

LEAD_STATUSES = (
    "Open - Not Contacted",
    "Working - Contacted",
    "Closed - Converted",
    "Closed - Not Converted",
)
LEAD_SOURCES = (
    "Web",
    "Organic Search",
    "Paid Search",
    "Paid Social",
    "Social",
    "Email",
    "Partner Referral",
    "Trade Show",
    "Other",
)
_MERGED = parent("MasterRecordId", "Lead", writable=False)
_UTM = (text("Utm_Source__c"), text("Utm_Medium__c"), text("Utm_Campaign__c"))
_HUBSPOT = text("HubSpot_Contact_ID__c", 20)
_CURRENCY = picklist("CurrencyIsoCode", "EUR", "USD")

LEAD = record(
    "Lead",
    "00Q",
    _MERGED,
    text("LastName", 80, required=True),
    text("FirstName", 40),
    Field(name="Name", kind=Kind.STRING, length=121, writable=False),
    text("Title", 128),
    text("Company", required=True),
    of(Kind.EMAIL, "Email"),
    of(Kind.PHONE, "Phone"),
    text("Country", 80),
    address("Address", "Country"),
    picklist("Industry"),
    picklist("LeadSource", *LEAD_SOURCES),
    picklist("Status", *LEAD_STATUSES),
    parent("OwnerId", "User"),
    of(Kind.BOOLEAN, "HasOptedOutOfEmail"),
    Field(name="IsConverted", kind=Kind.BOOLEAN, writable=False),
    Field(name="ConvertedDate", kind=Kind.DATE, writable=False),
    parent("ConvertedAccountId", "Account", writable=False),
    parent("ConvertedContactId", "Contact", writable=False),
    parent("ConvertedOpportunityId", "Opportunity", writable=False),
    of(Kind.TEXTAREA, "Description"),
    _CURRENCY,
    _UTM,
    _HUBSPOT,
)
CONTACT = record(
    "Contact",
    "003",
    parent("MasterRecordId", "Contact", writable=False),
    parent("AccountId", "Account"),
    text("LastName", 80, required=True),
    text("FirstName", 40),
    Field(name="Name", kind=Kind.STRING, length=121, writable=False),
    text("Title", 128),
    text("Department", 80),
    of(Kind.EMAIL, "Email"),
    of(Kind.PHONE, "Phone"),
    text("MailingCountry", 80),
    address("MailingAddress", "MailingCountry"),
    picklist("LeadSource", *LEAD_SOURCES),
    parent("OwnerId", "User"),
    of(Kind.BOOLEAN, "HasOptedOutOfEmail"),
    of(Kind.TEXTAREA, "Description"),
    _CURRENCY,
    _UTM,
    _HUBSPOT,
    Field(
        name="Account_Industry__c",
        kind=Kind.STRING,
        length=1_300,
        writable=False,
        formula="Account.Industry",
    ),
)
ACCOUNT = record(
    "Account",
    "001",
    parent("MasterRecordId", "Account", writable=False),
    text("Name", required=True),
    picklist("Type", "Prospect", "Customer", "Partner"),
    text("Website"),
    text("BillingCountry", 80),
    address("BillingAddress", "BillingCountry"),
    picklist("Industry"),
    of(Kind.INT, "NumberOfEmployees"),
    of(Kind.CURRENCY, "AnnualRevenue"),
    text("AccountNumber", 40, external_id=True),
    parent("ParentId", "Account"),
    parent("OwnerId", "User"),
    of(Kind.TEXTAREA, "Description"),
    _CURRENCY,
)
USER = setup(
    "User",
    "005",
    text("Username", 80, required=True),
    text("LastName", 80, required=True),
    text("FirstName", 40),
    Field(name="Name", kind=Kind.STRING, length=121, writable=False),
    of(Kind.EMAIL, "Email"),
    of(Kind.BOOLEAN, "IsActive"),
    text("Department", 80),
    text("Title", 80),
    picklist("UserType", "Standard"),
    picklist("TimeZoneSidKey"),
)
LEAD_HISTORY = history(
    "LeadHistory",
    "017",
    parent("LeadId", "Lead"),
    picklist("Field"),
    picklist("DataType"),
    text("OldValue"),
    text("NewValue"),
    label="Lead History",
)
LEAD_STATUS = setup(
    "LeadStatus",
    "01J",
    text("MasterLabel"),
    text("ApiName"),
    of(Kind.INT, "SortOrder"),
    of(Kind.BOOLEAN, "IsDefault", "IsConverted"),
    label="Lead Status Value",
)
ORGANIZATION = setup(
    "Organization",
    "00D",
    text("Name", 80),
    picklist("TimeZoneSidKey"),
    picklist("OrganizationType"),
    text("InstanceName", 5),
    of(Kind.BOOLEAN, "IsSandbox"),
    of(Kind.INT, "FiscalYearStartMonth"),
    picklist("DefaultLocaleSidKey"),
)
