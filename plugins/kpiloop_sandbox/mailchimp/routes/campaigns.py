"""`/campaigns`: what was sent and what is being prepared; nothing tells when one was edited."""

from pydantic import Field

from kpiloop_sandbox.mailchimp.calls import Answer, Body, Call, Endpoint, paged, single
from kpiloop_sandbox.mailchimp.campaign_shapes import with_numbers
from kpiloop_sandbox.mailchimp.errors import not_allowed
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.routes.lists import within
from kpiloop_sandbox.mailchimp.store import CAMPAIGNS

_TYPES = ("regular", "plaintext", "absplit", "rss", "variate")
_STATUSES = ("save", "paused", "schedule", "sending", "sent")
_SORTABLE = ("create_time", "send_time")
_DIRECTIONS = ("ASC", "DESC")
_CAMPAIGN = "/campaigns/{campaign_id}"


class SettingsChange(Body):
    """What a user may write about a campaign."""

    title: str | None = None
    subject_line: str | None = None
    preview_text: str | None = None


class CampaignChange(Body):
    """An edit of a campaign that was not sent."""

    settings: SettingsChange = Field(default_factory=SettingsChange)


def list_campaigns(call: Call) -> Answer:
    """A page of campaigns."""
    found = [each for each in call.store.all(CAMPAIGNS) if _is_wanted(call, each)]
    order = call.choice("sort_field", _SORTABLE)
    if order:
        descending = call.choice("sort_dir", _DIRECTIONS) == "DESC"
        found.sort(key=lambda each: each[order], reverse=descending)
    span = call.span
    for each in found[span.offset : span.offset + span.limit]:
        with_numbers(each, call.store.deliveries.totals(each["id"]))
    return paged(call, "campaigns", found)


def read_campaign(call: Call) -> Answer:
    """One campaign."""
    document = the_campaign(call)
    return single(call, with_numbers(document, call.store.deliveries.totals(document["id"])))


def change_campaign(call: Call) -> Answer:
    """New settings of a campaign that was not sent yet."""
    document = the_campaign(call)
    if document["status"] == "sent":
        raise not_allowed("Cannot edit a campaign that has been sent.")
    given = call.read(CampaignChange).settings.model_dump(exclude_none=True)
    document["settings"] |= given
    call.store.put(CAMPAIGNS, document)
    call.account.counters.records_written += 1
    return single(call, document)


def delete_campaign(call: Call) -> Answer:
    """A campaign that is gone, without a trace."""
    call.store.remove(CAMPAIGNS, the_campaign(call)["id"])
    return Answer(status=204)


def the_campaign(call: Call) -> Document:
    """The campaign in the path.

    Raises:
        ApiError: 404.
    """
    return call.found(CAMPAIGNS, call.path["campaign_id"])


def _is_wanted(call: Call, document: Document) -> bool:
    wanted_type, wanted_status = call.choice("type", _TYPES), call.choice("status", _STATUSES)
    wanted_list = call.one("list_id")
    return (
        (not wanted_type or document["type"] == wanted_type)
        and (not wanted_status or document["status"] == wanted_status)
        and (not wanted_list or document["recipients"]["list_id"] == wanted_list)
        and within(
            document["send_time"], call.moment("since_send_time"), call.moment("before_send_time")
        )
        and within(
            document["create_time"],
            call.moment("since_create_time"),
            call.moment("before_create_time"),
        )
    )


ENDPOINTS = (
    Endpoint(method="GET", path="/campaigns", handler=list_campaigns),
    Endpoint(method="GET", path=_CAMPAIGN, handler=read_campaign),
    Endpoint(method="PATCH", path=_CAMPAIGN, handler=change_campaign),
    Endpoint(method="DELETE", path=_CAMPAIGN, handler=delete_campaign),
)
