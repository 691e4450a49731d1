"""The forms of the company's website, and who sent them.

Every person has a stream of chance of their own for it, far from those of the accounts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.market import OWN_DOMAIN
from kpiloop_sandbox.company.model import Channel, Person, Source, Stage
from kpiloop_sandbox.company.options import CompanyOptions

_STREAMS = 6 << 36
_ASKS_BEFORE_MQL = 0.55
_MINUTES_BEFORE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of the website; `kind` is what people want by it."""

    key: int
    name: str
    kind: str
    page: str
    is_thanked_for: bool = True
    """Whether the account sends an e-mail for it; what another program runs, that one does."""


NEWSLETTER = Form(key=1, name="Newsletter", kind="newsletter", page="/newsletter")
GUIDE = Form(key=2, name="Download the guide", kind="content", page="/guide")
CONTACT = Form(key=3, name="Contact us", kind="inquiry", page="/contact")
DEMO = Form(key=4, name="Request a demo", kind="inquiry", page="/demo")
WEBINAR = Form(
    key=5,
    name="Register for the webinar",
    kind="application",
    page="/webinar",
    is_thanked_for=False,
)
FORMS = (NEWSLETTER, GUIDE, CONTACT, DEMO, WEBINAR)
_AT_A_WEBINAR = "webinar"
_FIRST_FORM = {Stage.SUBSCRIBER: NEWSLETTER, Stage.LEAD: GUIDE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Somebody sent a form; `place` counts a person's submissions from 0."""

    person: Person
    place: int
    form: Form
    source: Source
    at: datetime


def submissions_of(person: Person, options: CompanyOptions) -> Iterator[Submission]:
    """The forms by which a person turned up and asked for more, oldest first.

    Who came by a fair was typed in by hand, and so were the company's own people; who came by a
    webinar had registered for it.
    """
    source, email = person.source, person.email
    if email is None or email.endswith(f"@{OWN_DOMAIN}"):
        return
    if source.channel is Channel.EVENTS:
        if source.detail == _AT_A_WEBINAR:
            at = person.created_at
            yield Submission(person=person, place=0, form=WEBINAR, source=source, at=at)
        return
    chance = Chance(options.seed, _STREAMS + person.key)
    first, *later = person.stages
    form = _FIRST_FORM.get(Stage(first.stage), DEMO)
    yield Submission(person=person, place=0, form=form, source=person.source, at=person.created_at)
    asks = chance.happens(_ASKS_BEFORE_MQL)
    minutes = 1 + chance.below(_MINUTES_BEFORE)
    inquiry = CONTACT if chance.happens(0.5) else DEMO
    mql = next((step.at for step in later if step.stage == Stage.MQL), None)
    if mql is None or not asks:
        return
    # The form made them an MQL, but nobody sends a second one before the first.
    at = max(mql - timedelta(minutes=minutes), person.created_at + timedelta(seconds=1))
    if at < options.end:
        direct = Source(channel=Channel.DIRECT, detail="")
        yield Submission(person=person, place=1, form=inquiry, source=direct, at=at)
