"""How HubSpot spells marketing e-mails, what became of them, forms and traffic."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Self
from urllib.parse import parse_qs

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from kpiloop import (
    Day,
    Email,
    EmailEvent,
    EmailTotal,
    Flag,
    FormSubmission,
    Id,
    Instant,
    Items,
    Modified,
    Text,
    TrafficPeriod,
    Whole,
    Wire,
)
from kpiloop_hubspot.values import path_of
from kpiloop_hubspot.wire_activities import Word

_KINDS_OF_EMAIL = MappingProxyType(
    {
        "AB_EMAIL": "a_b_test",
        "AUTOMATED_AB_EMAIL": "a_b_test",
        "AUTOMATED_EMAIL": "automated",
        "RSS_EMAIL": "automated",
        "BLOG_EMAIL": "automated",
        "SINGLE_SEND_API": "transactional",
        "SMTP_TOKEN": "transactional",
    }
)
_COUNTERS = MappingProxyType(
    {
        "sent": "sent",
        "delivered": "delivered",
        "open": "unique_open",
        "click": "unique_click",
        "bounce": "bounce",
        "unsubscribed": "unsubscribe",
        "spamreport": "complaint",
    }
)
"""HubSpot's counters of opens and clicks count recipients."""
KINDS_OF_EVENT: Mapping[str, str] = MappingProxyType(
    {
        "SENT": "sent",
        "DELIVERED": "delivered",
        "OPEN": "open",
        "CLICK": "click",
        "BOUNCE": "bounce",
        "STATUSCHANGE": "unsubscribe",
        "SPAMREPORT": "complaint",
    }
)
"""The types of events that are read; the others only tell of HubSpot's own work."""
_UNSUBSCRIBED = "UNSUBSCRIBED"
_KINDS_OF_BOUNCE = MappingProxyType({"5": "hard", "4": "soft"})
"""By the first digit of the status that the recipient's server answered."""
_SOURCES = MappingProxyType(
    {
        "organic": "ORGANIC_SEARCH",
        "paid": "PAID_SEARCH",
        "paid-social": "PAID_SOCIAL",
        "social": "SOCIAL_MEDIA",
        "email": "EMAIL_MARKETING",
        "direct": "DIRECT_TRAFFIC",
        "referrals": "REFERRALS",
        "ai-referrals": "AI_REFERRALS",
        "offline": "OFFLINE",
        "other": "OTHER_CAMPAIGNS",
    }
)
"""Reports name sources otherwise than contacts do; these are the contacts' names."""


def _kind_of_email(value: object) -> object:
    return _KINDS_OF_EMAIL.get(value, "regular") if isinstance(value, str) else value


def _source(value: object) -> object:
    return _SOURCES.get(value, value) if isinstance(value, str) else value


class HubspotEmail(Email):
    """A marketing e-mail."""

    id: Id
    name: Text = None
    subject: Text = None
    kind: Annotated[Text, BeforeValidator(_kind_of_email)] = Field(None, validation_alias="type")
    status: Word = Field(None, validation_alias="state")
    variant: Word = Field(None, validation_alias=AliasPath("testing", "abStatus"))
    campaign_id: Text = Field(None, validation_alias="campaign")
    sent_at: Instant = Field(None, validation_alias="publishDate")
    is_published: Flag = Field(None, validation_alias="isPublished")
    created_at: Instant = Field(None, validation_alias="createdAt")
    modified: Annotated[Instant, Modified()] = Field(None, validation_alias="updatedAt")

    def records(self) -> Iterator[Self]:
        """The e-mail; a draft's date of publication is only planned."""
        yield self if self.is_published else self.model_copy(update={"sent_at": None})


