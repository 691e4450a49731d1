"""What readers, and machines in their stead, do with a mailing: open, click, bounce, leave."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.mailings import Mailing

_LEAST_INTEREST, _MOST_INTEREST = 0.12, 0.62
_BEHIND_PROXY = 0.25
_BEHIND_SCANNER = 0.03
_BOUNCES_HARD, _BOUNCES_SOFT = 0.0015, 0.006
_OPENS_AGAIN = 0.3
_CLICKS = 0.22
_FIRST_OPEN_HOURS, _FIRST_OPEN_SPREAD = 3.0, 1.5
_LEAVES, _COMPLAINS = 0.002, 0.0003
_BLAMED_FOR = timedelta(days=45)


class Deed(StrEnum):
    """What can be done with an e-mail."""

    OPEN = "open"
    CLICK = "click"


class End(StrEnum):
    """Why somebody reads no longer."""

    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """The end of a subscription."""

    end: End
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How a reader reads; `interest` is the chance, 0 to 1, that a mailing is opened.

    A proxy opens every mailing before the reader does, a scanner clicks every link.
    """

    interest: float
    has_proxy: bool
    has_scanner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One open, or one click on a link, by the reader or by a machine."""

    deed: Deed
    at: datetime
    link: str = ""
    is_machine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One mailing at one reader; `bounced` is hard, soft or empty.

    `variant` counts the subjects that are tested against each other, where `is_test`.
    """

    mailing: int
    variant: int
    is_test: bool
    sent_at: datetime
    bounced: str = ""
    acts: tuple[Act, ...] = ()
    lapse: Lapse | None = None

    def before(self, end: datetime) -> "Delivery":
        """What of it had happened by the end of the span."""
        if not self.acts or self.acts[-1].at < end:
            return self
        return replace(self, acts=tuple(act for act in self.acts if act.at < end))


def habit_of(chance: Chance) -> Habit:
    """Draws how somebody reads."""
    return Habit(
        interest=_LEAST_INTEREST + (_MOST_INTEREST - _LEAST_INTEREST) * chance.share(),
        has_proxy=chance.happens(_BEHIND_PROXY),
        has_scanner=chance.happens(_BEHIND_SCANNER),
    )


def deliver(
    chance: Chance,
    habit: Habit,
    mailings: Iterable[Mailing],
    *,
    since: datetime,
    until: datetime | None,
) -> tuple[list[Delivery], Lapse | None]:
    """What a reader received from the day they signed up, and how it ended, if it did.

    `until` is when they opted out: the mailing shortly before it is to blame.
    """
    deliveries: list[Delivery] = []
    for mailing in mailings:
        if mailing.sent_at <= since:
            continue
        if until is not None and mailing.sent_at >= until:
            break
        deliveries.append(_delivery(chance, habit, mailing))
        if deliveries[-1].lapse is not None:
            return deliveries, deliveries[-1].lapse
    if until is None:
        return deliveries, None
    lapse = Lapse(end=End.UNSUBSCRIBED, at=until)
    if deliveries and until - deliveries[-1].sent_at < _BLAMED_FOR:
        deliveries[-1] = replace(deliveries[-1], lapse=lapse)
    return deliveries, lapse


def _delivery(chance: Chance, habit: Habit, mailing: Mailing) -> Delivery:
    fate = chance.share()
    plain = Delivery(
        mailing=mailing.key,
        variant=chance.below(len(mailing.subjects)),
        is_test=len(mailing.subjects) > 1,
        sent_at=mailing.sent_at,
    )
    if fate < _BOUNCES_HARD:
        bounced_at = mailing.sent_at + timedelta(seconds=5 + chance.below(600))
        return replace(plain, bounced="hard", lapse=Lapse(end=End.BOUNCED, at=bounced_at))
    if fate < _BOUNCES_HARD + _BOUNCES_SOFT:
        return replace(plain, bounced="soft")
    human = list(_human_acts(chance, habit, mailing))
    acts = sorted([*_machine_acts(chance, habit, mailing), *human], key=lambda act: act.at)
    return replace(plain, acts=tuple(acts), lapse=_good_bye(chance, human))


def _human_acts(chance: Chance, habit: Habit, mailing: Mailing) -> Iterator[Act]:
    if not chance.happens(habit.interest):
        return
    at = mailing.sent_at + timedelta(
        hours=chance.spread(_FIRST_OPEN_HOURS, _FIRST_OPEN_SPREAD), seconds=chance.below(60)
    )
    yield Act(deed=Deed.OPEN, at=at)
    if chance.happens(_CLICKS):
        link = mailing.links[int(chance.share() * chance.share() * len(mailing.links))]
        yield Act(deed=Deed.CLICK, at=at + timedelta(seconds=8 + chance.below(240)), link=link)
    while chance.happens(_OPENS_AGAIN):
        at += timedelta(minutes=5 + chance.below(3_000))
        yield Act(deed=Deed.OPEN, at=at)


def _machine_acts(chance: Chance, habit: Habit, mailing: Mailing) -> Iterator[Act]:
    if habit.has_proxy:
        at = mailing.sent_at + timedelta(seconds=40 + chance.below(5_400))
        yield Act(deed=Deed.OPEN, at=at, is_machine=True)
    if habit.has_scanner:
        at = mailing.sent_at + timedelta(seconds=2 + chance.below(20))
        for link in mailing.links:
            yield Act(deed=Deed.CLICK, at=at, link=link, is_machine=True)


def _good_bye(chance: Chance, human: list[Act]) -> Lapse | None:
    """Only who looked at the mailing leaves because of it."""
    if not human or not chance.happens(_LEAVES + _COMPLAINS):
        return None
    end = End.COMPLAINED if chance.happens(_COMPLAINS / _LEAVES) else End.UNSUBSCRIBED
    return Lapse(end=end, at=human[-1].at + timedelta(seconds=20 + chance.below(90)))
