"""`/reports`: the numbers of every campaign that was sent."""

from kpiloop_sandbox.mailchimp import campaign_shapes
from kpiloop_sandbox.mailchimp.calls import Answer, Call, Endpoint, paged, single
from kpiloop_sandbox.mailchimp.errors import not_found
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.routes.campaigns import the_campaign
from kpiloop_sandbox.mailchimp.routes.lists import within
from kpiloop_sandbox.mailchimp.store import CAMPAIGNS

REPORT = "/reports/{campaign_id}"


def list_reports(call: Call) -> Answer:
    """A page of reports, the newest first."""
    since, before = call.moment("since_send_time"), call.moment("before_send_time")
    kind = call.one("type")
    sent = [
        each
        for each in call.store.all(CAMPAIGNS)
        if each["status"] == "sent"
        and within(each["send_time"], since, before)
        and kind in ("", each["type"])
    ]
    sent.sort(key=lambda each: each["send_time"], reverse=True)
    return paged(call, "reports", [_report(call, each) for each in sent])


def read_report(call: Call) -> Answer:
    """The report of one campaign."""
    return single(call, _report(call, sent_campaign(call)))


def sent_campaign(call: Call) -> Document:
    """The campaign in the path, which was sent.

    Raises:
        ApiError: 404; drafts have no report.
    """
    document = the_campaign(call)
    if document["status"] != "sent":
        raise not_found()
    return document


def _report(call: Call, document: Document) -> Document:
    return campaign_shapes.report(document, call.store.deliveries.totals(document["id"]))


ENDPOINTS = (
    Endpoint(method="GET", path="/reports", handler=list_reports),
    Endpoint(method="GET", path=REPORT, handler=read_report),
)