class EmailStatistics(Wire):
    """What HubSpot counts of an e-mail."""

    id: Id
    counters: Mapping[str, Whole] = Field(
        default_factory=dict[str, Whole], validation_alias=AliasPath("stats", "counters")
    )

    def records(self) -> Iterator[EmailTotal]:
        """A sum for each counter that has a meaning beyond HubSpot."""
        for counter, kind in _COUNTERS.items():
            if counter in self.counters:
                amount = self.counters[counter]
                yield EmailTotal(
                    id=f"{self.id}:{kind}", parent_id=self.id, kind=kind, amount=amount
                )


class Subscription(BaseModel):
    """How somebody stands to one type of e-mail now."""

    model_config = ConfigDict(frozen=True)

    status: Text = None


class HubspotEmailEvent(EmailEvent):
    """One thing that happened to one e-mail at one recipient."""

    id: Id
    type: Text = None
    parent_id: Text = Field(None, validation_alias="emailId")
    email: Text = Field(None, validation_alias="recipient")
    link: Text = Field(None, validation_alias="url")
    is_machine: Flag = Field(None, validation_alias="filteredEvent")
    server_status: Text = Field(None, validation_alias="status")
    portal_status: Text = Field(None, validation_alias="portalSubscriptionStatus")
    subscriptions: Items[Subscription] = ()
    happened_at: Instant = Field(None, validation_alias="created")
    modified: Annotated[Instant, Modified()] = Field(None, validation_alias=AliasPath("created"))

    def records(self) -> Iterator[Self]:
        """The event; a change of subscription counts where it ends one."""
        kind = KINDS_OF_EVENT.get(self.type or "")
        if kind and (kind != "unsubscribe" or self._ends_a_subscription()):
            digit = (self.server_status or "")[:1] if kind == "bounce" else ""
            bounce = _KINDS_OF_BOUNCE.get(digit)
            yield self.model_copy(update={"kind": kind, "bounce_kind": bounce})

    def _ends_a_subscription(self) -> bool:
        states = (self.portal_status, *(each.status for each in self.subscriptions))
        return _UNSUBSCRIBED in states


class FormValue(BaseModel):
    """What was typed into one field of a form."""

    model_config = ConfigDict(frozen=True)

    name: Text = None
    value: Text = None


class HubspotSubmission(FormSubmission):
    """A form that somebody sent; the form itself is told by the stream."""

    id: Id = Field(validation_alias="conversionId")
    form_id: Text = Field(None, validation_alias="formId")
    form_name: Text = Field(None, validation_alias="formName")
    page_url: Text = Field(None, validation_alias="pageUrl")
    values: Items[FormValue] = ()
    submitted_at: Instant = Field(None, validation_alias="submittedAt")
    modified: Annotated[Instant, Modified()] = Field(
        None, validation_alias=AliasPath("submittedAt")
    )

    def records(self) -> Iterator[Self]:
        """The submission with the page's path, the campaign in its query, and who sent it."""
        _, _, query = (self.page_url or "").partition("?")
        campaign = parse_qs(query.partition("#")[0]).get("utm_campaign", [None])[0]
        yield self.model_copy(
            update={
                "page": path_of(self.page_url),
                "utm_campaign": self._typed("utm_campaign") or campaign,
                "email": self._typed("email"),
            }
        )

    def _typed(self, field: str) -> str | None:
        found = (each.value for each in self.values if each.name == field)
        return next(found, None)


class HubspotTraffic(TrafficPeriod):
    """One row of a day's report; the stream tells which day and of what it is."""

    id: Id
    first_day: Day = Field(None, validation_alias="day")
    last_day: Day = Field(None, validation_alias=AliasPath("day"))
    breakdown: Text = Field(None, validation_alias="of")
    original_source: Annotated[Text, BeforeValidator(_source)] = Field(
        None, validation_alias="source"
    )
    page: Text = None
    utm_campaign: Text = Field(None, validation_alias="campaign")
    country: Text = None
    page_views: Whole = Field(None, validation_alias="rawViews")
    visits: Whole = None
    visitors: Whole = None
    contacts: Whole = None
    modified: Annotated[Instant, Modified()] = Field(None, validation_alias=AliasPath("day"))
