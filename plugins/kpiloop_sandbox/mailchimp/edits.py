"""Changes of one audience's members, as the API makes them: checked, stored, and dated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kpiloop_sandbox.mailchimp import merge_fields, shapes
from kpiloop_sandbox.mailchimp.calls import Body
from kpiloop_sandbox.mailchimp.errors import (
    forgotten,
    in_compliance_state,
    invalid_resource,
    member_exists,
    not_allowed,
)
from kpiloop_sandbox.mailchimp.ids import member_hash
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.store import Store
from kpiloop_sandbox.mailchimp.times import iso

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_GONE = frozenset({"unsubscribed", "cleaned"})
Status = Literal["subscribed", "unsubscribed", "cleaned", "pending", "transactional"]


class MemberInput(Body):
    """What may be submitted about a member."""

    email_address: str | None = None
    status: Status | None = None
    status_if_new: Status | None = None
    email_type: str | None = None
    merge_fields: Mapping[str, Any] | None = None
    language: str | None = None
    vip: bool | None = None
    tags: tuple[str, ...] = ()
    timestamp_signup: str | None = None
    timestamp_opt: str | None = None


_TAKEN_OVER = frozenset({"email_type", "language", "vip", "timestamp_signup", "timestamp_opt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Changes members of an audience at a moment, in whole seconds.

    Without `strict` a member may lack required merge fields.
    """

    store: Store
    list_id: str
    now: int
    strict: bool = True

    def add(self, given: MemberInput) -> Document:
        """A new member, or an archived one who comes back.

        Raises:
            ApiError: somebody with this address is there, or may not come back.
        """
        email = valid_email(given.email_address)
        known = self.store.members.find(self.list_id, member_hash(email))
        if known is not None and known["status"] != "archived":
            raise member_exists(email)
        return self._store(known or self._fresh(email), given, status=given.status)

    def set(self, email: str, given: MemberInput) -> Document:
        """Add a member, or change the one with this address.

        Raises:
            ApiError: a value is not legal, or the person may not come back.
        """
        known = self.store.members.find(self.list_id, member_hash(email))
        if known is None:
            return self._store(self._fresh(email), given, status=given.status_if_new)
        comes_back = given.status_if_new if known["status"] == "archived" else None
        return self._store(known, given, status=given.status or comes_back)

    def change(self, member: Document, given: MemberInput) -> Document:
        """Change a member; a new address gives a new hash, and the contact id stays.

        Raises:
            ApiError: a value is not legal, or the new address is taken.
        """
        email = given.email_address
        if email is None or member_hash(email) == member["id"]:
            return self._store(member, given, status=given.status)
        if self.store.members.find(self.list_id, member_hash(valid_email(email))) is not None:
            raise member_exists(email)
        fresh = shapes.new_member(self.list_id, email, member["status"])
        moved = {**member, **{name: fresh[name] for name in ("id", "unique_email_id")}}
        with self.store.database.transaction():
            self.store.members.rename(self.list_id, member["id"], moved["id"])
            return self._store(moved, given, status=given.status)

    def archive(self, member: Document) -> None:
        """Take a member out; whoever adds them again finds them as they were.

        Raises:
            ApiError: 405 for one who is archived already.
        """
        if member["status"] == "archived":
            raise not_allowed("This list member cannot be removed.")
        self._save({**member, "status": "archived"})

    def forget(self, member: Document) -> None:
        """Erase a member everywhere; the address cannot be imported again."""
        with self.store.database.transaction():
            self.store.members.forget(self.list_id, member["id"])
            self.store.deliveries.erase(member["id"])

    def tag(self, member: Document, tags: Mapping[str, bool]) -> None:
        """Let a member bear these tags from now on, or no longer."""
        with self.store.database.transaction():
            self.store.tags.give(member, [tag for tag, on in tags.items() if on], iso(self.now))
            self.store.tags.take(member, [tag for tag, on in tags.items() if not on], iso(self.now))
            self._save(member)

    def _fresh(self, email: str) -> Document:
        """A member to be, of whom nothing is known but the address."""
        if self.store.members.is_forgotten(self.list_id, member_hash(email)):
            raise forgotten(email)
        return {
            **shapes.new_member(self.list_id, email, "archived"),
            "timestamp_signup": iso(self.now),
        }

    def _store(self, member: Document, given: MemberInput, *, status: str | None) -> Document:
        """The member with what was given, as it is stored."""
        new_status = status or member["status"]
        if new_status == "archived":
            raise invalid_resource(status="This value should not be blank.")
        if new_status == "subscribed" and _has_left(member):
            raise in_compliance_state(member["email_address"])
        known = merge_fields.definitions(self.store, self.list_id)
        values = member["merge_fields"] | merge_fields.checked(known, given.merge_fields or {})
        if self.strict:
            merge_fields.require(known, values)
        changed = {**member, **given.model_dump(include=set(_TAKEN_OVER), exclude_none=True)}
        changed |= {
            "email_address": given.email_address or member["email_address"],
            "status": new_status,
            "merge_fields": values,
            "full_name": shapes.full_name(values),
        }
        changed = _dated(changed, member["status"], iso(self.now))
        if given.tags:
            self.store.tags.give(changed, given.tags, iso(self.now))
        return self._save(changed)

    def _save(self, member: Document) -> Document:
        """Every write is a change, also one that changes nothing."""
        saved = {**member, "last_changed": iso(self.now)}
        self.store.members.put([saved])
        return saved


def valid_email(email: str | None) -> str:
    """The address, which must look like one.

    Raises:
        ApiError: 400.
    """
    if not email or not _ADDRESS.fullmatch(email):
        raise invalid_resource("Please provide a valid email address.")
    return email


def _has_left(member: Document) -> bool:
    """Whether only the person may bring themselves back."""
    return member["status"] in _GONE and member.get("unsubscribe_reason") != shapes.BY_ADMIN


def _dated(member: Document, before: str, now: str) -> Document:
    """The member with what goes with a change of status."""
    status = member["status"]
    if status == "unsubscribed" and before != status:
        return {**member, "unsubscribe_reason": shapes.BY_ADMIN}
    if status != "unsubscribed":
        member.pop("unsubscribe_reason", None)
    if status == "subscribed" and not member["timestamp_opt"]:
        return {**member, "timestamp_opt": now}
    return member
