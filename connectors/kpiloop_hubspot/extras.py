"""What an account may lack, by its plan or because HubSpot retired it: read where it is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kpiloop_hubspot.page_views import VISITED_PAGE
from kpiloop_hubspot.paths import (
    CURRENCIES,
    EMAIL_EVENTS,
    EMAILS,
    EVENTS,
    FORMS,
    OBJECTS,
    TRAFFIC,
)

_ONE = MappingProxyType({"limit": "1"})
_A_DAY = "20260101"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """Something that is read where the account has it, and the smallest question that tells."""

    what: str
    streams: str
    scope: str
    path: str
    params: Mapping[str, str] = field(default_factory=lambda: _ONE)


EXTRAS = (
    Extra(
        what="calls",
        streams="calls, call_links",
        scope="crm.objects.contacts.read",
        path=OBJECTS.at("calls"),
    ),
    Extra(
        what="meetings",
        streams="meetings, meeting_links",
        scope="crm.objects.contacts.read",
        path=OBJECTS.at("meetings"),
    ),
    Extra(
        what="answers to surveys",
        streams="survey_responses",
        scope="crm.objects.feedback_submissions.read",
        path=OBJECTS.at("feedback_submissions"),
    ),
    Extra(
        what="products",
        streams="products",
        scope="crm.objects.products.read",
        path=OBJECTS.at("products"),
    ),
    Extra(
        what="orders",
        streams="orders, order_links, order_lines, archived_orders",
        scope="crm.objects.orders.read",
        path=OBJECTS.at("orders"),
    ),
    Extra(
        what="what was ordered",
        streams="order_lines",
        scope="crm.objects.line_items.read",
        path=OBJECTS.at("line_items"),
    ),
    Extra(
        what="exchange rates",
        streams="exchange_rates",
        scope="settings.currencies.read",
        path=CURRENCIES.at("exchange-rates"),
    ),
    Extra(
        what="forms",
        streams="form_submissions",
        scope="forms",
        path=FORMS.at("forms"),
    ),
    Extra(
        what="marketing e-mails",
        streams="emails, email_totals",
        scope="content",
        path=EMAILS.at(),
    ),
    Extra(
        what="e-mail events",
        streams="email_events",
        scope="content",
        path=EMAIL_EVENTS.at("events"),
        params=MappingProxyType({"limit": "1", "eventType": "SENT"}),
    ),
    Extra(
        what="page views of contacts, which take an Enterprise plan",
        streams="page_views",
        scope="oauth",
        path=EVENTS.at(),
        params=MappingProxyType({"limit": "1", "eventType": VISITED_PAGE}),
    ),
    Extra(
        what="traffic",
        streams="traffic",
        scope="business-intelligence",
        path=TRAFFIC.at("reports", "totals", "summarize", "daily"),
        params=MappingProxyType({"start": _A_DAY, "end": _A_DAY}),
    ),
)
