"""What both sides read: contacts with 25 properties, as HubSpot's search gives them."""

PATH = "/crm/objects/2026-09/contacts/search"
PER_PAGE = 200
PROPERTIES = (
    "email",
    "firstname",
    "lastname",
    "jobtitle",
    "country",
    "associatedcompanyid",
    "hubspot_owner_id",
    "lifecyclestage",
    "hs_analytics_source",
    "hs_analytics_source_data_1",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "city",
    "company",
    "phone",
    "website",
    "industry",
    "num_employees",
    "hs_merged_object_ids",
    "createdate",
    "closedate",
    "recent_conversion_date",
    "hs_email_optout",
    "lastmodifieddate",
)
