"""Marketing e-mail: what was sent, and what became of it at each recipient."""

from typing import ClassVar

from kpiloop.schema.fields import Flag, Instant, Text, Whole
from kpiloop.schema.record import Record


class Email(Record):
    """A marketing e-mail as it was sent to many."""

    entity: ClassVar[str] = "emails"
    singular: ClassVar[str] = "email_message"

    name: Text = None
    subject: Text = None
    kind: Text = None
    """regular, automated, a_b_test or transactional."""
    status: Text = None
    variant: Text = None
    campaign_id: Text = None
    audience_id: Text = None
    sent_at: Instant = None
    created_at: Instant = None


class EmailEvent(Record):
    """One thing that happened to one e-mail at one recipient."""

    entity: ClassVar[str] = "email_events"
    singular: ClassVar[str] = "email_event"
    child_of: ClassVar[str] = "emails"

    kind: Text = None
    """sent, delivered, open, click, bounce, unsubscribe or complaint."""
    bounce_kind: Text = None
    """hard or soft."""
    is_machine: Flag = None
    """Whether a program opened or clicked; no value: the system cannot tell."""
    parent_id: Text = None
    """The e-mail's id."""
    email: Text = None
    """The recipient's address."""
    contact_id: Text = None
    campaign_id: Text = None
    variant: Text = None
    link: Text = None
    happened_at: Instant = None


class EmailTotal(Record):
    """What a system counts for an e-mail itself, where it tells no single events."""

    entity: ClassVar[str] = "email_totals"
    singular: ClassVar[str] = "email_total"
    child_of: ClassVar[str] = "emails"

    parent_id: Text = None
    """The e-mail's id."""
    kind: Text = None
    """As of an event; for opens and clicks with `unique_` before it: of recipients."""
    amount: Whole = None
    counted_at: Instant = None
