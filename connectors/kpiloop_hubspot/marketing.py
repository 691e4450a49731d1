"""Marketing e-mails, what became of them, forms, page views and traffic, as far as there are."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from kpiloop import Connector, Read, reads
from kpiloop.web_api import Page
from kpiloop_hubspot.email_events import EmailEvents
from kpiloop_hubspot.forms import forms, submissions
from kpiloop_hubspot.objects import LIST_PAGE, NEXT
from kpiloop_hubspot.page_views import page_views, view_spans
from kpiloop_hubspot.paths import EMAILS
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_hubspot.traffic import spans, traffic
from kpiloop_hubspot.wire_marketing import (
    KINDS_OF_EVENT,
    EmailStatistics,
    HubspotEmail,
    HubspotEmailEvent,
    HubspotSubmission,
    HubspotTraffic,
)
from kpiloop_hubspot.wire_web import HubspotPageView


def _forms(connector: "MarketingReads", _read: Read) -> Sequence[str]:
    return [str(form) for form in forms(connector.api)]


def _event_types(_connector: "MarketingReads", _read: Read) -> Sequence[str]:
    return tuple(KINDS_OF_EVENT)


def _spans(connector: "MarketingReads", read: Read) -> Sequence[str]:
    return spans(read.window, connector.settings.traffic_days)


def _view_spans(connector: "MarketingReads", read: Read) -> Sequence[str]:
    return view_spans(read.window, connector.settings.traffic_days)


class MarketingReads(Connector[HubspotSettings]):
    """Marketing e-mails, form submissions, page views and traffic."""

    @cached_property
    def _email_events(self) -> EmailEvents:
        return EmailEvents(self.api)

    @reads(HubspotSubmission, cursor="created", slices=_forms, absent="kept", optional=True)
    def form_submissions(self, read: Read) -> Iterator[Page]:
        """Submissions of every form that came since; earlier ones never change."""
        return submissions(self.api, read)

    @reads(HubspotEmail, optional=True)
    def emails(self, read: Read) -> Iterator[Page]:
        """Marketing e-mails, all of them: with their statistics HubSpot leaves some out."""
        return self._listed(read, with_statistics=False)

    @reads(EmailStatistics, absent="kept", optional=True)
    def email_totals(self, read: Read) -> Iterator[Page]:
        """What HubSpot counts of its e-mails, in a pass of its own."""
        return self._listed(read, with_statistics=True)

    @reads(HubspotEmailEvent, cursor="created", slices=_event_types, absent="kept", optional=True)
    def email_events(self, read: Read) -> Iterator[Page]:
        """What became of e-mails at each recipient; HubSpot may forget old events."""
        return self._email_events.pages(read)

    @reads(HubspotTraffic, cursor="created", slices=_spans, absent="kept", optional=True)
    def traffic(self, read: Read) -> Iterator[Page]:
        """Views, visits and visitors by day."""
        return traffic(self.api, read)

    @reads(HubspotPageView, cursor="created", slices=_view_spans, absent="kept", optional=True)
    def page_views(self, read: Read) -> Iterator[Page]:
        """Which pages contacts viewed."""
        return page_views(self.api, read)

    def _listed(self, read: Read, *, with_statistics: bool) -> Iterator[Page]:
        return self.api.pages(
            EMAILS.at(),
            {"limit": LIST_PAGE, "includeStats": str(with_statistics).lower()},
            rows="results",
            cursor=NEXT,
            start=read.checkpoint,
        )
