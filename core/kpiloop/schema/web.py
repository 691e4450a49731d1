"""What happens on the web: page views, traffic that a system only tells in sums, and forms."""

from typing import ClassVar

from kpiloop.schema.fields import Day, Instant, Text, Whole
from kpiloop.schema.record import Record


class PageView(Record):
    """One view of one page."""

    entity: ClassVar[str] = "page_views"
    singular: ClassVar[str] = "page_view"

    page: Text = None
    """The path, without query and host."""
    visitor_id: Text = None
    """Who it is, as far as the system can tell one visitor from another."""
    visit_id: Text = None
    ip: Text = None
    contact_id: Text = None
    original_source: Text = None
    utm_source: Text = None
    utm_medium: Text = None
    utm_campaign: Text = None
    referrer: Text = None
    country: Text = None
    form_id: Text = None
    variant: Text = None
    viewed_at: Instant = None


class TrafficPeriod(Record):
    """Traffic over a span of days, both included, at the grain at which the system tells it.

    Visitors of several periods are never added up: the same person may be in each.
    """

    entity: ClassVar[str] = "traffic_periods"
    singular: ClassVar[str] = "traffic_period"

    first_day: Day = None
    last_day: Day = None
    breakdown: Text = None
    """What the row is of: total, source, page, campaign or country."""
    original_source: Text = None
    page: Text = None
    utm_campaign: Text = None
    country: Text = None
    page_views: Whole = None
    visits: Whole = None
    visitors: Whole = None
    contacts: Whole = None
    """Visitors who became known."""


class FormSubmission(Record):
    """Somebody sent a form."""

    entity: ClassVar[str] = "form_submissions"
    singular: ClassVar[str] = "form_submission"

    form_id: Text = None
    form_name: Text = None
    kind: Text = None
    """inquiry, content, application, newsletter or whatever the settings call it."""
    variant: Text = None
    page: Text = None
    contact_id: Text = None
    email: Text = None
    utm_campaign: Text = None
    original_source: Text = None
    product: Text = None
    submitted_at: Instant = None
