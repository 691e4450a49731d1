"""What salespeople do with people: calls and meetings, drawn apart from everything else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kpiloop_sandbox.company.chance import Chance, Weighted
from kpiloop_sandbox.company.model import Account, Deal, Person, Stage
from kpiloop_sandbox.company.moments import DAY, as_milliseconds, as_moment, at_work
from kpiloop_sandbox.company.options import CompanyOptions

CALL, MEETING = "call", "meeting"
_STREAMS = 3 << 36  # far from the streams of the accounts themselves
_PER_PERSON, _PER_DEAL = 16, 10
_CALL_OUTCOMES = Weighted((("connected", 0.45), ("no answer", 0.4), ("left voicemail", 0.15)))
_MEETING_OUTCOMES = Weighted((("completed", 0.8), ("no show", 0.12), ("canceled", 0.08)))
_CALL_MINUTES, _MEETING_MINUTES = 6, 42
_SPREAD = 0.6
_FIRST_CALL_DAYS = 2
_SECOND_CALL = 0.6
_MEETING_EVERY_DAYS = 18
_MOST_MEETINGS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A call or a meeting with one person, about a deal where there is one."""

    key: int
    kind: str
    outcome: str
    owner_key: int
    person_key: int
    deal_key: int | None
    minutes: int
    at: datetime


def activities_of(account: Account, options: CompanyOptions) -> Iterator[Activity]:
    """The calls and meetings with the people of an account, by person and then by deal.

    An activity's key follows from its person's or deal's: what happens to one moves no other.
    """
    end = as_milliseconds(options.end)
    for person in account.people:
        yield from _calls(person, options.seed, end)
    for deal in account.deals:
        yield from _meetings(deal, options.seed, end)


def _calls(person: Person, seed: int, end: int) -> Iterator[Activity]:
    """A lead that is worth it is called soon, and once more where nobody answered."""
    chance = Chance(seed, _STREAMS + 2 * person.key)
    wanted = [step.at for step in person.stages if step.stage in (Stage.MQL, Stage.SQL)]
    if person.owner_key is None or person.deleted_at is not None:
        return
    for number, at in enumerate(wanted[: _PER_PERSON // 2]):
        moment = as_milliseconds(at)
        for attempt in range(2):
            moment = _after(chance, moment, _FIRST_CALL_DAYS)
            if moment >= end or (attempt and not chance.happens(_SECOND_CALL)):
                break
            yield Activity(
                key=(person.key * _PER_PERSON + 2 * number + attempt) * 2,
                kind=CALL,
                outcome=_CALL_OUTCOMES.pick(chance.share()),
                owner_key=person.owner_key,
                person_key=person.key,
                deal_key=None,
                minutes=_minutes(chance, _CALL_MINUTES),
                at=as_moment(moment),
            )


def _meetings(deal: Deal, seed: int, end: int) -> Iterator[Activity]:
    """A deal is talked about every few weeks while it lasts."""
    chance = Chance(seed, _STREAMS + 2 * deal.key + 1)
    moment = as_milliseconds(deal.created_at)
    last = min(end, as_milliseconds(deal.stages[-1].at))
    for number in range(_MOST_MEETINGS):
        moment = _after(chance, moment, _MEETING_EVERY_DAYS)
        if moment >= last:
            return
        yield Activity(
            key=(deal.key * _PER_DEAL + number) * 2 + 1,
            kind=MEETING,
            outcome=_MEETING_OUTCOMES.pick(chance.share()),
            owner_key=deal.owner_key,
            person_key=deal.persons[chance.below(len(deal.persons))],
            deal_key=deal.key,
            minutes=_minutes(chance, _MEETING_MINUTES),
            at=as_moment(moment),
        )


def _after(chance: Chance, moment: int, days: float) -> int:
    """A moment in office hours about so many days later."""
    later = moment + int(chance.spread(days, _SPREAD) * DAY)
    return max(at_work(later), moment + 1)


def _minutes(chance: Chance, median: float) -> int:
    return 1 + int(chance.spread(median, _SPREAD))
