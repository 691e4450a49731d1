"""What customers say when they are asked whether they would recommend the company.

Every customer has a stream of chance of their own for it, far from those of the accounts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kpiloop_sandbox.company.chance import Chance, Weighted
from kpiloop_sandbox.company.model import Person, Stage
from kpiloop_sandbox.company.options import CompanyOptions

QUESTION = "How likely is it that you would recommend Acme to a colleague?"
_STREAMS = 5 << 36
_ANSWERS = 0.35
_ASKED_AFTER = timedelta(days=30)
_WITHIN_HOURS = 240
_SCORES = Weighted(
    ((10, 0.24), (9, 0.26), (8, 0.2), (7, 0.12), (6, 0.06), (5, 0.05), (3, 0.04), (0, 0.03))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One answer: 0, by no means, to 10, certainly."""

    score: int
    given_at: datetime


def opinion_of(options: CompanyOptions, person: Person) -> Opinion | None:
    """A customer's answer, a month after they became one; most give none."""
    bought = next((each.at for each in person.stages if each.stage == Stage.CUSTOMER), None)
    if bought is None or person.email is None:
        return None
    chance = Chance(options.seed, _STREAMS + person.key)
    answers, hours = chance.happens(_ANSWERS), _WITHIN_HOURS * chance.share()
    given_at = bought + _ASKED_AFTER + timedelta(hours=hours)
    if not answers or given_at >= options.end:
        return None
    return Opinion(score=_SCORES.pick(chance.share()), given_at=given_at)
