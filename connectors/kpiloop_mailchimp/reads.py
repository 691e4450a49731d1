"""Where Mailchimp's pages are.

Only members tell what changed since a moment. All else is listed whole, and most of it is short:
audiences, campaigns, reports. What is long, the activity of each recipient, is read again only for
e-mails whose report counts something else than before.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from kpiloop import Connector, Page, Read, Settings, Wire, reads
from kpiloop.web_api import Api, Params
from kpiloop_mailchimp.activity import ACTIVITY, COMPLAINTS, UNSUBSCRIBED, Reports
from kpiloop_mailchimp.client import connect
from kpiloop_mailchimp.events import Complaint, Recipient, Unsubscribe
from kpiloop_mailchimp.listing import BEGINNING, Listing, Place
from kpiloop_mailchimp.mail import ActivityTotal, MailchimpCampaign, MailchimpEmail, Report
from kpiloop_mailchimp.members import Span, cut, members
from kpiloop_mailchimp.paths import CAMPAIGNS, LISTS, REPORTS, below
from kpiloop_mailchimp.settings import MailchimpSettings
from kpiloop_mailchimp.wire import (
    KEY,
    ArchivedMember,
    Audience,
    AudiencePart,
    Member,
    in_audience,
    member_row,
    needed,
)

_ARCHIVED: Params = {"status": "archived"}


def _audiences(connector: "Mailchimp", _read: Read) -> Sequence[str]:
    listing = Listing(api=connector.api, path=LISTS, rows="lists", params={"fields": "lists.id"})
    return [str(row.get("id", "")) for chunk in listing.chunks() for row in chunk.rows]


def _spans(status: Params) -> "Callable[[Mailchimp, Read], Sequence[str]]":
    def cut_all(connector: "Mailchimp", read: Read) -> Sequence[str]:
        return [
            str(span)
            for audience in _audiences(connector, read)
            for span in cut(connector.api, audience, read.window, status)
        ]

    return cut_all


class Mailchimp(Connector[MailchimpSettings]):
    """Mailchimp: audiences and their members, e-mails, and what became of these."""

    name: ClassVar[str] = "mailchimp"
    settings_type: ClassVar[type[Settings]] = MailchimpSettings

    threads: ClassVar[int] = 10

    def connect(self) -> Api:
        """The client, with Mailchimp's limit of connections."""
        return connect(self.settings, self.source)

    @reads(Audience)
    def audiences(self, read: Read) -> Iterator[Page]:
        """All audiences."""
        return self._listed(LISTS, "lists", read, (Audience,))

    @reads(AudiencePart, slices=_audiences)
    def segments(self, read: Read) -> Iterator[Page]:
        """Tags and saved filters of each audience."""
        listing = self._listing(below(LISTS, read.slice, "segments"), "segments")
        for chunk in listing.chunks(Place.of(read.checkpoint, BEGINNING)):
            rows = [{**row, KEY: in_audience(read.slice, row.get("id"))} for row in chunk.rows]
            yield Page.rows(rows, checkpoint=chunk.checkpoint)

    @reads(Member, cursor="modified", slices=_spans({}))
    def members(self, read: Read) -> Iterator[Page]:
        """Members that changed, but for archived ones, which Mailchimp leaves out."""
        return self._members(read, Member, {})

    @reads(ArchivedMember, cursor="modified", slices=_spans(_ARCHIVED), absent="kept")
    def archived_members(self, read: Read) -> Iterator[Page]:
        """Members that were archived; one that comes back is among the members again."""
        return self._members(read, ArchivedMember, _ARCHIVED)

    @reads(MailchimpCampaign, MailchimpEmail)
    def campaigns(self, read: Read) -> Iterator[Page]:
        """All campaigns, oldest first: a new one is put behind those that were read."""
        order: Params = {"sort_field": "create_time", "sort_dir": "ASC"}
        models = (MailchimpCampaign, MailchimpEmail)
        return self._listed(CAMPAIGNS, "campaigns", read, models, order)

    @reads(Report)
    def reports(self, read: Read) -> Iterator[Page]:
        """The totals of each e-mail that was sent."""
        return self._listed(REPORTS, "reports", read, (Report,), _SHORT_REPORT)

    @reads(ActivityTotal)
    def activity_totals(self, read: Read) -> Iterator[Page]:
        """How much happened to each e-mail: where that changes, its activity is read."""
        return self._listed(REPORTS, "reports", read, (ActivityTotal,), _SHORT_REPORT)

    @reads(Recipient, follows="activity_totals", ids_per_slice=1)
    def email_activity(self, read: Read) -> Iterator[Page]:
        """Every recipient of the e-mails to which something happened."""
        return Reports(api=self.api, part=ACTIVITY).pages(read)

    @reads(Unsubscribe, follows="reports", ids_per_slice=100)
    def unsubscribes(self, read: Read) -> Iterator[Page]:
        """Who unsubscribed, of the e-mails where somebody did."""
        return Reports(api=self.api, part=UNSUBSCRIBED).pages(read)

    @reads(Complaint, follows="reports", ids_per_slice=100)
    def complaints(self, read: Read) -> Iterator[Page]:
        """Who reported spam, of the e-mails where somebody did."""
        return Reports(api=self.api, part=COMPLAINTS).pages(read)

    def _members(self, read: Read, model: type[Wire], status: Params) -> Iterator[Page]:
        span = Span.parse(read.slice)
        fields = {"fields": needed("members", read.fields.get(model, ()))}
        for chunk in members(self.api, span, {**status, **fields}).from_checkpoint(read.checkpoint):
            rows = [member_row(span.audience, row) for row in chunk.rows]
            yield Page.rows(rows, checkpoint=chunk.checkpoint)

    def _listed(
        self,
        path: str,
        rows: str,
        read: Read,
        models: Sequence[type[Wire]],
        params: Params | None = None,
    ) -> Iterator[Page]:
        """A whole list, each page once for each wire model; only the last one ends it."""
        for chunk in self._listing(path, rows, params).chunks(Place.of(read.checkpoint, BEGINNING)):
            for model in models:
                checkpoint = chunk.checkpoint if model is models[-1] else None
                yield Page.rows(chunk.rows, of=model, checkpoint=checkpoint)

    def _listing(self, path: str, rows: str, params: Params | None = None) -> Listing:
        left_out = {"exclude_fields": f"_links,{rows}._links"}
        return Listing(api=self.api, path=path, rows=rows, params={**left_out, **(params or {})})


_SHORT_REPORT: Params = {
    "exclude_fields": "_links,reports._links,reports.timeseries,reports.timewarp"
}
