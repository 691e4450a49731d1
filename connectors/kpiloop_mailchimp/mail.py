"""How Mailchimp spells e-mails, and the sums of what became of them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, JsonValue

from kpiloop import Campaign, Email, EmailTotal, Id, Instant, Text, Whole
from kpiloop_mailchimp.wire import at

ACTIVITY = "activity"
"""The kind of the total that changes with everything that happens to an e-mail."""

_DIGEST_BYTES = 7
"""As many as the database's whole numbers hold."""
TESTS = frozenset({"absplit", "variate"})
"""The types of campaigns that test variants against each other."""

_KINDS: Mapping[object, str] = MappingProxyType(
    {
        "plaintext": "regular",
        **dict.fromkeys(TESTS, "a_b_test"),
        "rss": "automated",
    }
)
"""Mailchimp's types of campaigns that the schema calls otherwise."""


def _kind(value: object) -> object:
    return _KINDS.get(value, value) if isinstance(value, str) else value


class MailchimpCampaign(Campaign):
    """What Mailchimp calls a campaign is one e-mail to many: a campaign of its own."""

    id: Id
    name: Text = at("settings", "title")
    status: Text = None
    utm_campaign: Text = at("tracking", "google_analytics")
    created_at: Instant = Field(default=None, validation_alias="create_time")

    def records(self) -> Iterator[Self]:
        """Itself; its channel goes without saying."""
        yield self.model_copy(update={"channel": "email"})


class MailchimpEmail(Email):
    """The e-mail of a campaign."""

    id: Id
    name: Text = at("settings", "title")
    subject: Text = at("settings", "subject_line")
    kind: Annotated[Text, BeforeValidator(_kind)] = Field(default=None, validation_alias="type")
    status: Text = None
    audience_id: Text = at("recipients", "list_id")
    sent_at: Instant = Field(default=None, validation_alias="send_time")
    created_at: Instant = Field(default=None, validation_alias="create_time")

    def records(self) -> Iterator[Self]:
        """Itself, in the campaign of the same id."""
        yield self.model_copy(update={"campaign_id": self.id})


class Report(EmailTotal):
    """What Mailchimp counts for one e-mail."""

    id: Id
    sent: Whole = Field(default=None, validation_alias="emails_sent")
    hard_bounces: Whole = at("bounces", "hard_bounces")
    soft_bounces: Whole = at("bounces", "soft_bounces")
    syntax_errors: Whole = at("bounces", "syntax_errors")
    opens: Whole = at("opens", "opens_total")
    unique_opens: Whole = at("opens", "unique_opens")
    last_open: Instant = at("opens", "last_open")
    clicks: Whole = at("clicks", "clicks_total")
    unique_clicks: Whole = at("clicks", "unique_subscriber_clicks")
    last_click: Instant = at("clicks", "last_click")
    unsubscribed: Whole = None
    complaints: Whole = Field(default=None, validation_alias="abuse_reports")
    sent_at: Instant = Field(default=None, validation_alias="send_time")

    @property
    def bounces(self) -> int | None:
        """What came back; no value where the report tells nothing of it."""
        return _sum(self.hard_bounces, self.soft_bounces, self.syntax_errors)

    @property
    def delivered(self) -> int | None:
        """What did not come back."""
        return None if self.sent is None else self.sent - (self.bounces or 0)

    @property
    def latest(self) -> datetime | None:
        """The last thing that the report tells of."""
        return _latest(self.sent_at, self.last_open, self.last_click)

    @property
    def amounts(self) -> Mapping[str, int | None]:
        """Each kind of event, with how many there were."""
        return {
            "sent": self.sent,
            "delivered": self.delivered,
            "open": self.opens,
            "unique_open": self.unique_opens,
            "click": self.clicks,
            "unique_click": self.unique_clicks,
            "bounce": self.bounces,
            "unsubscribe": self.unsubscribed,
            "complaint": self.complaints,
        }

    def records(self) -> Iterator[Self]:
        """A total for each kind that the report tells."""
        for kind, amount in self.amounts.items():
            if amount is not None:
                total = {"id": total_id(self.id, kind), "kind": kind, "amount": amount}
                about = {"parent_id": self.id, "counted_at": self.latest}
                yield self.model_copy(update={**total, **about})


class ActivityTotal(EmailTotal):
    """One number made of everything that a report counts of an e-mail: any change changes it.

    No sum would do: where one recipient is erased and another one's e-mail comes back, it stays as
    it was. Its id is the e-mail's, so that other streams read just these e-mails again.
    """

    id: Id
    sent: Whole = Field(default=None, validation_alias="emails_sent")
    unsubscribed: Whole = None
    complaints: Whole = Field(default=None, validation_alias="abuse_reports")
    bounces: JsonValue = None
    opens: JsonValue = None
    clicks: JsonValue = None

    def records(self) -> Iterator[Self]:
        """The total of the e-mail."""
        parts = (self.bounces, self.opens, self.clicks)
        told = json.dumps([self.sent, self.unsubscribed, self.complaints, *parts], sort_keys=True)
        digest = blake2b(told.encode(), digest_size=_DIGEST_BYTES).digest()
        total = {"kind": ACTIVITY, "amount": int.from_bytes(digest)}
        yield self.model_copy(update={"parent_id": self.id, **total})


def total_id(email: str, kind: str) -> str:
    """The id of an e-mail's total of one kind."""
    return f"{email}:{kind}"


def emails_of(totals: Iterable[str]) -> Sequence[str]:
    """The e-mails among the ids of totals: that of an `ActivityTotal` is its e-mail's."""
    return sorted(each for each in totals if ":" not in each)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((each for each in moments if each), default=None)


def _sum(*amounts: int | None) -> int | None:
    known = [each for each in amounts if each is not None]
    return sum(known) if known else None
