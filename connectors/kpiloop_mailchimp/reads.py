"""Where Mailchimp's pages are.

Only members tell what changed since a moment. All else is listed whole, and most of it is short:
audiences, campaigns, reports. What is long, the activity of each recipient, is read again only for
e-mails whose report counts something else than before.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from kpiloop import (
    Account,
    ChannelRule,
    Check,
    Connector,
    NotFoundError,
    Page,
    Read,
    Settings,
    Wire,
    reads,
)
from kpiloop.web_api import Api, Params
from kpiloop_mailchimp.activity import (
    ACTIVITY,
    COMPLAINTS,
    SENT_TO,
    UNSUBSCRIBED,
    Activity,
    Reports,
)
from kpiloop_mailchimp.checks import account, checks
from kpiloop_mailchimp.client import connect
from kpiloop_mailchimp.events import Complaint, Recipient, Sending, Unsubscribe
from kpiloop_mailchimp.example import EXAMPLE
from kpiloop_mailchimp.listing import BEGINNING, Listing, Place, rows_of
from kpiloop_mailchimp.mail import TESTS, ActivityTotal, MailchimpCampaign, MailchimpEmail, Report
from kpiloop_mailchimp.members import SEPARATOR, Span, cut, members
from kpiloop_mailchimp.outreach import (
    Automation,
    AutomationEmail,
    FacebookAd,
    FacebookEcho,
    LandingPage,
    Score,
    Submission,
    submission_row,
)
from kpiloop_mailchimp.paths import (
    AUTOMATIONS,
    CAMPAIGNS,
    FACEBOOK_ADS,
    LANDING_PAGES,
    LISTS,
    REPORTS,
    STORES,
    SURVEYS,
    below,
)
from kpiloop_mailchimp.settings import MailchimpSettings
from kpiloop_mailchimp.shop import StoreCustomer, StoreOrder, StoreProduct
from kpiloop_mailchimp.wire import (
    KEY,
    ArchivedMember,
    Audience,
    AudiencePart,
    Member,
    MemberTags,
    in_account,
    needed,
)

_ARCHIVED: Params = {"status": "archived"}
_EVERYBODY: Params = {
    f"include_{status}": True for status in ("cleaned", "transactional", "unsubscribed")
}
"""For counts of those whom the members tell: without, Mailchimp counts subscribers alone."""


def _ids_in(path: str, rows: str) -> "Callable[[Mailchimp, Read], Sequence[str]]":
    def ids(connector: "Mailchimp", _read: Read) -> Sequence[str]:
        listing = Listing(api=connector.api, path=path, rows=rows, params={"fields": f"{rows}.id"})
        return [str(row.get("id", "")) for chunk in listing.chunks() for row in chunk.rows]

    return ids


_audiences = _ids_in(LISTS, "lists")


def _surveys(connector: "Mailchimp", _read: Read) -> Sequence[str]:
    fields: Params = {"fields": "surveys.id,surveys.list_id"}
    listing = Listing(api=connector.api, path=SURVEYS, rows="surveys", params=fields)
    rows = [row for chunk in listing.chunks() for row in chunk.rows]
    return [f"{row.get('list_id', '')}{SEPARATOR}{row.get('id', '')}" for row in rows]


def _spans(status: Params) -> "Callable[[Mailchimp, Read], Sequence[str]]":
    def cut_all(connector: "Mailchimp", read: Read) -> Sequence[str]:
        spans: list[str] = []
        for audience in _audiences(connector, read):
            with suppress(NotFoundError):  # it may have been deleted since it was listed
                spans += map(str, cut(connector.api, audience, read.window, status))
        return spans

    return cut_all


def _tagged_spans(connector: "Mailchimp", read: Read) -> Sequence[str]:
    """The spans of the audiences that have tags at all."""
    spans = _spans({})(connector, read)
    audiences = {Span.parse(each).audience for each in spans}
    tagged = {each for each in audiences if _has_tags(connector.api, each)}
    return [each for each in spans if Span.parse(each).audience in tagged]


def _has_tags(api: Api, audience: str) -> bool:
    params: Params = {"type": "static", "count": 1, "fields": "segments.id"}
    with suppress(NotFoundError):
        return bool(rows_of(api.get(below(LISTS, audience, "segments"), params), "segments"))
    return False


class Mailchimp(Connector[MailchimpSettings]):
    """Mailchimp: audiences and their members, e-mails, and what became of these."""

    name: ClassVar[str] = "mailchimp"
    settings_type: ClassVar[type[Settings]] = MailchimpSettings

    # Two more than connections, so that none is idle while a page is taken in.
    threads: ClassVar[int] = 12

    # Most sources name the form or the app that wrote somebody down, not where they came from.
    example: ClassVar[str] = EXAMPLE

    default_channels: ClassVar[tuple[ChannelRule, ...]] = (
        ChannelRule(channel="paid_social", where="original_source LIKE 'Facebook%'"),
        ChannelRule(channel="offline", where="original_source IN ('Admin Add', 'Import')"),
    )

    def connect(self) -> Api:
        """The client, with Mailchimp's limit of connections."""
        return connect(self.settings, self.source)

    def checks(self) -> Iterator[Check]:
        """The key, the account, and each part of it that is read."""
        return checks(self.api)

    def account(self) -> Account:
        """The account's time zone and clock."""
        return account(self.api)

    @reads(Audience)
    def audiences(self, read: Read) -> Iterator[Page]:
        """All audiences."""
        return self._listed(LISTS, "lists", read, (Audience,))

    @reads(AudiencePart, slices=_audiences)
    def segments(self, read: Read) -> Iterator[Page]:
        """Tags and saved filters of each audience, with all whom they hold."""
        listing = self._listing(below(LISTS, read.slice, "segments"), "segments", _EVERYBODY)
        for chunk in listing.while_there(Place.of(read.checkpoint, BEGINNING)):
            rows = [{**row, KEY: in_account(read.slice, row.get("id"))} for row in chunk.rows]
            yield Page.rows(rows, checkpoint=chunk.checkpoint)

    @reads(Member, cursor="modified", slices=_spans({}))
    def members(self, read: Read) -> Iterator[Page]:
        """Members that changed, but for archived ones, which Mailchimp leaves out."""
        return self._members(read, Member, {})

    @reads(ArchivedMember, cursor="modified", slices=_spans(_ARCHIVED), absent="kept")
    def archived_members(self, read: Read) -> Iterator[Page]:
        """Members that were archived; one that comes back is among the members again."""
        return self._members(read, ArchivedMember, _ARCHIVED)

    @reads(MemberTags, slices=_tagged_spans)
    def member_tags(self, read: Read) -> Iterator[Page]:
        """Who bears which tag, of everybody: nothing says that a tag was taken away."""
        return self._members(read, MemberTags, {})

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
        """What happened to each e-mail, in one number: where it changes, the lists are read."""
        return self._listed(REPORTS, "reports", read, (ActivityTotal,), _SHORT_REPORT)

    @reads(Recipient, follows="activity_totals", ids_per_slice=1)
    def email_activity(self, read: Read) -> Iterator[Page]:
        """Every recipient of the e-mails to which something happened."""
        listing = Activity if self.settings.tell_machines else Listing
        return Reports(api=self.api, part=ACTIVITY, listing=listing).pages(read)

    @reads(Unsubscribe, follows="activity_totals", ids_per_slice=100)
    def unsubscribes(self, read: Read) -> Iterator[Page]:
        """Who unsubscribed, of the e-mails to which something happened."""
        return Reports(api=self.api, part=UNSUBSCRIBED).pages(read)

    @reads(Complaint, follows="activity_totals", ids_per_slice=100)
    def complaints(self, read: Read) -> Iterator[Page]:
        """Who reported spam, of the e-mails to which something happened."""
        return Reports(api=self.api, part=COMPLAINTS).pages(read)

    @reads(Sending, follows="campaigns", ids_per_slice=10)
    def variants(self, read: Read) -> Iterator[Page]:
        """Who got which variant, of the e-mails that test some against each other."""
        tests = tuple(each for each in read.ids if self._is_test(each))
        return Reports(api=self.api, part=SENT_TO).pages(replace(read, ids=tests))

    @reads(Automation, optional=True)
    def automations(self, read: Read) -> Iterator[Page]:
        """Classic automations."""
        return self._listed(AUTOMATIONS, "automations", read, (Automation,))

    @reads(AutomationEmail, slices=_ids_in(AUTOMATIONS, "automations"), optional=True)
    def automation_emails(self, read: Read) -> Iterator[Page]:
        """The e-mails of each automation; a short list without pages."""
        with suppress(NotFoundError):
            answer = self.api.get(below(AUTOMATIONS, read.slice, "emails"))
            yield Page.rows(rows_of(answer, "emails"))

    @reads(StoreProduct, slices=_ids_in(STORES, "stores"), optional=True)
    def products(self, read: Read) -> Iterator[Page]:
        """The products of each store."""
        return self._of_store("products", read)

    @reads(StoreCustomer, slices=_ids_in(STORES, "stores"), optional=True)
    def customers(self, read: Read) -> Iterator[Page]:
        """Who bought in each store; nothing says what changed."""
        return self._of_store("customers", read)

    @reads(StoreOrder, slices=_ids_in(STORES, "stores"), optional=True)
    def orders(self, read: Read) -> Iterator[Page]:
        """The orders of each store with their lines; nothing says what changed."""
        return self._of_store("orders", read)

    @reads(LandingPage, absent="kept", optional=True)
    def landing_pages(self, read: Read) -> Iterator[Page]:
        """Traffic of landing pages by day; what is older than a week is told no more."""
        return self._listed(LANDING_PAGES, "landing_pages", read, (LandingPage,))

    @reads(Submission, slices=_surveys, optional=True)
    def survey_responses(self, read: Read) -> Iterator[Page]:
        """Who answered each survey."""
        audience, survey = read.slice.split(SEPARATOR)
        path, key = below(SURVEYS, survey, "responses"), ("response_id",)
        listing = Listing(api=self.api, path=path, rows="responses", keys=key)
        kind = self.settings.surveys.get(survey)
        for chunk in listing.while_there(Place.of(read.checkpoint, BEGINNING)):
            rows = [submission_row(audience, survey, kind, row) for row in chunk.rows]
            yield Page.rows(rows, checkpoint=chunk.checkpoint)

    @reads(Score, follows="survey_responses", ids_per_slice=50)
    def survey_scores(self, read: Read) -> Iterator[Page]:
        """What was answered, one call for each new answer."""
        for answer_id in read.ids:
            survey, response = answer_id.split(":")
            with suppress(NotFoundError):
                answer = self.api.get(below(SURVEYS, survey, "responses", response))
                yield Page.rows([{"results": answer.find("results"), KEY: answer_id}])

    @reads(FacebookAd, FacebookEcho, optional=True)
    def facebook_ads(self, read: Read) -> Iterator[Page]:
        """Advertisements that were bought through Mailchimp, and what came back on them."""
        return self._listed(FACEBOOK_ADS, "facebook_ads", read, (FacebookAd, FacebookEcho))

    def _is_test(self, campaign: str) -> bool:
        try:
            answer = self.api.get(below(CAMPAIGNS, campaign), {"fields": "type"})
        except NotFoundError:
            return False
        return answer.find("type") in TESTS

    def _of_store(self, what: str, read: Read) -> Iterator[Page]:
        listing = self._listing(below(STORES, read.slice, what), what)
        for chunk in listing.while_there(Place.of(read.checkpoint, BEGINNING)):
            rows = [{**row, KEY: in_account(read.slice, row.get("id"))} for row in chunk.rows]
            yield Page.rows(rows, checkpoint=chunk.checkpoint)

    def _members(self, read: Read, model: type[Wire], status: Params) -> Iterator[Page]:
        span = Span.parse(read.slice)
        fields = {"fields": needed("members", read.fields.get(model, ()))}
        for chunk in members(self.api, span, {**status, **fields}).from_checkpoint(read.checkpoint):
            yield chunk.page(of=model, checkpoint=chunk.checkpoint)

    def _listed(
        self,
        path: str,
        rows: str,
        read: Read,
        models: Sequence[type[Wire]],
        params: Params | None = None,
    ) -> Iterator[Page]:
        """A whole list, each page once for each wire model; only the last one ends it."""
        listing = self._listing(path, rows, params)
        for chunk in listing.chunks(Place.of(read.checkpoint, BEGINNING)):
            for model in models:
                checkpoint = chunk.checkpoint if model is models[-1] else None
                yield Page.rows(chunk.rows, of=model, checkpoint=checkpoint)

    def _listing(self, path: str, rows: str, params: Params | None = None) -> Listing:
        wanted: Params = {"exclude_fields": f"_links,{rows}._links", **(params or {})}
        return Listing(api=self.api, path=path, rows=rows, params=wanted)


_SHORT_REPORT: Params = {
    "exclude_fields": "_links,reports._links,reports.timeseries,reports.timewarp"
}
