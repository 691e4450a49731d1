"""Contact records: who they are, how they are spelled and what went wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpiloop_sandbox.company.arrivals import Arrival
from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.funnel import Step, first_stage, walk
from kpiloop_sandbox.company.market import (
    ODD_TIME_ZONES,
    OWN_DOMAIN,
    PRIVATE_DOMAINS,
    TEST_DOMAIN,
    TIME_ZONES,
)
from kpiloop_sandbox.company.mess import Trait, trait_of
from kpiloop_sandbox.company.model import Firm, Merge, Person, Stage, StageChange
from kpiloop_sandbox.company.moments import as_moment, later
from kpiloop_sandbox.company.names import (
    FIRST_NAMES,
    JOB_TITLES,
    LAST_NAMES,
    PLAIN_FIRST_NAMES,
    PLAIN_LAST_NAMES,
)

_NOT_BUYERS = frozenset({Trait.STAFF, Trait.TEST, Trait.DELETED})
_NO_JOB_TITLE = 0.2
_WITH_OWNER = frozenset({Stage.MQL, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A person before any deal: `name` are places in the tables of names."""

    key: int
    trait: Trait
    name: tuple[int, int]
    arrival: Arrival
    steps: tuple[Step, ...]
    cut_at: int | None

    @property
    def buys(self) -> bool:
        """Whether a salesperson would talk to them."""
        return self.trait not in _NOT_BUYERS

    @property
    def opportunity_at(self) -> int | None:
        """When a deal begins with them, if one does."""
        stage, at = self.steps[-1]
        return at if stage is Stage.OPPORTUNITY and self.buys else None

    @property
    def chance_to_win(self) -> float:
        """The chance, 0 to 1, that a deal of average product with them is won."""
        return self.arrival.habits.win * self.arrival.quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the people of one account share; `end` is when the span ends, in milliseconds."""

    firm: Firm | None
    country: str
    owner_key: int
    end: int


def meet(
    chance: Chance, key: int, *, arrival: Arrival, end: int, known: Sequence[Newcomer]
) -> Newcomer:
    """Draws a newcomer among the known people of an account, of whom none has the same name.

    A duplicate is the exception: it is the last known one once more.
    """
    trait = trait_of(key)
    taken = {other.name for other in known}
    name = _name(chance)
    while name in taken:
        name = _name(chance)
    cut_at = later(chance.share(), arrival.at, end) if trait is Trait.DELETED else None
    return Newcomer(
        key=key,
        trait=trait,
        name=known[-1].name if trait is Trait.DUPLICATE else name,
        arrival=arrival,
        steps=_steps(chance, trait, arrival, cut_at or end),
        cut_at=cut_at,
    )


def record(
    chance: Chance, newcomer: Newcomer, setting: Setting, after_deal: tuple[Step, ...]
) -> Person:
    """The contact record of a newcomer, with the steps that a deal added to its own."""
    trait, created = newcomer.trait, newcomer.arrival.at
    steps = newcomer.steps + after_deal
    odd_zone = ODD_TIME_ZONES[newcomer.key % len(ODD_TIME_ZONES)]
    opted_out = later(chance.share(), created, setting.end) if trait is Trait.OPTED_OUT else None
    merged = later(chance.share(), created, setting.end) if trait is Trait.MERGED else None
    last = max(steps[-1][1], opted_out or 0, merged or 0, newcomer.cut_at or 0)
    in_firm = setting.firm is not None and trait not in (Trait.STAFF, Trait.TEST)
    return Person(
        key=newcomer.key,
        firm_key=setting.firm.key if setting.firm and in_firm else None,
        first_name=FIRST_NAMES[newcomer.name[0]],
        last_name=LAST_NAMES[newcomer.name[1]],
        email=_email(newcomer, setting.firm),
        job_title=_job_title(chance) if in_firm else None,
        country=None if trait is Trait.NO_COUNTRY else setting.country,
        time_zone=odd_zone if trait is Trait.ODD_TIME_ZONE else TIME_ZONES[setting.country],
        source=newcomer.arrival.source,
        owner_key=setting.owner_key if any(stage in _WITH_OWNER for stage, _ in steps) else None,
        created_at=as_moment(created),
        modified_at=as_moment(last),
        stages=tuple(StageChange(stage=stage, at=as_moment(at)) for stage, at in steps),
        opted_out_at=None if opted_out is None else as_moment(opted_out),
        deleted_at=None if newcomer.cut_at is None else as_moment(newcomer.cut_at),
        merge=None if merged is None else _merge(chance, created, merged),
    )


def _name(chance: Chance) -> tuple[int, int]:
    return chance.below(len(FIRST_NAMES)), chance.below(len(LAST_NAMES))


def _steps(chance: Chance, trait: Trait, arrival: Arrival, end: int) -> tuple[Step, ...]:
    if trait is Trait.STAFF:
        return ((Stage.LEAD, arrival.at),)
    if trait is Trait.TEST:
        return ((Stage.MQL, arrival.at),)
    start = (first_stage(chance, arrival.habits), arrival.at)
    return walk(chance, start, end, habits=arrival.habits, quality=arrival.quality)


def _job_title(chance: Chance) -> str | None:
    return None if chance.happens(_NO_JOB_TITLE) else JOB_TITLES[chance.below(len(JOB_TITLES))]


def _email(newcomer: Newcomer, firm: Firm | None) -> str | None:
    """The address, which no other record has, in whatever case it is written."""
    if newcomer.trait is Trait.NO_EMAIL:
        return None
    if newcomer.trait is Trait.TEST:
        return f"test+{newcomer.key}@{TEST_DOMAIN}"
    local, domain = _address(newcomer, firm)
    if newcomer.trait is Trait.ODD_CASE_EMAIL:
        return f"{local.upper()}@{domain.title()}"
    return f"{local}@{domain}"


def _address(newcomer: Newcomer, firm: Firm | None) -> tuple[str, str]:
    """What stands before and after the at sign; outside a firm the key tells namesakes apart."""
    local = f"{PLAIN_FIRST_NAMES[newcomer.name[0]]}.{PLAIN_LAST_NAMES[newcomer.name[1]]}"
    if newcomer.trait is Trait.STAFF:
        return f"{local}{newcomer.key}", OWN_DOMAIN
    if firm is None or newcomer.trait is Trait.DUPLICATE:
        domain = PRIVATE_DOMAINS[newcomer.key % len(PRIVATE_DOMAINS)]
        return f"{local}{newcomer.key}", domain
    return local, firm.domain


def _merge(chance: Chance, created: int, merged: int) -> Merge:
    other = created + chance.below(merged - created)
    return Merge(at=as_moment(merged), former_created_at=(as_moment(created), as_moment(other)))
