"""How Mailchimp spells audiences, their parts, and their members.

Where there is no value, Mailchimp writes an empty text, which clears the stored one.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from kpiloop import (
    Contact,
    Deleted,
    FirstOf,
    Flag,
    Id,
    Instant,
    IsWord,
    ItemKey,
    Items,
    Joined,
    Key,
    Modified,
    Segment,
    SegmentMember,
    Spread,
    Term,
    Text,
    Whole,
    Wire,
)

KEY = "kpiloop_id"
"""What a row is called over the whole account; Mailchimp's ids hold in their audience only."""

_UNSUBSCRIBED = "kpiloop_unsubscribed"

JOINED = "kpiloop_joined_at"
"""When a member came: the time of signing up, else of confirming; imports tell only the latter."""


def at(*path: str) -> Any:
    """A field that stands deeper in the row."""
    return Field(default=None, validation_alias=AliasPath(*path))


class Audience(Segment):
    """An audience: Mailchimp's list of contacts."""

    id: Id
    name: Text = None
    members: Whole = at("stats", "member_count")
    created_at: Instant = Field(default=None, validation_alias="date_created")

    def records(self) -> Iterator[Self]:
        """Itself, as what it is."""
        yield self.model_copy(update={"kind": "audience"})


def _kind_of_segment(value: object) -> object:
    return "tag" if value == "static" else value


class AudiencePart(Segment):
    """A tag (a static segment, as Mailchimp called it before), or a saved filter."""

    id: Id = Field(validation_alias=KEY)
    name: Text = None
    kind: Annotated[Text, BeforeValidator(_kind_of_segment)] = Field(
        default=None, validation_alias="type"
    )
    members: Whole = Field(default=None, validation_alias="member_count")
    created_at: Instant = None


_IN_ACCOUNT: Mapping[str, Term] = MappingProxyType(
    {KEY: Joined((Key("list_id"), Key("contact_id")))}
)


class Member(Contact):
    """A contact in one audience; in another audience the same person is another contact."""

    made_keys: ClassVar[Mapping[str, Term]] = MappingProxyType(
        {
            **_IN_ACCOUNT,
            JOINED: FirstOf((Key("timestamp_signup"), Key("timestamp_opt"))),
            _UNSUBSCRIBED: IsWord(Key("status"), "unsubscribed"),
        }
    )

    id: Id = Field(validation_alias=KEY)
    email: Text = Field(default=None, validation_alias="email_address")
    first_name: Text = at("merge_fields", "FNAME")
    last_name: Text = at("merge_fields", "LNAME")
    country: Text = at("location", "country_code")
    original_source: Text = Field(default=None, validation_alias="source")
    created_at: Instant = Field(default=None, validation_alias=JOINED)
    opted_out: Flag = Field(default=None, validation_alias=_UNSUBSCRIBED)
    modified: Annotated[Instant, Modified()] = Field(default=None, validation_alias="last_changed")


class ArchivedMember(Contact):
    """A contact that was archived: Mailchimp's word for deleted, as long as it can come back."""

    made_keys: ClassVar[Mapping[str, Term]] = _IN_ACCOUNT

    id: Id = Field(validation_alias=KEY)
    modified: Annotated[Instant, Modified()] = Field(default=None, validation_alias="last_changed")
    archived: Annotated[Instant, Deleted()] = at("last_changed")


class Tag(BaseModel):
    """A tag, as a member bears it."""

    model_config = ConfigDict(frozen=True)

    id: Id


class MemberTags(Wire):
    """The tags of one member; many have none."""

    list_id: Id
    contact_id: Id
    tags: Items[Tag] = ()

    spread: ClassVar[Spread | None] = Spread(
        entity=SegmentMember,
        items="tags",
        alone=(),
        each={
            "id": Joined((Key("list_id"), Key("contact_id"), ItemKey("id"))),
            "parent_id": Joined((Key("list_id"), ItemKey("id"))),
            "contact_id": Joined((Key("list_id"), Key("contact_id"))),
        },
        plain={"id": r"[1-9][0-9]{0,17}"},
        apart=("id",),
    )

    def records(self) -> Iterator[SegmentMember]:
        """That the member is in the segment of each tag."""
        contact = in_account(self.list_id, self.contact_id)
        for tag in self.tags:
            segment = in_account(self.list_id, tag.id)
            yield SegmentMember(id=f"{contact}:{tag.id}", parent_id=segment, contact_id=contact)


_ALWAYS = ("contact_id", "last_changed")


def needed(rows: str, paths: Sequence[str]) -> str:
    """The fields to ask for: what the wire model reads, and what a row is known and dated by."""
    own = (path.partition(".")[0] for path in paths)
    names = dict.fromkeys([*_ALWAYS, *own])
    return ",".join(f"{rows}.{name}" for name in names)


def in_account(owner: str, own_id: object) -> str | None:
    """An id that holds over the account; None where the row has none."""
    return f"{owner}:{own_id}" if own_id else None
