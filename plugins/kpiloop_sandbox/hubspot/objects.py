"""What the simulated HubSpot stores: plain, frozen data that a seed can fill in bulk.

All times are aware UTC at millisecond precision. Property values are strings as HubSpot writes
them: numbers in digits, dates as ISO 8601, booleans as `true` and `false`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One contact, company or deal.

    `object_type` is the plural name in the path, `id` digits. `history` gives the earlier and
    current values of a property, oldest first; a property without it has its current value only.
    `merged_ids` are the former ids whose records became this one.
    """

    object_type: str
    id: str
    properties: Mapping[str, str]
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None
    history: Mapping[str, Sequence[tuple[datetime, str]]] = field(
        default_factory=dict[str, Sequence[tuple[datetime, str]]]
    )
    merged_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLink:
    """One association in one direction; the store adds the way back where it knows its type."""

    from_type: str
    from_id: str
    to_type: str
    to_id: str
    type_id: int
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOwner:
    """One user of the account who can own records."""

    id: str
    email: str
    first_name: str
    last_name: str
    team: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStage:
    """One stage of a pipeline; `metadata` holds `isClosed` and `probability` as strings."""

    id: str
    label: str
    display_order: int
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPipeline:
    """One pipeline of an object type with its stages in order."""

    object_type: str
    id: str
    label: str
    stages: tuple[StoredStage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMoney:
    """One budget or spend item of a campaign, in the campaign's currency."""

    id: str
    name: str
    amount: float
    created_at: datetime
    description: str = ""
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCampaign:
    """One marketing campaign; `id` is its GUID."""

    id: str
    properties: Mapping[str, str]
    created_at: datetime
    updated_at: datetime
    budget_items: tuple[StoredMoney, ...] = ()
    spend_items: tuple[StoredMoney, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredForm:
    """One form; `form_type` is hubspot, captured, flow or blog_comment, `id` its GUID."""

    id: str
    name: str
    created_at: datetime
    form_type: str = "hubspot"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEmail:
    """One marketing e-mail; events name it by `campaign_id`, its counters by HubSpot's words.

    One without counters was never sent.
    """

    id: str
    name: str
    subject: str
    campaign_id: int
    created_at: datetime
    publish_at: datetime
    type: str = "BATCH_EMAIL"
    state: str = "PUBLISHED"
    subcategory: str = "batch"
    campaign: str = ""
    counters: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRate:
    """What one unit of a currency is worth in the account's currency from a moment on."""

    id: str
    currency: str
    rate: float
    effective_at: datetime
