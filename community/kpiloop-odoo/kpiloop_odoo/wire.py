"""How Odoo spells the records of the common schema.

Odoo writes `false` where there is no value, and times in UTC without saying so. A path such as
`country_id.code` names a field of a linked record. Whoever asks for something is a lead, which
keeps its number when it becomes an opportunity: every lead is a contact, one person with the
contact that it links to, and an opportunity is a deal besides.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, ClassVar

import kpiloop
from kpiloop import (
    DayAsInstant,
    Domain,
    Flag,
    Id,
    Instant,
    Modified,
    Money,
    Number,
    Record,
    Text,
    Whole,
    Wire,
)
from pydantic import AliasChoices, AliasPath, BeforeValidator, Field

LEAD = "lead-"
"""What the ids of contacts begin with that are leads: contacts' own numbers are others."""

PIPELINE = "crm"
"""The one pipeline: a stage may be one of several teams."""

_ORDER_STATES = {"draft": "pending", "sent": "pending", "sale": "paid", "cancel": "cancelled"}


def at(path: str) -> Any:
    """A field of the record, or of one that it links to."""
    return Field(default=None, validation_alias=AliasPath(*path.split(".")))


def lead_of(number: object) -> str:
    """The id of the contact that a lead is."""
    return f"{LEAD}{number}"


def number_of(key: str) -> int:
    """The number that a lead or another record has in Odoo."""
    return int(key.removeprefix(LEAD))


LeadId = Annotated[Id, BeforeValidator(lead_of)]
OfLead = Annotated[Text, BeforeValidator(lead_of)]
FirstName = Annotated[Text, BeforeValidator(lambda name: " ".join(str(name).split()[:-1]))]
LastName = Annotated[Text, BeforeValidator(lambda name: str(name).split()[-1:][0])]
ModifiedAt = Annotated[Instant, Modified()]


def entered(of: str, stage: str | None, moment: datetime | None, key: str = "") -> Record:
    """A person's stage, or with a key a deal's; 0 is no stage."""
    return kpiloop.StageChange(
        id=key or f"{of}:{stage}",
        of_entity="deals" if key else "contacts",
        parent_id=of,
        pipeline_id=PIPELINE if key else None,
        stage=None if stage == "0" else stage,
        entered_at=moment,
    )


class OdooRow(Wire):
    """A record of Odoo; a constant of a field is its default."""

    false_is_null: ClassVar[bool] = True
    omits_nulls: ClassVar[bool] = True


class OdooUser(OdooRow, kpiloop.Owner):
    """A user who may own records, those who left included."""

    first_name: FirstName = at("name")
    last_name: LastName = at("name")
    email: Text = at("email")
    team: Text = at("sale_team_id.name")
    is_active: Flag = at("active")


class OdooStage(OdooRow, kpiloop.PipelineStage):
    """A stage of opportunities; who is lost leaves them, and is archived."""

    pipeline_id: Text = PIPELINE
    stage: Text = at("id")
    name: Text = at("name")
    position: Whole = at("sequence")
    is_won: Flag = at("is_won")
    is_closed: Flag = at("is_won")


class OdooCampaign(OdooRow, kpiloop.Campaign):
    """A campaign; media and sources stand beside it, at each lead."""

    name: Text = at("title")
    status: Text = at("stage_id.name")
    utm_campaign: Text = at("name")
    owner_id: Text = at("user_id")
    created_at: Instant = at("create_date")


class OdooLead(OdooRow, kpiloop.Contact):
    """A lead, or an opportunity, as the person who stands behind it."""

    id: LeadId
    email: Text = at("email_from")
    first_name: FirstName = at("contact_name")
    last_name: LastName = at("contact_name")
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
    type: Text = at("type")
    converted_at: Instant = at("date_conversion")
    modified: ModifiedAt = at("write_date")

    def records(self) -> Iterator[Record]:
        """The person, and when they were a lead and an opportunity, where they were both."""
        yield self
        was_lead = self.converted_at and self.type != "lead"
        if was_lead:
            yield entered(self.id, "lead", self.created_at)
        if self.type:
            yield entered(self.id, self.type, self.converted_at if was_lead else self.created_at)


class OdooContact(OdooRow, kpiloop.Contact):
    """A contact who is a person; the stage is told by their leads."""

    id: Id
    email: Text = at("email")
    first_name: FirstName = at("name")
    last_name: LastName = at("name")
    job_title: Text = at("function")
    country: Text = at("country_id.code")
    company_id: Text = at("parent_id")
    owner_id: Text = at("user_id")
    opted_out: Flag = at("is_blacklisted")
    created_at: Instant = at("create_date")
    modified: ModifiedAt = at("write_date")


class OptOut(OdooRow, kpiloop.Contact):
    """Whether a lead or contact stands on the list of those who want no e-mail, and since when."""

    opted_out: Flag = None
    opted_out_at: Instant = None


class OdooCompany(OdooRow, kpiloop.Company):
    """A contact who is a company."""

    id: Id
    name: Text = at("name")
    domain: Domain = at("website")
    country: Text = at("country_id.code")
    industry: Text = at("industry_id.name")
    owner_id: Text = at("user_id")
    created_at: Instant = at("create_date")
    modified: ModifiedAt = at("write_date")


