"""`/reports/{campaign_id}/…`: what became of one campaign, recipient by recipient."""

from collections.abc import Sequence

from kpiloop_sandbox.mailchimp.calls import Answer, Call, Endpoint, collection, single
from kpiloop_sandbox.mailchimp.errors import not_found
from kpiloop_sandbox.mailchimp.ids import member_hash, short_id
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.recipients import (
    COMPLAINT,
    UNSUBSCRIBE,
    Act,
    ActFilter,
    Leaving,
    Link,
    Recipient,
)
from kpiloop_sandbox.mailchimp.routes.reports import REPORT, sent_campaign
from kpiloop_sandbox.mailchimp.times import iso

_LINKS = f"{REPORT}/click-details"


def email_activity(call: Call) -> Answer:
    """Every recipient with what they did since a time, be it nothing; leavings are not told."""
    campaign = sent_campaign(call)
    rows = call.store.recipients.page(campaign["id"], call.span, _acts(call))
    shown = [_with_activity(campaign, each) for each in rows]
    return _collection(call, campaign, "emails", shown, _sent(call, campaign))


def activity_of_one(call: Call) -> Answer:
    """What one recipient did."""
    campaign = sent_campaign(call)
    return single(call, _with_activity(campaign, _recipient(call, campaign)))


def open_details(call: Call) -> Answer:
    """Those who opened, with the times."""
    campaign = sent_campaign(call)
    rows, total = call.store.recipients.openers(campaign["id"], call.span, _acts(call))
    shown = [_with_opens(call, campaign, each) for each in rows]
    opens = call.store.deliveries.totals(campaign["id"]).opens
    return _collection(call, campaign, "members", shown, total, total_opens=opens)


def sent_to(call: Call) -> Answer:
    """Every recipient with whether the e-mail arrived."""
    campaign = sent_campaign(call)
    rows = call.store.recipients.page(campaign["id"], call.span, ActFilter())
    shown = [_with_status(call, campaign, each) for each in rows]
    return _collection(call, campaign, "sent_to", shown, _sent(call, campaign))


def sent_to_one(call: Call) -> Answer:
    """Whether the e-mail arrived at one recipient."""
    campaign = sent_campaign(call)
    return single(call, _with_status(call, campaign, _recipient(call, campaign)))


def unsubscribed(call: Call) -> Answer:
    """Who left because of the campaign, and what they said."""
    campaign = sent_campaign(call)
    rows, total = call.store.recipients.leavings(campaign["id"], UNSUBSCRIBE, call.span)
    shown = [_left(call, campaign, each) | {"reason": each.reason} for each in rows]
    return _collection(call, campaign, "unsubscribes", shown, total)


def abuse_reports(call: Call) -> Answer:
    """Who called the campaign spam."""
    campaign = sent_campaign(call)
    rows, total = call.store.recipients.leavings(campaign["id"], COMPLAINT, call.span)
    shown = [_complaint(call, campaign, each) for each in rows]
    return _collection(call, campaign, "abuse_reports", shown, total)


def click_details(call: Call) -> Answer:
    """The addresses that were clicked, with their numbers."""
    campaign = sent_campaign(call)
    found = call.store.recipients.links(campaign["id"], _acts(call))
    span = call.span
    shown = [_link(campaign, each, found) for each in found]
    page = shown[span.offset : span.offset + span.limit]
    return _collection(call, campaign, "urls_clicked", page, len(shown))


def clicked_link(call: Call) -> Answer:
    """The numbers of one address."""
    campaign = sent_campaign(call)
    found = call.store.recipients.links(campaign["id"], _acts(call))
    return single(call, _link(campaign, _wanted_link(call, campaign, found), found))


def clickers(call: Call) -> Answer:
    """Who clicked one address."""
    campaign = sent_campaign(call)
    acts = _acts(call)
    link = _wanted_link(call, campaign, call.store.recipients.links(campaign["id"], acts))
    rows, total = call.store.recipients.clickers(campaign["id"], link.url, call.span, acts)
    shown = [
        _who(campaign, each)
        | _of_member(call, campaign, each)
        | {
            "clicks": sum(act.url == link.url for act in each.of("click")),
            "url_id": call.path["link_id"],
        }
        for each in rows
    ]
    return _collection(call, campaign, "members", shown, total)


def _acts(call: Call) -> ActFilter:
    since = call.moment("since")
    return ActFilter(since=-1 if since is None else since, bots=not call.flag("filter_bots"))


def _recipient(call: Call, campaign: Document) -> Recipient:
    found = call.store.recipients.one(
        campaign["id"], call.path["email_id"].lower(), _acts(call)
    ) or call.store.recipients.one(campaign["id"], member_hash(call.path["email_id"]), _acts(call))
    if found is None:
        raise not_found()
    return found


