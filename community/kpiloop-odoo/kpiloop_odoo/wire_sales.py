"""How Odoo spells opportunities and their stages, orders and activities."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from kpiloop import (
    Activity,
    Deal,
    Flag,
    Id,
    Instant,
    Money,
    Number,
    Order,
    Pipeline,
    PipelineStage,
    Record,
    Text,
    Whole,
)
from pydantic import BeforeValidator

from kpiloop_odoo.wire import DayAsInstant, OdooRow, at, lead_of
from kpiloop_odoo.wire_people import ModifiedAt

PIPELINE = "crm"
"""The one pipeline: what stages a team has is Odoo's to say, and a stage may be of several."""

_MINUTES = Decimal(60)
_ORDER_STATES = {"draft": "pending", "sent": "pending", "sale": "paid", "cancel": "cancelled"}


MeetingId = Annotated[Id, BeforeValidator(lambda number: f"meeting-{number}")]
TaskId = Annotated[Id, BeforeValidator(lambda number: f"task-{number}")]


class OdooStage(OdooRow, PipelineStage):
    """A stage; who is lost leaves them, and is archived."""

    id: Id
    name: Text = at("name")
    position: Whole = at("sequence")
    is_won: Flag = at("is_won")

    def records(self) -> Iterator[Record]:
        """The stage, and the pipeline that all of them are in."""
        yield Pipeline(id=PIPELINE, name="Opportunities", of_entity="deals")
        yield self.model_copy(
            update={"pipeline_id": PIPELINE, "stage": self.id, "is_closed": self.is_won}
        )


class OdooDeal(OdooRow, Deal):
    """An opportunity; its revenue is in the currency of the company that it is of."""

    id: Id
    name: Text = at("name")
    amount: Money = at("expected_revenue")
    currency: Text = at("company_currency.name")
    stage: Text = at("stage_id")
    company_id: Text = at("partner_id.commercial_partner_id")
    campaign_id: Text = at("campaign_id")
    owner_id: Text = at("user_id")
    created_at: Instant = at("create_date")
    ended_at: Instant = at("date_closed")
    expected_on: DayAsInstant = at("date_deadline")
    status: Literal["won", "lost", "pending"] | None = at("won_status")
    modified: ModifiedAt = at("write_date")

    def records(self) -> Iterator[Record]:
        """The opportunity; one that is open says when it is expected to be closed."""
        is_closed = self.status in ("won", "lost")
        yield self.model_copy(
            update={
                "pipeline_id": PIPELINE,
                "closed_at": self.ended_at if is_closed else self.expected_on,
                "is_won": self.status == "won",
                "is_closed": is_closed,
            }
        )


class OdooOrder(OdooRow, Order):
    """A quotation or order; once it is confirmed it stands."""

    id: Id
    contact_id: Text = at("partner_id.id")
    company_id: Text = at("partner_id.commercial_partner_id")
    deal_id: Text = at("opportunity_id")
    campaign_id: Text = at("campaign_id")
    state: Text = at("state")
    amount: Money = at("amount_total")
    currency: Text = at("currency_id.name")
    ordered_at: Instant = at("date_order")
    modified: ModifiedAt = at("write_date")

    def records(self) -> Iterator[Record]:
        """The order, with the common schema's word for its state."""
        yield self.model_copy(update={"status": _ORDER_STATES.get(self.state or "", self.state)})


class OdooMeeting(OdooRow, Activity):
    """An event of the calendar; whom it is with, the opportunity says."""

    id: MeetingId
    owner_id: Text = at("user_id")
    deal_id: Text = at("opportunity_id")
    hours: Number = at("duration")
    happened_at: Instant = at("start")
    modified: ModifiedAt = at("write_date")

    def records(self) -> Iterator[Record]:
        """The meeting, with its length in minutes."""
        hours = self.hours
        yield self.model_copy(
            update={
                "kind": "meeting",
                "contact_id": self.deal_id and lead_of(self.deal_id),
                "minutes": None if hours is None else hours * _MINUTES,
            }
        )


class OdooTask(OdooRow, Activity):
    """A call or another task that was done; a meeting is told by the calendar."""

    id: TaskId
    category: Text = at("activity_type_id.category")
    owner_id: Text = at("user_id")
    model: Text = at("res_model")
    record: Text = at("res_id")
    happened_at: DayAsInstant = at("date_done")
    modified: ModifiedAt = at("write_date")

    def records(self) -> Iterator[Record]:
        """The task, with the lead or contact that it was done for."""
        is_lead = self.model == "crm.lead"
        is_of_contact = self.model == "res.partner"
        yield self.model_copy(
            update={
                "kind": "call" if self.category == "phonecall" else "task",
                "contact_id": lead_of(self.record)
                if is_lead
                else self.record
                if is_of_contact
                else None,
                "deal_id": self.record if is_lead else None,
            }
        )