class OdooDeal(OdooRow, kpiloop.Deal):
    """An opportunity; its revenue is in the currency of the company that it is of."""

    id: Id
    name: Text = at("name")
    amount: Money = at("expected_revenue")
    currency: Text = at("company_currency.name")
    pipeline_id: Text = PIPELINE
    stage: Text = at("stage_id")
    company_id: Text = at("partner_id.commercial_partner_id")
    campaign_id: Text = at("campaign_id")
    owner_id: Text = at("user_id")
    created_at: Instant = at("create_date")
    closed_at: DayAsInstant = Field(
        None, validation_alias=AliasChoices("date_closed", "date_deadline")
    )
    expected_on: DayAsInstant = at("date_deadline")
    is_won: Annotated[Flag, BeforeValidator("won".__eq__)] = at("won_status")
    is_closed: Annotated[Flag, BeforeValidator({"won", "lost"}.__contains__)] = at("won_status")
    modified: ModifiedAt = at("write_date")


class OdooOrder(OdooRow, kpiloop.Order):
    """A quotation or order; once it is confirmed it stands."""

    id: Id
    contact_id: Text = at("partner_id.id")
    company_id: Text = at("partner_id.commercial_partner_id")
    deal_id: Text = at("opportunity_id")
    campaign_id: Text = at("campaign_id")
    status: Annotated[Text, BeforeValidator(lambda it: _ORDER_STATES.get(it, it))] = at("state")
    amount: Money = at("amount_total")
    currency: Text = at("currency_id.name")
    ordered_at: Instant = at("date_order")
    modified: ModifiedAt = at("write_date")


class OdooOrderLine(OdooRow, kpiloop.OrderLine):
    """A product in an order; with its taxes, as the order's amount is."""

    id: Id
    parent_id: Text = at("order_id")
    product: Text = at("product_id.name")
    quantity: Number = at("product_uom_qty")
    amount: Money = at("price_total")
    currency: Text = at("currency_id.name")
    modified: ModifiedAt = at("write_date")


class OdooMeeting(OdooRow, kpiloop.Activity):
    """An event of the calendar; whom it is with, the opportunity says."""

    id: Annotated[Id, BeforeValidator(lambda number: f"meeting-{number}")]
    kind: Text = "meeting"
    owner_id: Text = at("user_id")
    deal_id: Text = at("opportunity_id")
    contact_id: OfLead = at("opportunity_id")
    minutes: Annotated[Number, BeforeValidator(lambda hours: hours * 60)] = at("duration")
    happened_at: Instant = at("start")
    modified: ModifiedAt = at("write_date")


class OdooTask(OdooRow, kpiloop.Activity):
    """A call or another task that was done for a lead; a meeting is told by the calendar."""

    id: Annotated[Id, BeforeValidator(lambda number: f"task-{number}")]
    kind: Annotated[
        Text, BeforeValidator(lambda category: "call" if category == "phonecall" else "task")
    ] = at("activity_type_id.category")
    owner_id: Text = at("user_id")
    deal_id: Text = at("res_id")
    contact_id: OfLead = at("res_id")
    happened_at: DayAsInstant = at("date_done")
    modified: ModifiedAt = at("write_date")


class OdooMailing(OdooRow, kpiloop.Email):
    """A mailing."""

    name: Text = at("name")
    subject: Text = at("subject")
    kind: Text = "regular"
    status: Text = at("state")
    campaign_id: Text = at("campaign_id")
    sent_at: Instant = at("sent_date")
    created_at: Instant = at("create_date")


class Trace(OdooRow):
    """What became of a mailing at one recipient; who clicked has opened."""

    id: Id
    mailing: Text = at("mass_mailing_id")
    campaign: Text = at("campaign_id")
    email: Text = at("email")
    status: Text = at("trace_status")
    sent_at: Instant = at("sent_datetime")
    opened_at: Instant = at("open_datetime")
    modified: ModifiedAt = at("write_date")

    def records(self) -> Iterator[Record]:
        """That it was sent, opened, or came back; when it came back Odoo does not say."""
        came_back = self.sent_at if self.status == "bounce" else None
        moments = {"sent": self.sent_at, "open": self.opened_at, "bounce": came_back}
        for kind, moment in moments.items():
            if moment:
                yield kpiloop.EmailEvent(
                    id=f"{self.id}:{kind}",
                    kind=kind,
                    parent_id=self.mailing,
                    campaign_id=self.campaign,
                    email=self.email,
                    happened_at=moment,
                )


class Click(OdooRow, kpiloop.EmailEvent):
    """A click on a link of a mailing."""

    id: Annotated[Id, BeforeValidator(lambda number: f"click-{number}")]
    kind: Text = "click"
    parent_id: Text = at("mass_mailing_id")
    campaign_id: Text = at("campaign_id")
    email: Text = at("mailing_trace_id.email")
    link: Text = at("link_id.url")
    happened_at: Instant = at("create_date")
    modified: ModifiedAt = at("write_date")
