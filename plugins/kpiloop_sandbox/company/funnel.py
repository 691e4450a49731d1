"""A person's way along the ladder from first contact to opportunity, detours included."""

from itertools import pairwise
from typing import NamedTuple

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.market import Habits
from kpiloop_sandbox.company.model import Stage
from kpiloop_sandbox.company.moments import DAY, MINUTE, at_work

Step = tuple[Stage, int]
"""A stage and the moment, in milliseconds, at which it was entered."""

_SPREAD = 0.9
_SURE = 0.95
_ALMOST_SURE = 0.7
_SKIPS_SQL = 0.07
_WARM_AGAIN = 0.5


class _Turn(NamedTuple):
    """One way out of a stage: where to, how often, and after how many days at the median."""

    to: Stage
    chance: float
    days: float


_MQL_SENT_BACK = _Turn(Stage.LEAD, 0.17, days=55)
_FIXED_TURNS = {
    Stage.SUBSCRIBER: (_Turn(Stage.LEAD, 0.5, days=28),),
    Stage.SQL: (_Turn(Stage.OPPORTUNITY, 0.74, days=8), _Turn(Stage.MQL, 0.09, days=30)),
}


def first_stage(chance: Chance, habits: Habits) -> Stage:
    """Where somebody of this channel enters the ladder."""
    share = chance.share()
    if share < habits.subscribers:
        return Stage.SUBSCRIBER
    return Stage.MQL if share > 1 - habits.demo_requests else Stage.LEAD


def walk(
    chance: Chance, start: Step, end: int, *, habits: Habits, quality: float
) -> tuple[Step, ...]:
    """The steps from the first one until nothing more happens, the span ends or a deal begins.

    `quality` scales the chances: 1 is the channel's own. Who was sent back is less likely to
    come forward again.
    """
    steps = [start]
    stage, now = start
    while turn := _next_turn(chance, _turns(stage, habits, quality)):
        later = now + int(chance.spread(turn.days, _SPREAD) * DAY)
        later = max(at_work(later), now + MINUTE)
        if later >= end:
            break
        if _is_back(stage, turn.to):
            quality *= _WARM_AGAIN
        stage, now = turn.to, later
        steps.append((stage, now))
    return tuple(steps)


def steps_back(stages: tuple[str, ...]) -> int:
    """How many of these stages, in order, are lower than the one before."""
    return sum(_is_back(a, b) for a, b in pairwise(stages))


def steps_skipping(stages: tuple[str, ...]) -> int:
    """How many moves between these stages, in order, go up by more than one."""
    ranks = [_RANK[stage] for stage in stages]
    return sum(b > a + 1 for a, b in pairwise(ranks))


_RANK: dict[str, int] = {stage: rank for rank, stage in enumerate(Stage)}


def _is_back(stage: str, to: str) -> bool:
    return _RANK[to] < _RANK[stage]


def _turns(stage: Stage, habits: Habits, quality: float) -> tuple[_Turn, ...]:
    if stage is Stage.LEAD:
        return (_Turn(Stage.MQL, min(habits.mql * quality, _SURE), days=9),)
    if stage is Stage.MQL:
        forward = min(habits.sql * quality, _ALMOST_SURE)
        return (
            _Turn(Stage.SQL, forward, days=13),
            _Turn(Stage.OPPORTUNITY, forward * _SKIPS_SQL, days=8),
            _MQL_SENT_BACK,
        )
    return _FIXED_TURNS.get(stage, ())


def _next_turn(chance: Chance, turns: tuple[_Turn, ...]) -> _Turn | None:
    share = chance.share()
    for turn in turns:
        share -= turn.chance
        if share < 0:
            return turn
    return None
