"""How Mailchimp spells what happened to an e-mail at each recipient."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from kpiloop import (
    EmailEvent,
    Flag,
    Id,
    Instant,
    ItemKey,
    Items,
    Joined,
    Key,
    Spread,
    Term,
    Text,
    Wire,
    Word,
)

SENT_AT = "kpiloop_sent_at"
"""In a row of activity: when its e-mail was sent, which only the report tells."""

MACHINE = "kpiloop_machine"
"""In an activity: whether a program did it."""

_BOUNCES: Mapping[str, str] = MappingProxyType({"syntax": "hard"})
"""Bounces that the schema calls otherwise: an address that is none never gets mail."""


class Happening(BaseModel):
    """One thing that a recipient did, or an e-mail that came back."""

    model_config = ConfigDict(frozen=True)

    action: Literal["open", "click", "bounce"]
    type: Text = None
    timestamp: Instant
    url: Text = None
    is_machine: Flag = Field(default=None, validation_alias=MACHINE)
    """No value: Mailchimp was not asked what programs did."""

    @field_validator("timestamp")
    @classmethod
    def _has_a_time(cls, moment: datetime | None) -> datetime:
        if moment is None:
            raise ValueError("an activity needs the time at which it happened")
        return moment

    @property
    def name(self) -> str:
        """What it is and when it was: two of one recipient may share it."""
        assert self.timestamp is not None
        return f"{self.action}:{self.timestamp.isoformat(timespec='seconds')}"

    @property
    def bounce_kind(self) -> str | None:
        """Whether an e-mail came back for good."""
        if self.action != "bounce" or self.type is None:
            return None
        return _BOUNCES.get(self.type, self.type)


_WHO = (Key("campaign_id"), Key("email_id"))
_ABOUT: Mapping[str, Term] = MappingProxyType(
    {
        "parent_id": Key("campaign_id"),
        "campaign_id": Key("campaign_id"),
        "email": Key("email_address"),
    }
)
_SECOND = (
    r"20\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\+00:00"
)
"""A time as Mailchimp spells it, which is just what stands in an event's id."""


def _once(kind: str) -> Mapping[str, Term]:
    return {
        "id": Joined((*_WHO, Word(kind))),
        "kind": Word(kind),
        "happened_at": Key(SENT_AT),
        **_ABOUT,
    }


class Recipient(Wire):
    """One recipient of an e-mail with all activity; many have none."""

    campaign_id: Id
    email_id: Id
    email: Text = Field(default=None, validation_alias="email_address")
    sent_at: Instant = Field(default=None, validation_alias=SENT_AT)
    activity: Items[Happening] = ()

    spread: ClassVar[Spread | None] = Spread(
        entity=EmailEvent,
        items="activity",
        given=(SENT_AT,),
        alone=(_once("sent"), _once("delivered")),
        each={
            **_ABOUT,
            "id": Joined((*_WHO, ItemKey("action"), ItemKey("timestamp"), Word("1"))),
            "kind": ItemKey("action"),
            "happened_at": ItemKey("timestamp"),
            "bounce_kind": Word(""),  # what comes back is left to `records`
            "link": ItemKey("url"),
            "is_machine": ItemKey(MACHINE),
        },
        plain={"action": "open|click", "timestamp": _SECOND},
        free=("type",),
        apart=("action", "timestamp"),
    )

    def records(self) -> Iterator[EmailEvent]:
        """That it was sent, whether it arrived, and each thing that happened then."""
        yield self._event("sent", "sent", self.sent_at)
        if all(each.action != "bounce" for each in self.activity):
            yield self._event("delivered", "delivered", self.sent_at)
        numbers: Counter[str] = Counter()
        for each in sorted(self.activity, key=_order):
            numbers[each.name] += 1
            yield self._event(
                f"{each.name}:{numbers[each.name]}",
                each.action,
                each.timestamp,
                bounce_kind=each.bounce_kind,
                link=each.url,
                is_machine=None if each.action == "bounce" else each.is_machine,
            )

    def _event(self, name: str, kind: str, moment: datetime | None, **more: Any) -> EmailEvent:
        # Millions come this way, and all values are checked already: they are not checked again.
        return EmailEvent.model_construct(
            id=f"{self.campaign_id}:{self.email_id}:{name}",
            kind=kind,
            parent_id=self.campaign_id,
            email=self.email,
            campaign_id=self.campaign_id,
            happened_at=moment,
            **more,
        )


def _order(each: Happening) -> tuple[str, str, bool]:
    """An order that does not depend on that of the answer: numbers are given by it."""
    return each.name, each.url or "", bool(each.is_machine)


class Sending(Wire):
    """Which variant of an e-mail a recipient got; e-mails that are no test have none."""

    campaign_id: Id
    email_id: Id
    group: Text = Field(default=None, validation_alias="absplit_group")

    def records(self) -> Iterator[EmailEvent]:
        """The event of sending, which activity tells as well, with the variant."""
        if self.group is not None:
            yield EmailEvent(
                id=f"{self.campaign_id}:{self.email_id}:sent",
                parent_id=self.campaign_id,
                variant=self.group,
            )


class Leaving(Wire):
    """Somebody who wants no more e-mail."""

    kind: ClassVar[str]

    campaign_id: Id
    email_id: Id
    email: Text = Field(default=None, validation_alias="email_address")
    left_at: Instant = None

    def records(self) -> Iterator[EmailEvent]:
        """The event."""
        yield EmailEvent(
            id=f"{self.campaign_id}:{self.email_id}:{self.kind}",
            kind=self.kind,
            parent_id=self.campaign_id,
            email=self.email,
            campaign_id=self.campaign_id,
            happened_at=self.left_at,
        )


class Unsubscribe(Leaving):
    """Somebody who left the audience by way of an e-mail."""

    kind: ClassVar[str] = "unsubscribe"

    left_at: Instant = Field(default=None, validation_alias="timestamp")


class Complaint(Leaving):
    """Somebody who marked an e-mail as spam."""

    kind: ClassVar[str] = "complaint"

    left_at: Instant = Field(default=None, validation_alias="date")
