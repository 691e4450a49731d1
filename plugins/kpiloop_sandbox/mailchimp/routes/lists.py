"""`/lists`: audiences with their numbers."""

from kpiloop_sandbox.mailchimp.calls import Answer, Call, Endpoint, paged, single
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.store import CAMPAIGNS, LISTS, Store, fields_of
from kpiloop_sandbox.mailchimp.times import parse

_SORTABLE = ("date_created",)
_DIRECTIONS = ("ASC", "DESC")
_MOST_LISTS = 100


def list_audiences(call: Call) -> Answer:
    """A page of audiences."""
    since, before = call.moment("since_date_created"), call.moment("before_date_created")
    found = [
        with_numbers(call.store, each, total=call.flag("include_total_contacts"))
        for each in call.store.all(LISTS)
        if within(each["date_created"], since, before)
    ]
    if call.choice("sort_field", _SORTABLE):
        found.sort(
            key=lambda each: each["date_created"],
            reverse=call.choice("sort_dir", _DIRECTIONS) == "DESC",
        )
    constraints = {
        "may_create": True,
        "max_instances": _MOST_LISTS,
        "current_total_instances": len(found),
    }
    return paged(call, "lists", found, constraints=constraints)


def read_audience(call: Call) -> Answer:
    """One audience."""
    document = call.audience()
    return single(
        call, with_numbers(call.store, document, total=call.flag("include_total_contacts"))
    )


def within(time: str, since: int | None, before: int | None) -> bool:
    """Whether a time is after the first and before the second, as far as they are given."""
    moment = parse(time)
    if moment is None:
        return since is None and before is None
    return (since is None or moment > since) and (before is None or moment < before)


def with_numbers(store: Store, document: Document, *, total: bool) -> Document:
    """An audience with what its members and campaigns add up to."""
    key = document["id"]
    counts = store.members.counts(key)
    sent = [
        each["send_time"]
        for each in store.all(CAMPAIGNS)
        if each["recipients"]["list_id"] == key and each["status"] == "sent"
    ]
    stats: Document = {
        "member_count": counts.get("subscribed", 0),
        "unsubscribe_count": counts.get("unsubscribed", 0),
        "cleaned_count": counts.get("cleaned", 0),
        "member_count_since_send": 0,
        "unsubscribe_count_since_send": 0,
        "cleaned_count_since_send": 0,
        "campaign_count": len(sent),
        "campaign_last_sent": max(sent, default=""),
        "merge_field_count": len(store.all(fields_of(key))),
        "avg_sub_rate": 0,
        "avg_unsub_rate": 0,
        "target_sub_rate": 0,
        "open_rate": 0,
        "click_rate": 0,
        "last_sub_date": "",
        "last_unsub_date": "",
    }
    if total:
        stats["total_contacts"] = sum(counts.values())
    return {**document, "stats": stats}


ENDPOINTS = (
    Endpoint(method="GET", path="/lists", handler=list_audiences),
    Endpoint(method="GET", path="/lists/{list_id}", handler=read_audience),
)
