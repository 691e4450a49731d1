"""How Odoo spells people and companies.

Whoever asks for something is a lead, which keeps its number when it becomes an opportunity. Every
lead is a contact of the common schema, which is one person with the contact that it links to.
"""

from collections.abc import Iterator
from typing import Annotated

from kpiloop import (
    Company,
    Contact,
    Flag,
    Id,
    Instant,
    Modified,
    Owner,
    Record,
    Text,
)

from kpiloop_odoo.wire import Domain, LeadId, OdooRow, at, names_in

ModifiedAt = Annotated[Instant, Modified()]


class OdooLead(OdooRow, Contact):
    """A lead, or an opportunity, as the person who stands behind it."""

    id: LeadId
    email: Text = at("email_from")
    name: Text = at("contact_name")
    job_title: Text = at("function")
    country: Text = at("country_id.code")
    company_id: Text = at("partner_id.commercial_partner_id")
    owner_id: Text = at("user_id")
    stage: Text = at("type")
    original_source: Text = at("source_id.name")
    utm_source: Text = at("source_id.name")
    utm_medium: Text = at("medium_id.name")
    utm_campaign: Text = at("campaign_id.name")
    opted_out: Flag = at("is_blacklisted")
    same_as: Text = at("partner_id.id")
    created_at: Instant = at("create_date")
    modified: ModifiedAt = at("write_date")

    def records(self) -> Iterator[Record]:
        """The contact, with the name in two."""
        first, last = names_in(self.name)
        yield self.model_copy(update={"first_name": first, "last_name": last})


class OdooContact(OdooRow, Contact):
    """A contact who is a person; the stage is told by their leads."""

    id: Id
    email: Text = at("email")
    name: Text = at("name")
    job_title: Text = at("function")
    country: Text = at("country_id.code")
    company_id: Text = at("parent_id")
    owner_id: Text = at("user_id")
    opted_out: Flag = at("is_blacklisted")
    created_at: Instant = at("create_date")
    modified: ModifiedAt = at("write_date")

    def records(self) -> Iterator[Record]:
        """The contact, with the name in two."""
        first, last = names_in(self.name)
        yield self.model_copy(update={"first_name": first, "last_name": last})


class OdooCompany(OdooRow, Company):
    """A contact who is a company."""

    id: Id
    name: Text = at("name")
    domain: Domain = at("website")
    country: Text = at("country_id.code")
    industry: Text = at("industry_id.name")
    owner_id: Text = at("user_id")
    created_at: Instant = at("create_date")
    modified: ModifiedAt = at("write_date")


class OptOut(OdooRow, Contact):
    """Whether a lead or contact stands on the list of those who want no e-mail, and since when."""

    id: Id
    opted_out: Flag = None
    opted_out_at: Instant = None


class OdooUser(OdooRow, Owner):
    """A user who may own records, those who left included."""

    id: Id
    name: Text = at("name")
    email: Text = at("email")
    team: Text = at("sale_team_id.name")
    is_active: Flag = at("active")

    def records(self) -> Iterator[Record]:
        """The user, with the name in two."""
        first, last = names_in(self.name)
        yield self.model_copy(update={"first_name": first, "last_name": last})
