"""Calls, meetings and answers to surveys, which an account may lack.

Ids of calls and meetings come from one row of numbers, that of HubSpot's engagements, so that one
table holds both. Whom they are with is an association, which a merge or an archived contact changes
without touching the activity: like those of deals, they are read every time, 1,000 a call.
"""

from collections.abc import Iterator, Sequence

from kpiloop import Connector, Read, reads
from kpiloop.web_api import Page
from kpiloop_hubspot.batches import ASSOCIATION_BATCH, associations
from kpiloop_hubspot.objects import archived, changed, id_ranges
from kpiloop_hubspot.search import CALLS, MEETINGS, SURVEYS
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_hubspot.wire_activities import (
    ActivityCompanies,
    ActivityContacts,
    ActivityDeals,
    ArchivedActivity,
    HubspotCall,
    HubspotMeeting,
    HubspotSurveyResponse,
)

LINKS = (ActivityContacts, ActivityCompanies, ActivityDeals)


def _archived_types(_connector: "ActivityReads", _read: Read) -> Sequence[str]:
    return (CALLS.name, MEETINGS.name)


class ActivityReads(Connector[HubspotSettings]):
    """Calls, meetings and answers to surveys."""

    @reads(HubspotCall, cursor="modified", slices=id_ranges(CALLS), optional=True)
    def calls(self, read: Read) -> Iterator[Page]:
        """Calls that changed."""
        return changed(self.api, CALLS, read)

    @reads(HubspotMeeting, cursor="modified", slices=id_ranges(MEETINGS), optional=True)
    def meetings(self, read: Read) -> Iterator[Page]:
        """Meetings that changed."""
        return changed(self.api, MEETINGS, read)

    @reads(*LINKS, each="calls", ids_per_slice=ASSOCIATION_BATCH, optional=True)
    def call_links(self, read: Read) -> Iterator[Page]:
        """Whom calls were with."""
        return associations(self.api, CALLS.name, read, LINKS)

    @reads(*LINKS, each="meetings", ids_per_slice=ASSOCIATION_BATCH, optional=True)
    def meeting_links(self, read: Read) -> Iterator[Page]:
        """Who was in meetings."""
        return associations(self.api, MEETINGS.name, read, LINKS)

    @reads(ArchivedActivity, slices=_archived_types, absent="kept", optional=True)
    def archived_activities(self, read: Read) -> Iterator[Page]:
        """Calls and meetings in the recycling bin."""
        return archived(self.api, read.slice, read, ArchivedActivity)

    @reads(HubspotSurveyResponse, cursor="modified", slices=id_ranges(SURVEYS), optional=True)
    def survey_responses(self, read: Read) -> Iterator[Page]:
        """Answers to surveys that came or changed."""
        return changed(self.api, SURVEYS, read)
