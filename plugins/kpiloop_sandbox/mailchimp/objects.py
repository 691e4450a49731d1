"""What the simulated Mailchimp stores: plain, frozen data that a seed can fill in bulk.

All times are aware UTC; Mailchimp keeps whole seconds of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Document = dict[str, Any]
"""Something as Mailchimp's JSON spells it."""

RESERVED_TAGS = frozenset({"EMAIL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredField:
    """A merge field of an audience; `tag` is its name in a member's `merge_fields`."""

    tag: str
    name: str
    type: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAudience:
    """An audience, which Mailchimp's API calls a list."""

    id: str
    name: str
    created_at: datetime
    fields: tuple[StoredField, ...] = ()
    from_name: str = "Acme"
    from_email: str = "news@acme.example"
    country: str = "DE"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSegment:
    """A saved segment: those members of an audience whose merge field is this value."""

    list_id: str
    name: str
    tag: str
    value: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMember:
    """Somebody in an audience; the address keeps the case in which it was typed.

    `reason` says why an unsubscribed member left. `opted_at` is absent while an opt-in is
    pending.
    """

    list_id: str
    email: str
    status: str
    signed_up_at: datetime
    changed_at: datetime
    opted_at: datetime | None = None
    merge_fields: Mapping[str, object] = field(default_factory=dict[str, object])
    tags: tuple[str, ...] = ()
    language: str = "en"
    country_code: str = ""
    source: str = "API - Generic"
    reason: str = ""
    rating: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCampaign:
    """A campaign: one e-mail to an audience; `sent_at` is absent while it is a draft.

    `subjects` has more than one where subjects are tested against each other.
    """

    id: str
    list_id: str
    title: str
    subjects: tuple[str, ...]
    created_at: datetime
    sent_at: datetime | None = None
    utm_campaign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAct:
    """What a recipient, or a machine in their stead, did: `action` is open, click or bounce."""

    action: str
    at: datetime
    kind: str = ""
    url: str = ""
    ip: str = ""
    is_machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDelivery:
    """A campaign at one recipient; `status` is sent, hard or soft."""

    campaign_id: str
    email: str
    status: str = "sent"
    group: str = ""
    acts: tuple[StoredAct, ...] = ()
    unsubscribed_at: datetime | None = None
    reason: str = ""
    complained_at: datetime | None = None
