"""The website's forms in HubSpot, and the e-mail that thanks for each submission."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.forms import FORMS, Form, Submission
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.objects import StoredEmail, StoredForm
from kpiloop_sandbox.hubspot.routes.email_events import events_of
from kpiloop_sandbox.hubspot.routes.forms import submissions_of
from kpiloop_sandbox.hubspot.times import to_ms

_SITE = "https://www.acme.example"
_FIRST_EMAIL, _FIRST_CAMPAIGN = 190_000_000_000, 310_000_000
_STREAMS = 7 << 36
_PLACES = 4
_BOUNCES, _SOFT = 0.02, 0.4
_OPENS, _BY_MACHINE, _CLICKS = 0.55, 0.18, 0.3
_COUNTERS = {"SENT": "sent", "DELIVERED": "delivered", "OPEN": "open", "CLICK": "click"}


def form_id(form: Form, options: CompanyOptions) -> str:
    """The form's GUID."""
    return str(uuid5(NAMESPACE_URL, f"{options.seed}/form/{form.key}"))


def forms(options: CompanyOptions) -> Iterator[StoredForm]:
    """The forms, and one for comments on the blog, whose submissions cannot be read."""
    for form in FORMS:
        yield StoredForm(id=form_id(form, options), name=form.name, created_at=options.start)
    comments = str(uuid5(NAMESPACE_URL, f"{options.seed}/form/comments"))
    yield StoredForm(
        id=comments, name="Comments", created_at=options.start, form_type="blog_comment"
    )


def submission(sent: Submission, options: CompanyOptions) -> Happening:
    """One submission with what was typed in, and the page with its campaign."""
    form, person, source = form_id(sent.form, options), sent.person, sent.source
    typed = {
        "email": person.email or "",
        "firstname": person.first_name,
        "lastname": person.last_name,
    }
    campaign = {
        "utm_source": source.utm_source,
        "utm_medium": source.utm_medium,
        "utm_campaign": source.utm_campaign,
    }
    query = f"?{urlencode(campaign)}" if source.utm_campaign else ""
    return Happening(
        collection=submissions_of(form),
        at=to_ms(sent.at),
        id=str(uuid5(NAMESPACE_URL, f"{form}/{person.key}/{sent.place}")),
        body={
            "values": [
                {"name": name, "value": value, "objectTypeId": "0-1"}
                for name, value in typed.items()
            ],
            "pageUrl": f"{_SITE}{sent.form.page}{query}",
        },
    )


class Thanks:
    """The e-mails that thank for submissions; HubSpot counts while they are sent."""

    def __init__(self, options: CompanyOptions) -> None:
        self._options = options
        self._counted: dict[int, Counter[str]] = defaultdict(Counter)

    def events(self, sent: Submission) -> Iterator[Happening]:
        """What became of the e-mail to one sender."""
        if not sent.form.is_thanked_for:
            return
        chance = Chance(self._options.seed, _STREAMS + sent.person.key * _PLACES + sent.place)
        bounces, opens, clicks = (chance.share() for _ in range(3))
        yield from self._event(sent, "SENT", 1)
        yield from self._leaving(sent)
        if bounces < _BOUNCES:
            status = "4.2.2" if bounces < _BOUNCES * _SOFT else "5.1.1"
            yield from self._event(sent, "BOUNCE", 2, status=status)
            return
        yield from self._event(sent, "DELIVERED", 2)
        if opens < _BY_MACHINE:
            yield from self._event(sent, "OPEN", 3, filteredEvent=True)
        if opens < _OPENS:
            minutes = 5 + int(opens * 600)
            yield from self._event(sent, "OPEN", minutes, filteredEvent=False)
            if clicks < _CLICKS:
                link = f"{_SITE}{sent.form.page}/next"
                yield from self._event(sent, "CLICK", minutes + 1, filteredEvent=False, url=link)

    def emails(self) -> Iterator[StoredEmail]:
        """An e-mail for each form that is thanked for, with all that was counted, and a draft."""
        for form in (each for each in FORMS if each.is_thanked_for):
            counted = self._counted[form.key]
            yield StoredEmail(
                id=str(_FIRST_EMAIL + form.key),
                name=f"Thanks: {form.name}",
                subject=f"Thank you: {form.name}",
                campaign_id=_FIRST_CAMPAIGN + form.key,
                created_at=self._options.start,
                publish_at=self._options.start,
                type="AUTOMATED_EMAIL",
                subcategory="automated",
                counters=dict(counted),
            )
        yield StoredEmail(
            id=str(_FIRST_EMAIL),
            name="An idea",
            subject="",
            campaign_id=_FIRST_CAMPAIGN,
            created_at=self._options.start,
            publish_at=self._options.start,
            state="DRAFT",
        )

    def _leaving(self, sent: Submission) -> Iterator[Happening]:
        """Who opts out does it by the first e-mail that they got."""
        at = sent.person.opted_out_at
        if at is None or sent.place:
            return
        self._counted[sent.form.key]["unsubscribed"] += 1
        yield _happened(sent, "STATUSCHANGE", at, {"portalSubscriptionStatus": "UNSUBSCRIBED"})

    def _event(
        self, sent: Submission, kind: str, minutes: int, **more: object
    ) -> Iterator[Happening]:
        at = sent.at + timedelta(minutes=minutes)
        if at >= self._options.end:
            return
        if not more.get("filteredEvent"):
            self._count(sent.form, kind, str(more.get("status", "")))
        yield _happened(sent, kind, at, more)

    def _count(self, form: Form, kind: str, status: str) -> None:
        counted = self._counted[form.key]
        if kind == "BOUNCE":
            counted["bounce"] += 1
            counted["hardbounced" if status.startswith("5") else "softbounced"] += 1
        else:
            counted[_COUNTERS[kind]] += 1


def _happened(sent: Submission, kind: str, at: datetime, more: Mapping[str, object]) -> Happening:
    email = _FIRST_CAMPAIGN + sent.form.key
    key = f"{email}/{sent.person.key}/{sent.place}/{kind}/{at.isoformat()}"
    return Happening(
        collection=events_of(kind),
        at=to_ms(at),
        id=str(uuid5(NAMESPACE_URL, key)),
        body={"recipient": sent.person.email, "emailCampaignId": email, **more},
    )
