"""Scores of people and the moments at which rules were met, moment by moment in plain Python."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from kpiloop.engine.resolve.rules import Rules
from oracle.records import Row, day_in

NEARBY = "DE"
"""The country that is worth points in these companies."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person did, and what it was worth on its day."""

    at: datetime
    name: str
    points: int


def acts_of(forms: Sequence[Row], orders: Sequence[Row], rules: Rules) -> dict[str, list[Act]]:
    """What each person did: they asked, or they bought."""
    points = {each.name: each.points for each in rules.scoring.events}
    found: dict[str, list[Act]] = {}
    for name, rows, when in (
        ("asked", forms, "submitted_at"),
        ("bought", [row for row in orders if row["is_paid"]], "ordered_at"),
    ):
        for row in rows:
            if name in points and row["person_id"] is not None and row[when] is not None:
                act = Act(row[when], name, points[name])
                found.setdefault(row["person_id"], []).append(act)
    return found


def worth(days: int, half_life: int | None) -> Fraction:
    """What is left of a point after so many days, in whole millionths."""
    if half_life is None:
        return Fraction(1)
    return Fraction(round(10**6 * 0.5 ** (days / half_life)), 10**6)


def score(person: Row, acts: Sequence[Act], day: date, rules: Rules) -> Decimal:
    """What these acts and the person are worth on a day."""
    scoring = rules.scoring
    earned = sum(
        (
            act.points * worth((day - _day(act.at, rules.zone)).days, scoring.half_life)
            for act in acts
        ),
        Fraction(0),
    )
    base = sum(each.points for each in scoring.attributes if person["country"] == NEARBY)
    total = max(earned, Fraction(0)) + base
    return Decimal(total.numerator) / Decimal(total.denominator)


def rule_entries(people: Sequence[Row], acts: Mapping[str, list[Act]], rules: Rules) -> list[Row]:
    """Each time at which a person came to meet the rule of a stage."""
    return [
        {"person_id": person["id"], "stage": stage, "at": moment}
        for person in people
        for stage, rule in rules.scoring.stages.items()
        for moment in _met(person, acts.get(person["id"], []), rule.sql, rules)
    ]


def _met(person: Row, acts: Sequence[Act], rule: str, rules: Rules) -> Iterator[datetime]:
    known = () if person["created_at"] is None else (person["created_at"],)
    before_that = False
    for moment in sorted({*known, *(act.at for act in acts)}):
        day = _day(moment, rules.zone)
        before = _holds(person, [act for act in acts if act.at < moment], day, rule, rules)
        after = _holds(person, [act for act in acts if act.at <= moment], day, rule, rules)
        if after and not (before and before_that):
            yield moment
        before_that = after


def _holds(person: Row, acts: Sequence[Act], day: date, rule: str, rules: Rules) -> bool:
    """These companies know one form of rule: so many points, and one act so many times."""
    found = re.fullmatch(r"\"person\"\.\"score\" >= (\S+) AND \"person\"\.\"(\w+)\" >= (\d+)", rule)
    assert found is not None
    least, name, times = found.groups()
    done = sum(act.name == name for act in acts)
    return score(person, acts, day, rules) >= Decimal(least) and done >= int(times)


def scores(
    people: Sequence[Row], acts: Mapping[str, list[Act]], end: date, as_of: datetime, rules: Rules
) -> dict[str, Decimal]:
    """What each person scores at the end of a day, if it is anything."""
    found: dict[str, Decimal] = {}
    for person in people:
        done = [
            act
            for act in acts.get(person["id"], [])
            if act.at < as_of and _day(act.at, rules.zone) <= end
        ]
        created = person["created_at"]
        if done or (created is not None and _day(created, rules.zone) <= end):
            found[person["id"]] = score(person, done, end, rules)
    return {person: points for person, points in found.items() if points}


def ends_of_months(first: date, last: date) -> list[date]:
    """The last days of the months between two days, and the last of all."""
    days = [date.fromordinal(each) for each in range(first.toordinal(), last.toordinal())]
    return [*(day for day in days if date.fromordinal(day.toordinal() + 1).day == 1), last]


def _day(moment: datetime, zone: ZoneInfo) -> date:
    found = day_in(zone, moment)
    assert found is not None
    return found
