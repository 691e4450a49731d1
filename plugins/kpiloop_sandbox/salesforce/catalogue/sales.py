"""Opportunities with their history, orders, products and currencies."""

from kpiloop_sandbox.salesforce.catalogue.fields import Field, Kind, of, parent, picklist, text
from kpiloop_sandbox.salesforce.catalogue.people import LEAD_SOURCES
from kpiloop_sandbox.salesforce.catalogue.sobject import history, record, setup

_CURRENCY = picklist("CurrencyIsoCode", "EUR", "USD")

OPPORTUNITY = record(
    "Opportunity",
    "006",
    parent("AccountId", "Account"),
    text("Name", 120, required=True),
    Field(name="StageName", kind=Kind.PICKLIST, length=255, required=True),
    of(Kind.CURRENCY, "Amount"),
    of(Kind.PERCENT, "Probability"),
    Field(name="CloseDate", kind=Kind.DATE, required=True),
    picklist("Type", "New Business", "Existing Business"),
    picklist("LeadSource", *LEAD_SOURCES),
    picklist("ForecastCategoryName"),
    parent("CampaignId", "Campaign"),
    parent("ContactId", "Contact", writable=False),
    parent("OwnerId", "User"),
    Field(name="IsClosed", kind=Kind.BOOLEAN, writable=False),
    Field(name="IsWon", kind=Kind.BOOLEAN, writable=False),
    of(Kind.TEXTAREA, "Description"),
    _CURRENCY,
    picklist("Product__c"),
    Field(
        name="Account_Industry__c",
        kind=Kind.STRING,
        length=1_300,
        writable=False,
        formula="Account.Industry",
    ),
)
OPPORTUNITY_HISTORY = history(
    "OpportunityHistory",
    "008",
    parent("OpportunityId", "Opportunity"),
    picklist("StageName"),
    of(Kind.CURRENCY, "Amount", "ExpectedRevenue"),
    of(Kind.PERCENT, "Probability"),
    of(Kind.DATE, "CloseDate"),
    picklist("ForecastCategory"),
    _CURRENCY,
    Field(name="SystemModstamp", kind=Kind.DATETIME, writable=False),
    label="Opportunity History",
)
OPPORTUNITY_FIELD_HISTORY = history(
    "OpportunityFieldHistory",
    "017",
    parent("OpportunityId", "Opportunity"),
    picklist("Field"),
    picklist("DataType"),
    text("OldValue"),
    text("NewValue"),
    label="Opportunity Field History",
)
OPPORTUNITY_CONTACT_ROLE = record(
    "OpportunityContactRole",
    "00K",
    parent("OpportunityId", "Opportunity", required=True),
    parent("ContactId", "Contact", required=True),
    picklist("Role", "Decision Maker", "Influencer"),
    of(Kind.BOOLEAN, "IsPrimary"),
    _CURRENCY,
    label="Opportunity Contact Role",
)
OPPORTUNITY_STAGE = setup(
    "OpportunityStage",
    "01J",
    text("MasterLabel"),
    text("ApiName"),
    of(Kind.BOOLEAN, "IsActive"),
    of(Kind.INT, "SortOrder"),
    of(Kind.BOOLEAN, "IsClosed", "IsWon"),
    picklist("ForecastCategoryName"),
    of(Kind.PERCENT, "DefaultProbability"),
    label="Opportunity Stage",
)
ORDER = record(
    "Order",
    "801",
    parent("AccountId", "Account", required=True),
    parent("OpportunityId", "Opportunity"),
    parent("BillToContactId", "Contact"),
    parent("OwnerId", "User"),
    Field(name="OrderNumber", kind=Kind.STRING, length=30, writable=False),
    Field(name="EffectiveDate", kind=Kind.DATE, required=True),
    picklist("Status", "Draft", "Activated"),
    picklist("StatusCode"),
    picklist("Type"),
    Field(name="TotalAmount", kind=Kind.CURRENCY, writable=False),
    of(Kind.DATETIME, "ActivatedDate"),
    of(Kind.TEXTAREA, "Description"),
    _CURRENCY,
)
ORDER_ITEM = record(
    "OrderItem",
    "802",
    parent("OrderId", "Order", required=True),
    parent("Product2Id", "Product2"),
    of(Kind.DOUBLE, "Quantity"),
    of(Kind.CURRENCY, "UnitPrice"),
    Field(name="TotalPrice", kind=Kind.CURRENCY, writable=False),
    of(Kind.DATE, "ServiceDate"),
    _CURRENCY,
    label="Order Product",
)
PRODUCT = record(
    "Product2",
    "01t",
    text("Name", required=True),
    text("ProductCode"),
    picklist("Family"),
    text("StockKeepingUnit", 180),
    of(Kind.BOOLEAN, "IsActive"),
    of(Kind.TEXTAREA, "Description"),
    _CURRENCY,
    label="Product",
)
CURRENCY_TYPE = setup(
    "CurrencyType",
    "01L",
    picklist("IsoCode"),
    of(Kind.DOUBLE, "ConversionRate"),
    of(Kind.INT, "DecimalPlaces"),
    of(Kind.BOOLEAN, "IsActive", "IsCorporate"),
    label="Currency Type",
)
DATED_RATE = setup(
    "DatedConversionRate",
    "04w",
    picklist("IsoCode"),
    of(Kind.DATE, "StartDate", "NextStartDate"),
    of(Kind.DOUBLE, "ConversionRate"),
    label="Dated Conversion Rate",
)