def _wanted_link(call: Call, campaign: Document, found: Sequence[Link]) -> Link:
    for each in found:
        if short_id(campaign["id"], each.url) == call.path["link_id"]:
            return each
    raise not_found()


def _sent(call: Call, campaign: Document) -> int:
    return call.store.deliveries.totals(campaign["id"]).sent


def _who(campaign: Document, each: Recipient | Leaving) -> Document:
    return {
        "email_id": each.hash,
        "email_address": each.email,
        "campaign_id": campaign["id"],
        "list_id": campaign["recipients"]["list_id"],
        "list_is_active": True,
    }


def _of_member(call: Call, campaign: Document, each: Recipient | Leaving) -> Document:
    """What is known of the recipient today; those who were deleted since have nothing."""
    member = call.store.members.find(campaign["recipients"]["list_id"], each.hash) or {}
    return {
        "merge_fields": member.get("merge_fields", {}),
        "vip": member.get("vip", False),
        "contact_status": member.get("status", ""),
    }


def _with_activity(campaign: Document, each: Recipient) -> Document:
    return {**_who(campaign, each), "activity": [_activity(act) for act in each.acts]}


def _activity(act: Act) -> Document:
    shown: Document = {"action": act.action, "timestamp": iso(act.at)}
    more = {"type": act.kind, "url": act.url, "ip": act.ip}
    return shown | {name: value for name, value in more.items() if value}


def _with_opens(call: Call, campaign: Document, each: Recipient) -> Document:
    opens = each.of("open")
    return {
        **_who(campaign, each),
        **_of_member(call, campaign, each),
        "opens_count": len(opens),
        "opens": [{"timestamp": iso(act.at)} for act in opens],
    }


def _with_status(call: Call, campaign: Document, each: Recipient) -> Document:
    opens = each.of("open")
    member = _of_member(call, campaign, each)
    return {
        **_who(campaign, each),
        "merge_fields": member["merge_fields"],
        "vip": member["vip"],
        "status": each.status,
        "open_count": len(opens),
        "last_open": iso(max((act.at for act in opens), default=None)),
        "absplit_group": each.variant,
        "gmt_offset": 0,
    }


def _left(call: Call, campaign: Document, each: Leaving) -> Document:
    member = _of_member(call, campaign, each)
    return {
        **_who(campaign, each),
        "merge_fields": member["merge_fields"],
        "vip": member["vip"],
        "timestamp": iso(each.at),
    }


def _complaint(call: Call, campaign: Document, each: Leaving) -> Document:
    return {
        **_who(campaign, each),
        "id": int(each.hash[:7], 16),
        "date": iso(each.at),
        "merge_fields": _of_member(call, campaign, each)["merge_fields"],
        "vip": False,
    }


def _link(campaign: Document, link: Link, found: Sequence[Link]) -> Document:
    clicks, clickers_ = sum(each.clicks for each in found), sum(each.clickers for each in found)
    return {
        "id": short_id(campaign["id"], link.url),
        "url": link.url,
        "total_clicks": link.clicks,
        "click_percentage": round(link.clicks / clicks, 6),
        "unique_clicks": link.clickers,
        "unique_click_percentage": round(link.clickers / clickers_, 6),
        "last_click": iso(link.last_click),
        "campaign_id": campaign["id"],
    }


def _collection(
    call: Call,
    campaign: Document,
    name: str,
    rows: Sequence[Document],
    total: int,
    **more: object,
) -> Answer:
    return collection(call, name, rows, total, campaign_id=campaign["id"], **more)


ENDPOINTS = (
    Endpoint(method="GET", path=f"{REPORT}/email-activity", handler=email_activity),
    Endpoint(method="GET", path=f"{REPORT}/email-activity/{{email_id}}", handler=activity_of_one),
    Endpoint(method="GET", path=f"{REPORT}/open-details", handler=open_details),
    Endpoint(method="GET", path=_LINKS, handler=click_details),
    Endpoint(method="GET", path=f"{_LINKS}/{{link_id}}", handler=clicked_link),
    Endpoint(method="GET", path=f"{_LINKS}/{{link_id}}/members", handler=clickers),
    Endpoint(method="GET", path=f"{REPORT}/sent-to", handler=sent_to),
    Endpoint(method="GET", path=f"{REPORT}/sent-to/{{email_id}}", handler=sent_to_one),
    Endpoint(method="GET", path=f"{REPORT}/unsubscribed", handler=unsubscribed),
    Endpoint(method="GET", path=f"{REPORT}/abuse-reports", handler=abuse_reports),
)
