"""How Odoo spells campaigns, mailings, and what became of each e-mail."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from kpiloop import Campaign, Email, EmailEvent, Id, Instant, Record, Text
from pydantic import BeforeValidator

from kpiloop_odoo.wire import OdooRow, at
from kpiloop_odoo.wire_people import ModifiedAt

ClickId = Annotated[Id, BeforeValidator(lambda number: f"click-{number}")]


class OdooCampaign(OdooRow, Campaign):
    """A campaign; media and sources stand beside it, at each lead."""

    id: Id
    name: Text = at("title")
    status: Text = at("stage_id.name")
    utm_campaign: Text = at("name")
    owner_id: Text = at("user_id")
    created_at: Instant = at("create_date")


class OdooMailing(OdooRow, Email):
    """A mailing."""

    id: Id
    name: Text = at("name")
    subject: Text = at("subject")
    status: Text = at("state")
    campaign_id: Text = at("campaign_id")
    sent_at: Instant = at("sent_date")
    created_at: Instant = at("create_date")

    def records(self) -> Iterator[Record]:
        """The mailing."""
        yield self.model_copy(update={"kind": "regular"})


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
        if self.sent_at:
            yield self._event("sent", self.sent_at)
        if self.opened_at:
            yield self._event("open", self.opened_at)
        if self.status == "bounce":
            yield self._event("bounce", self.sent_at)

    def _event(self, kind: str, moment: datetime | None) -> EmailEvent:
        return EmailEvent(
            id=f"{self.id}:{kind}",
            kind=kind,
            parent_id=self.mailing,
            campaign_id=self.campaign,
            email=self.email,
            happened_at=moment,
        )


class Click(OdooRow, EmailEvent):
    """A click on a link of a mailing."""

    id: ClickId
    parent_id: Text = at("mass_mailing_id")
    campaign_id: Text = at("campaign_id")
    email: Text = at("mailing_trace_id.email")
    link: Text = at("link_id.url")
    happened_at: Instant = at("create_date")
    modified: ModifiedAt = at("write_date")

    def records(self) -> Iterator[Record]:
        """The click."""
        yield self.model_copy(update={"kind": "click"})
