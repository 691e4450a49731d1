"""`[scoring]` and `[rules]`: what a person's score is made of, and when one is an MQL or an SQL."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from kpiloop.project.section import Name, Section

_HALF_LIFE = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2} days?$")]
_MOST = 1_000_000
Points = Annotated[StrictInt, Field(ge=-_MOST, le=_MOST)]
"""Whole points; what speaks against a person has less than none."""
Condition = Annotated[str, Field(min_length=1)]
"""A condition in the language of KPIs."""


class ScoredEvent(Section):
    """What a person does, and what it is worth; its name is the number of times in a rule."""

    on: str
    """A resolved table whose rows are of a person."""
    when: str
    """The time at which it happens."""
    where: Condition | None = None
    """Which of its rows are meant; nothing said: all."""
    points: Points = 0


class ScoredAttribute(Section):
    """What a person or their company is, and what it is worth."""

    where: Condition
    """Over the columns of people and companies, as they are today."""
    points: Points


class Scoring(Section):
    """Points of what people did lose half their worth in a time; those of what they are do not."""

    half_life: _HALF_LIFE | None = None
    """Such as `90 days`; no value: points keep their worth."""
    events: Mapping[Name, ScoredEvent] = Field(default_factory=dict)
    attributes: Mapping[Name, ScoredAttribute] = Field(default_factory=dict)

    @property
    def half_life_days(self) -> int | None:
        """The half-life in days."""
        return int(self.half_life.split()[0]) if self.half_life else None


class StageRule(Section):
    """Who meets the condition enters the stage, at the moment at which it is first met."""

    where: Condition
    """Over `score`, the names of scored events, and the columns of people and companies."""
    decides: StrictBool = True
    """Whether it goes before what the systems say of the stage, or is only there to be tested."""


class StageRules(Section):
    """Rules of stages; without one, the systems' own stages count."""

    mql: StageRule | None = None
    sql: StageRule | None = None

    def named(self) -> Mapping[str, StageRule]:
        """The rules that there are, by stage."""
        rules = {"mql": self.mql, "sql": self.sql}
        return {stage: rule for stage, rule in rules.items() if rule is not None}
