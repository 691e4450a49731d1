"""How HubSpot tells the history of a property, and what is made of it.

A row of a batch read "with history" lists all values that a property ever had, newest first.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field, field_validator

from kpiloop import Contact, Id, Instant, Items, Record, StageChange, Text, Wire
from kpiloop_hubspot.values import milliseconds


def in_history(name: str) -> Any:
    """A field that holds all values that a property ever had."""
    return Field(default=(), validation_alias=AliasPath("propertiesWithHistory", name))


class Version(BaseModel):
    """A value that a property had from a moment on."""

    model_config = ConfigDict(frozen=True)

    value: Text = None
    timestamp: Instant

    @field_validator("timestamp")
    @classmethod
    def _has_a_time(cls, moment: datetime | None) -> datetime:
        if moment is None:
            raise ValueError("a change needs the time at which it happened")
        return moment

    @property
    def since(self) -> datetime:
        """The moment; a value without one is not let in."""
        assert self.timestamp is not None
        return self.timestamp


def changes(history: Sequence[Version]) -> list[Version]:
    """The history oldest first, without values that only repeat the one before.

    HubSpot lists it newest first; of two changes in one millisecond the later one stands first.
    """
    oldest_first = history[::-1]
    ordered = sorted(oldest_first, key=lambda each: each.since)
    return [next(same) for _, same in groupby(ordered, key=lambda each: each.value)]


def stage_change(of: str, parent: str, change: Version, pipeline: str | None = None) -> StageChange:
    """A change of stage; its id holds as long as HubSpot tells the same history."""
    return StageChange(
        id=f"{of}:{parent}:{milliseconds(change.since)}:{change.value or ''}",
        of_entity=of,
        parent_id=parent,
        pipeline_id=pipeline,
        stage=change.value,
        entered_at=change.since,
    )


class ContactHistory(Wire):
    """A contact's way along the lifecycle, and since when it gets no e-mail."""

    id: Id
    stages: Items[Version] = in_history("lifecyclestage")
    opt_outs: Items[Version] = in_history("hs_email_optout")

    def records(self) -> Iterator[Record]:
        """A change of stage each, and the contact's moment of opting out."""
        for change in changes(self.stages):
            yield stage_change("contacts", self.id, change)
        yield Contact(id=self.id, opted_out_at=self._opted_out_at())

    def _opted_out_at(self) -> datetime | None:
        """The start of the last opt-out, if it still holds."""
        latest = changes(self.opt_outs)[-1:]
        return next((each.since for each in latest if each.value == "true"), None)


class DealHistory(Wire):
    """A deal's way through the stages of its pipelines."""

    id: Id
    stages: Items[Version] = in_history("dealstage")
    pipelines: Items[Version] = in_history("pipeline")

    def records(self) -> Iterator[StageChange]:
        """A change of stage each, in the pipeline in which the deal was then."""
        pipelines = changes(self.pipelines)
        for change in changes(self.stages):
            yield stage_change("deals", self.id, change, _value_at(pipelines, change.since))


def _value_at(history: Sequence[Version], moment: datetime) -> str | None:
    """What held at a moment; before the first change, what came first."""
    before = [each for each in history if each.since <= moment]
    return next((each.value for each in (*before[-1:], *history)), None)
