"""Audiences, members and their fields in Mailchimp's JSON, without links."""

from collections.abc import Mapping

from kpiloop_sandbox.mailchimp.ids import contact_id, member_hash, number_of, short_id
from kpiloop_sandbox.mailchimp.objects import (
    Document,
    StoredAudience,
    StoredField,
    StoredMember,
    StoredSegment,
)
from kpiloop_sandbox.mailchimp.times import iso, seconds

_SIZE_OF_TEXT = 255
_NEWER = frozenset(
    {
        "contact_id",
        "full_name",
        "web_id",
        "consents_to_one_to_one_messaging",
        "unsubscribe_reason",
        "source",
    }
)
BY_ADMIN = "N/A (Unsubscribed by admin)"


def audience(stored: StoredAudience) -> Document:
    """An audience without its numbers, which `audience_numbers` adds when it is asked for."""
    return {
        "id": stored.id,
        "web_id": number_of("list", stored.id),
        "name": stored.name,
        "contact": {
            "company": stored.from_name,
            "address1": "Hafenstraße 1",
            "address2": "",
            "city": "Hamburg",
            "state": "",
            "zip": "20457",
            "country": stored.country,
            "phone": "",
        },
        "permission_reminder": "You signed up on our website.",
        "use_archive_bar": True,
        "campaign_defaults": {
            "from_name": stored.from_name,
            "from_email": stored.from_email,
            "subject": "",
            "language": "en",
        },
        "notify_on_subscribe": "",
        "notify_on_unsubscribe": "",
        "date_created": iso(seconds(stored.created_at)),
        "list_rating": 3,
        "email_type_option": False,
        "subscribe_url_short": f"http://sign-up.example/{stored.id}",
        "subscribe_url_long": f"https://acme.example/subscribe?id={stored.id}",
        "beamer_address": f"{stored.id}@inbound.example",
        "visibility": "prv",
        "double_optin": False,
        "has_welcome": False,
        "marketing_permissions": False,
        "modules": [],
    }


def merge_field(list_id: str, stored: StoredField, merge_id: int, place: int) -> Document:
    """The definition of a merge field."""
    options: Document = {"size": _SIZE_OF_TEXT} if stored.type == "text" else {}
    if stored.choices:
        options["choices"] = list(stored.choices)
    return {
        "merge_id": merge_id,
        "tag": stored.tag,
        "name": stored.name,
        "type": stored.type,
        "required": stored.required,
        "default_value": "",
        "public": False,
        "display_order": place,
        "options": options,
        "help_text": "",
        "list_id": list_id,
    }


def member(stored: StoredMember) -> Document:
    """Somebody in an audience, as the API shows them."""
    document = new_member(stored.list_id, stored.email, stored.status)
    document |= {
        "merge_fields": dict(stored.merge_fields),
        "timestamp_signup": iso(seconds(stored.signed_up_at)),
        "timestamp_opt": iso(seconds(stored.opted_at) if stored.opted_at else None),
        "last_changed": iso(seconds(stored.changed_at)),
        "language": stored.language,
        "source": stored.source,
        "member_rating": stored.rating,
        "location": _location(stored.country_code),
    }
    if stored.status == "unsubscribed":
        document["unsubscribe_reason"] = stored.reason or "None given"
    document["full_name"] = full_name(document["merge_fields"])
    return document


def saved_segment(stored: StoredSegment) -> Document:
    """A segment of those who meet a condition."""
    made = iso(seconds(stored.created_at))
    condition = {
        "condition_type": "TextMerge",
        "field": stored.tag,
        "op": "is",
        "value": stored.value,
    }
    return {
        "id": number_of("segment", stored.list_id, stored.name),
        "name": stored.name,
        "member_count": 0,
        "type": "saved",
        "created_at": made,
        "updated_at": made,
        "options": {"match": "all", "conditions": [condition]},
        "list_id": stored.list_id,
    }


def new_member(list_id: str, email: str, status: str) -> Document:
    """A member of whom only the address is known yet."""
    return {
        "id": member_hash(email),
        "email_address": email,
        "unique_email_id": short_id("email", email.lower()),
        "contact_id": contact_id(list_id, email),
        "full_name": "",
        "web_id": number_of(list_id, email.lower()),
        "email_type": "html",
        "status": status,
        "consents_to_one_to_one_messaging": True,
        "merge_fields": {},
        "interests": {},
        "stats": {"avg_open_rate": 0, "avg_click_rate": 0},
        "ip_signup": "",
        "timestamp_signup": "",
        "ip_opt": "",
        "timestamp_opt": "",
        "member_rating": 2,
        "last_changed": "",
        "language": "",
        "vip": False,
        "email_client": "",
        "location": _location(""),
        "source": "API - Generic",
        "tags_count": 0,
        "tags": [],
        "list_id": list_id,
    }


def brief_member(document: Document) -> Document:
    """A member as batches and segments show them: without the newer parts."""
    brief = {name: value for name, value in document.items() if name not in _NEWER}
    brief["location"] = {
        name: value for name, value in document["location"].items() if name != "region"
    }
    return brief


def full_name(merge_fields: Mapping[str, object]) -> str:
    """The first and the last name, as far as they are known."""
    names = (merge_fields.get("FNAME"), merge_fields.get("LNAME"))
    return " ".join(str(name) for name in names if name)


def _location(country_code: str) -> Document:
    return {
        "latitude": 0,
        "longitude": 0,
        "gmtoff": 0,
        "dstoff": 0,
        "country_code": country_code,
        "timezone": "",
        "region": "",
    }
