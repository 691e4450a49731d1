"""Who reads the mailings, and what they do with them: people of the company, and some others.

Every reader has a stream of chance of their own, far from those of the accounts, so that the
rest of the company is what it would be without them. The e-mail system knows a few people whom
the CRM does not, spells some addresses otherwise, and has not heard of every opt-out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.mailings import Mailing, Readers
from kpiloop_sandbox.company.market import COUNTRIES, PRIVATE_DOMAINS
from kpiloop_sandbox.company.model import Channel, Person, Stage
from kpiloop_sandbox.company.names import (
    FIRST_NAMES,
    LAST_NAMES,
    PLAIN_FIRST_NAMES,
    PLAIN_LAST_NAMES,
)
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.reading import Delivery, Habit, Lapse, deliver, habit_of

_PEOPLE_STREAMS = 3 << 36
_STRANGER_STREAMS = 4 << 36
_PEOPLE_PER_STRANGER = 12
_SIGNS_UP = 0.55
_SIGNS_UP_WITHIN = timedelta(days=2)
_UNHEARD_OPT_OUTS = 0.1
_STILL_PENDING = 0.02
_ARCHIVED_WITH_CRM = 0.5
_ODD_CASE_EVERY, _ODD_CASE_PLACE = 50, 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """One address among the readers of one kind of mailing.

    `person` is the key of their record in the company's CRM, if it has one. `lapse` says why
    they read no longer; they are `pending` as long as they have not confirmed the address.
    """

    readers: Readers
    email: str
    first_name: str
    last_name: str
    country: str | None
    person: int | None
    is_event_guest: bool
    signed_up_at: datetime
    lapse: Lapse | None
    pending: bool
    archived_at: datetime | None
    deliveries: tuple[Delivery, ...]


def subscribers_of(
    options: CompanyOptions, mailings: Iterable[Mailing], person: Person
) -> Iterator[Subscriber]:
    """A person as a reader of the newsletter, and once more as a customer."""
    if person.email is None:
        return
    chance = Chance(options.seed, _PEOPLE_STREAMS + person.key)
    habit = habit_of(chance)
    moments = {Readers.NEWSLETTER: _signed_up(chance, person, options.end)}
    moments[Readers.CUSTOMERS] = _bought(person)
    for readers, moment in moments.items():
        if moment is not None and moment < options.end:
            own = tuple(each for each in mailings if each.readers is readers)
            yield _known(chance, person, habit, own, _Place(readers, moment, options.end))


def strangers(options: CompanyOptions, mailings: Iterable[Mailing]) -> Iterator[Subscriber]:
    """Readers of the newsletter whom the CRM does not know."""
    own = tuple(each for each in mailings if each.readers is Readers.NEWSLETTER)
    for number in range(options.contacts // _PEOPLE_PER_STRANGER):
        yield _stranger(options, own, number)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and from when on somebody reads; the span ends at `end`."""

    readers: Readers
    since: datetime
    end: datetime


def _known(
    chance: Chance, person: Person, habit: Habit, mailings: tuple[Mailing, ...], place: _Place
) -> Subscriber:
    opted_out = person.opted_out_at
    if opted_out is not None and chance.happens(_UNHEARD_OPT_OUTS):
        opted_out = None
    pending = place.readers is Readers.NEWSLETTER and chance.happens(_STILL_PENDING)
    received = () if pending else mailings
    deliveries, lapse = deliver(chance, habit, received, since=place.since, until=opted_out)
    return Subscriber(
        readers=place.readers,
        email=spelled(person),
        first_name=person.first_name,
        last_name=person.last_name,
        country=person.country,
        person=person.key,
        is_event_guest=person.source.channel is Channel.EVENTS,
        signed_up_at=place.since,
        lapse=None if pending else lapse,
        pending=pending,
        archived_at=person.deleted_at if chance.happens(_ARCHIVED_WITH_CRM) else None,
        deliveries=tuple(each.before(place.end) for each in deliveries),
    )


def _stranger(options: CompanyOptions, mailings: tuple[Mailing, ...], number: int) -> Subscriber:
    chance = Chance(options.seed, _STRANGER_STREAMS + number)
    first, last = chance.below(len(FIRST_NAMES)), chance.below(len(LAST_NAMES))
    signed_up = options.start + (options.end - options.start) * chance.share()
    local = f"{PLAIN_FIRST_NAMES[first]}.{PLAIN_LAST_NAMES[last]}.reader{number}"
    deliveries, lapse = deliver(chance, habit_of(chance), mailings, since=signed_up, until=None)
    return Subscriber(
        readers=Readers.NEWSLETTER,
        email=f"{local}@{PRIVATE_DOMAINS[number % len(PRIVATE_DOMAINS)]}",
        first_name=FIRST_NAMES[first],
        last_name=LAST_NAMES[last],
        country=COUNTRIES.pick(chance.share()),
        person=None,
        is_event_guest=False,
        signed_up_at=signed_up,
        lapse=lapse,
        pending=False,
        archived_at=None,
        deliveries=tuple(each.before(options.end) for each in deliveries),
    )


def _signed_up(chance: Chance, person: Person, end: datetime) -> datetime | None:
    """When a person asked for the newsletter: soon after they were met, if at all."""
    reads_anyway = person.source.channel is Channel.EMAIL or (
        person.stages[0].stage == Stage.SUBSCRIBER
    )
    within = _SIGNS_UP_WITHIN * chance.share()
    if not chance.happens(_SIGNS_UP) and not reads_anyway:
        return None
    moment = person.created_at + within
    left = person.opted_out_at or person.deleted_at or end
    return moment if moment < left else None


def _bought(person: Person) -> datetime | None:
    return next((each.at for each in person.stages if each.stage == Stage.CUSTOMER), None)


def spelled(person: Person) -> str:
    """The address as it was typed into the form, which is not how the CRM has it."""
    email = (person.email or "").lower()
    if person.key % _ODD_CASE_EVERY == _ODD_CASE_PLACE:
        return email.title()
    return email
