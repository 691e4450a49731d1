"""Every object of the org."""

from collections.abc import Mapping

from kpiloop_sandbox.salesforce.catalogue import marketing, people, sales
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject

OBJECTS: tuple[SObject, ...] = (
    people.LEAD,
    people.CONTACT,
    people.ACCOUNT,
    people.USER,
    people.LEAD_HISTORY,
    people.LEAD_STATUS,
    people.ORGANIZATION,
    marketing.CAMPAIGN,
    marketing.CAMPAIGN_MEMBER,
    marketing.TASK,
    marketing.EVENT,
    sales.OPPORTUNITY,
    sales.OPPORTUNITY_HISTORY,
    sales.OPPORTUNITY_FIELD_HISTORY,
    sales.OPPORTUNITY_CONTACT_ROLE,
    sales.OPPORTUNITY_STAGE,
    sales.ORDER,
    sales.ORDER_ITEM,
    sales.PRODUCT,
    sales.CURRENCY_TYPE,
    sales.DATED_RATE,
)
OBJECTS_BY_NAME: Mapping[str, SObject] = {each.name.lower(): each for each in OBJECTS}
"""By names in lower case: Salesforce ignores case in names."""
