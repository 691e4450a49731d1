"""Audiences and campaigns of the demo company in Mailchimp's terms."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from kpiloop_sandbox.company.mailings import Mailing, Readers
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.mailchimp.objects import (
    StoredAudience,
    StoredCampaign,
    StoredField,
    StoredSegment,
)
from kpiloop_sandbox.mailchimp_seed.spelling import AUDIENCES, Ids

_OPENED_BEFORE = timedelta(days=400)
_FIELDS = (
    StoredField(tag="FNAME", name="First Name"),
    StoredField(tag="LNAME", name="Last Name"),
    StoredField(tag="COUNTRY", name="Country"),
    StoredField(tag="ADDRESS", name="Address", type="address"),
)


def audiences(options: CompanyOptions) -> Iterator[StoredAudience]:
    """One audience for each kind of readers."""
    ids = Ids(options)
    for readers in Readers:
        yield StoredAudience(
            id=ids.audience(readers),
            name=AUDIENCES[readers],
            created_at=options.start - _OPENED_BEFORE,
            fields=_FIELDS,
        )


def segments(options: CompanyOptions) -> Iterator[StoredSegment]:
    """The readers of the home market, whom a mailing may go to alone."""
    yield StoredSegment(
        list_id=Ids(options).audience(Readers.NEWSLETTER),
        name="Readers in Germany",
        tag="COUNTRY",
        value="Germany",
        created_at=options.start,
    )


def campaigns(mailings: Iterable[Mailing], options: CompanyOptions) -> Iterator[StoredCampaign]:
    """Every mailing, and the next one, which is still being written."""
    ids = Ids(options)
    for mailing in mailings:
        yield StoredCampaign(
            id=ids.campaign(mailing),
            list_id=ids.audience(mailing.readers),
            title=mailing.name,
            subjects=mailing.subjects,
            created_at=mailing.written_at,
            sent_at=mailing.sent_at,
            utm_campaign=mailing.utm_campaign,
        )
    yield StoredCampaign(
        id=f"{options.seed:010x}",
        list_id=ids.audience(Readers.NEWSLETTER),
        title="Next newsletter (draft)",
        subjects=("",),
        created_at=options.end - timedelta(days=1),
    )
