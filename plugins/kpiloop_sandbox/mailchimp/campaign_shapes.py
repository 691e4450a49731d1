"""Campaigns and their reports in Mailchimp's JSON, without links."""

from kpiloop_sandbox.mailchimp.deliveries import Totals
from kpiloop_sandbox.mailchimp.ids import number_of, short_id
from kpiloop_sandbox.mailchimp.objects import Document, StoredCampaign
from kpiloop_sandbox.mailchimp.times import iso, seconds

_VARIATE = "variate"


def campaign(stored: StoredCampaign, audience: Document) -> Document:
    """A campaign without its numbers, which `with_numbers` adds when it is asked for."""
    sent = iso(seconds(stored.sent_at)) if stored.sent_at else ""
    document: Document = {
        "id": stored.id,
        "web_id": number_of("campaign", stored.id),
        "type": "regular" if len(stored.subjects) == 1 else _VARIATE,
        "create_time": iso(seconds(stored.created_at)),
        "archive_url": f"http://archive.example/{stored.id}",
        "long_archive_url": f"https://archive.example/acme/{stored.id}",
        "status": "sent" if sent else "save",
        "emails_sent": 0,
        "send_time": sent,
        "content_type": "template",
        "needs_block_refresh": False,
        "resendable": bool(sent),
        "recipients": _recipients(stored, audience),
        "settings": _settings(stored, audience),
        "tracking": _tracking(stored.utm_campaign),
        "delivery_status": {"enabled": False},
    }
    if document["type"] == _VARIATE:
        document["variate_settings"] = _variate(stored)
    return document


def with_numbers(document: Document, totals: Totals) -> Document:
    """A campaign with what became of it; a draft has no numbers."""
    if document["status"] != "sent":
        return document
    document["emails_sent"] = totals.sent
    document["recipients"]["recipient_count"] = totals.sent
    delivered = delivered_of(totals)
    document["report_summary"] = {
        "opens": totals.opens,
        "unique_opens": totals.openers,
        "open_rate": _rate(totals.openers, delivered),
        "clicks": totals.clicks,
        "subscriber_clicks": totals.clickers,
        "click_rate": _rate(totals.clickers, delivered),
        "ecommerce": {"total_orders": 0, "total_spent": 0, "total_revenue": 0},
    }
    return document


def report(document: Document, totals: Totals) -> Document:
    """The report of a campaign that was sent."""
    settings, recipients = document["settings"], document["recipients"]
    return {
        "id": document["id"],
        "campaign_title": settings["title"],
        "type": document["type"],
        "list_id": recipients["list_id"],
        "list_is_active": True,
        "list_name": recipients["list_name"],
        "subject_line": settings.get("subject_line", ""),
        "preview_text": settings["preview_text"],
        "emails_sent": totals.sent,
        "abuse_reports": totals.complaints,
        "unsubscribed": totals.unsubscribed,
        "send_time": document["send_time"],
        "bounces": {
            "hard_bounces": totals.hard_bounces,
            "soft_bounces": totals.soft_bounces,
            "syntax_errors": 0,
        },
        "forwards": {"forwards_count": 0, "forwards_opens": 0},
        "opens": _opens(totals),
        "clicks": _clicks(totals),
        "facebook_likes": {"recipient_likes": 0, "unique_likes": 0, "facebook_likes": 0},
        "list_stats": {"sub_rate": 0, "unsub_rate": 0, "open_rate": 0, "click_rate": 0},
        "ecommerce": {"total_orders": 0, "total_spent": 0, "total_revenue": 0},
        "delivery_status": {"enabled": False},
    }


def delivered_of(totals: Totals) -> int:
    """How many e-mails arrived."""
    return totals.sent - totals.hard_bounces - totals.soft_bounces


def _opens(totals: Totals) -> Document:
    return {
        "opens_total": totals.opens,
        "unique_opens": totals.openers,
        "open_rate": _rate(totals.openers, delivered_of(totals)),
        "last_open": iso(totals.last_open),
    }


def _clicks(totals: Totals) -> Document:
    return {
        "clicks_total": totals.clicks,
        "unique_clicks": totals.unique_clicks,
        "unique_subscriber_clicks": totals.clickers,
        "click_rate": _rate(totals.clickers, delivered_of(totals)),
        "last_click": iso(totals.last_click),
    }


def _recipients(stored: StoredCampaign, audience: Document) -> Document:
    return {
        "list_id": stored.list_id,
        "list_is_active": bool(audience),
        "list_name": audience.get("name", ""),
        "segment_text": "",
        "recipient_count": 0,
    }


def _settings(stored: StoredCampaign, audience: Document) -> Document:
    sender: Document = audience.get("campaign_defaults", {})
    settings: Document = {
        "preview_text": "",
        "title": stored.title,
        "from_name": sender.get("from_name", ""),
        "reply_to": sender.get("from_email", ""),
        "use_conversation": False,
        "to_name": "*|FNAME|*",
        "folder_id": "",
        "authenticate": True,
        "auto_footer": False,
        "inline_css": False,
        "auto_tweet": False,
        "fb_comments": False,
        "timewarp": False,
        "template_id": 0,
        "drag_and_drop": True,
    }
    if len(stored.subjects) == 1:
        settings["subject_line"] = stored.subjects[0]
    return settings


def _tracking(utm_campaign: str) -> Document:
    return {
        "opens": True,
        "html_clicks": True,
        "text_clicks": False,
        "goal_tracking": False,
        "ecomm360": False,
        "google_analytics": utm_campaign,
        "clicktale": "",
    }


def _variate(stored: StoredCampaign) -> Document:
    combinations = [
        {
            "id": short_id(stored.id, number),
            "subject_line": number,
            "send_time": 0,
            "from_name": 0,
            "reply_to": 0,
            "content_description": 0,
            "recipients": 0,
        }
        for number in range(len(stored.subjects))
    ]
    return {
        "winner_criteria": "clicks",
        "wait_time": 240,
        "test_size": 100,
        "subject_lines": list(stored.subjects),
        "send_times": [],
        "from_names": [],
        "reply_to_addresses": [],
        "contents": [],
        "combinations": combinations,
    }


def _rate(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0
