"""`/lists/{list_id}/members`: reading who is in an audience."""

from collections.abc import Iterable

from kpiloop_sandbox.mailchimp.calls import Answer, Call, Endpoint, collection, single
from kpiloop_sandbox.mailchimp.errors import invalid_resource, not_found
from kpiloop_sandbox.mailchimp.members import SORTABLE, MemberFilter
from kpiloop_sandbox.mailchimp.merge_fields import definitions
from kpiloop_sandbox.mailchimp.objects import Document

STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")
MEMBERS = "/lists/{list_id}/members"
MEMBER = f"{MEMBERS}/{{subscriber_hash}}"
_DIRECTIONS = ("ASC", "DESC")


def list_members(call: Call) -> Answer:
    """A page of members; archived ones only where they are asked for."""
    audience = call.audience()
    span = call.span
    rows, total = call.store.members.page(_filter(call), span.limit, span.offset)
    tags = [each["tag"] for each in definitions(call.store, audience["id"])]
    for row in rows:
        _fill(row, tags)
    return collection(call, "members", rows, total, list_id=audience["id"])


def read_member(call: Call) -> Answer:
    """One member, archived ones too."""
    member = the_member(call)
    _fill(member, [each["tag"] for each in definitions(call.store, member["list_id"])])
    return single(call, member)


def the_member(call: Call) -> Document:
    """The member that the path names by hash, address or contact id.

    Raises:
        ApiError: 404.
    """
    audience = call.audience()
    document = call.store.members.find(audience["id"], call.path["subscriber_hash"])
    if document is None:
        raise not_found()
    return document


def _fill(member: Document, tags: Iterable[str]) -> None:
    """Show every merge field of the audience; those without a value are empty."""
    for tag in tags:
        member["merge_fields"].setdefault(tag, "")


def _filter(call: Call) -> MemberFilter:
    status = call.choice("status", STATUSES)
    left_since = call.moment("unsubscribed_since")
    if left_since is not None and status != "unsubscribed":
        raise invalid_resource(status="unsubscribed_since goes with the status unsubscribed only")
    changed_after = call.moment("since_last_changed")
    return MemberFilter(
        list_id=call.path["list_id"],
        status=status,
        changed_after=left_since if changed_after is None else changed_after,
        changed_until=call.moment("before_last_changed"),
        opted_after=call.moment("since_timestamp_opt"),
        opted_until=call.moment("before_timestamp_opt"),
        email_id=call.one("unique_email_id"),
        sort=call.choice("sort_field", tuple(SORTABLE)),
        descending=call.choice("sort_dir", _DIRECTIONS) == "DESC",
    )


ENDPOINTS = (
    Endpoint(method="GET", path=MEMBERS, handler=list_members),
    Endpoint(method="GET", path=MEMBER, handler=read_member),
)
