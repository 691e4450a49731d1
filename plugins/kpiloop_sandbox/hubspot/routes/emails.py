"""`/marketing/emails`: marketing e-mails, and what is counted of them."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.errors import not_found
from kpiloop_sandbox.hubspot.routes.owners import cursor, offset_of
from kpiloop_sandbox.hubspot.times import iso

MAX_PAGE = 100
_PATH, _SCOPE = "/marketing/emails", "content"
_COUNTERS = (
    "sent", "delivered", "open", "click", "bounce", "hardbounced", "softbounced", "unsubscribed",
    "spamreport", "dropped", "pending", "notsent", "contactslost", "reply", "selected",
)  # fmt: skip
_SHARES = (
    ("openratio", "open", "delivered"),
    ("clickratio", "click", "delivered"),
    ("clickthroughratio", "click", "open"),
    ("bounceratio", "bounce", "sent"),
    ("deliveredratio", "delivered", "sent"),
    ("unsubscribedratio", "unsubscribed", "delivered"),
    ("spamreportratio", "spamreport", "delivered"),
)


def list_emails(call: Call) -> Answer:
    """One page of the e-mails; with statistics, those that were never sent are left out."""
    limit, start = call.limit(10, MAX_PAGE), offset_of(call.one("after"))
    with_stats = call.flag("includeStats")
    emails = [each for each in _all(call) if each["counters"] or not with_stats]
    body: dict[str, object] = {
        "total": len(emails),
        "results": [_shown(each, stats=with_stats) for each in emails[start : start + limit]],
    }
    if start + limit < len(emails):
        body.update(call.next_page(cursor(start + limit)))
    return Answer(body=body)


def read_email(call: Call) -> Answer:
    """One e-mail."""
    for each in _all(call):
        if each["id"] == call.path["id"]:
            return Answer(body=_shown(each, stats=call.flag("includeStats")))
    raise not_found(f"Email {call.path['id']} does not exist")


def statistics(call: Call) -> Answer:
    """The sums over some e-mails, or over all."""
    wanted = call.many("emailIds")
    emails = [each for each in _all(call) if not wanted or each["id"] in wanted]
    return Answer(
        body={
            "emails": [int(each["id"]) for each in emails],
            "campaignAggregations": {
                str(each["campaign_id"]): _statistics([each["counters"]]) for each in emails
            },
            "aggregate": _statistics(each["counters"] for each in emails),
        }
    )


def _all(call: Call) -> list[dict[str, Any]]:
    return [json.loads(text) for text in call.store.documents.all("emails")]


def _shown(email: dict[str, Any], *, stats: bool) -> dict[str, object]:
    created = iso(email["created_at"])
    shown: dict[str, object] = {
        "id": email["id"],
        "name": email["name"],
        "subject": email["subject"],
        "type": email["type"],
        "state": email["state"],
        "subcategory": email["subcategory"],
        "campaign": email["campaign"],
        "isPublished": bool(email["counters"]),
        "isTransactional": False,
        "archived": False,
        "createdAt": created,
        "updatedAt": created,
        "publishDate": iso(email["publish_at"]),
    }
    if not email["campaign"]:
        del shown["campaign"]
    if stats:
        shown["stats"] = _statistics([email["counters"]])
    return shown


def _statistics(counted: Iterable[Mapping[str, int]]) -> dict[str, object]:
    sums: Counter[str] = Counter()
    for each in counted:
        sums.update(each)
    return {
        "counters": {name: sums[name] for name in _COUNTERS},
        "ratios": {
            name: 100 * sums[part] / sums[whole] if sums[whole] else 0.0
            for name, part, whole in _SHARES
        },
        "deviceBreakdown": {},
        "qualifierStats": {},
    }


ENDPOINTS = (
    Endpoint(method="GET", path=_PATH, handler=list_emails, scope=_SCOPE),
    Endpoint(method="GET", path=f"{_PATH}/statistics/list", handler=statistics, scope=_SCOPE),
    Endpoint(method="GET", path=f"{_PATH}/{{id}}", handler=read_email, scope=_SCOPE),
)
