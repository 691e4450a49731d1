"""How Salesforce spells people and companies.

A lead is a contact of the common schema, as a contact is: their ids never meet, because each
object's ids begin with letters of its own.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from kpiloop import (
    Company,
    Contact,
    Domain,
    Flag,
    Id,
    Instant,
    Link,
    Modified,
    Owner,
    Record,
    Text,
    Whole,
    Wire,
)


def at(name: str) -> Any:
    """A field of the object."""
    return Field(default=None, validation_alias=name)


class SalesforceAccount(Company):
    """An account."""

    id: Id = Field(validation_alias="Id")
    name: Text = at("Name")
    domain: Domain = at("Website")
    country: Text = at("BillingCountry")
    industry: Text = at("Industry")
    employees: Whole = at("NumberOfEmployees")
    owner_id: Text = at("OwnerId")
    created_at: Instant = at("CreatedDate")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")


class SalesforceContact(Contact):
    """A contact; Salesforce gives it no stage, its lead had one."""

    id: Id = Field(validation_alias="Id")
    email: Text = at("Email")
    first_name: Text = at("FirstName")
    last_name: Text = at("LastName")
    job_title: Text = at("Title")
    country: Text = at("MailingCountry")
    company_id: Text = at("AccountId")
    owner_id: Text = at("OwnerId")
    original_source: Text = at("LeadSource")
    created_at: Instant = at("CreatedDate")
    opted_out: Flag = at("HasOptedOutOfEmail")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")


class SalesforceLead(Contact):
    """A lead; once it is converted, its company is the account that it became."""

    id: Id = Field(validation_alias="Id")
    email: Text = at("Email")
    first_name: Text = at("FirstName")
    last_name: Text = at("LastName")
    job_title: Text = at("Title")
    country: Text = at("Country")
    company_id: Text = at("ConvertedAccountId")
    owner_id: Text = at("OwnerId")
    stage: Text = at("Status")
    original_source: Text = at("LeadSource")
    created_at: Instant = at("CreatedDate")
    opted_out: Flag = at("HasOptedOutOfEmail")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")


CONVERTED_TO = "ConvertedOpportunityId"
"""The field in which a lead names the opportunity that it became."""


def conversion_id(lead: str) -> str:
    """The id of the link to the opportunity that a lead became: there is one at most."""
    return f"converted:{lead}"


class SamePerson(Wire):
    """Who else a lead or contact is: the contact that a lead became, or ids in other systems."""

    id: Id
    same_as: Text = None
    opportunity_id: Text = None
    """The opportunity that was made when the lead was converted."""
    modified: Annotated[Instant, Modified()] = None

    def records(self) -> Iterator[Record]:
        """The contact's other names, and its opportunity."""
        yield Contact(id=self.id, same_as=self.same_as)
        if self.opportunity_id:
            yield Link(
                id=conversion_id(self.id),
                from_entity="deals",
                parent_id=self.opportunity_id,
                to_entity="contacts",
                to_id=self.id,
                label="converted",
            )


class SalesforceUser(Owner):
    """A user, who can own records."""

    id: Id = Field(validation_alias="Id")
    email: Text = at("Email")
    first_name: Text = at("FirstName")
    last_name: Text = at("LastName")
    team: Text = at("Department")
    is_active: Flag = at("IsActive")
    modified: Annotated[Instant, Modified()] = at("SystemModstamp")
