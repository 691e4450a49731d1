"""The way of leads and opportunities through their stages.

A lead's own dates tell its way. Of opportunities Odoo tracks the changes: the stage that one began
with is the old value of its first change, or the present one where there is none. Merging moves the
changes of all that were merged to the one that is left.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from kpiloop import (
    Absent,
    Cursor,
    Id,
    Instant,
    Items,
    Link,
    Page,
    Read,
    Record,
    StageChange,
    Stream,
    Text,
    Wire,
)
from pydantic import BaseModel, ConfigDict

from kpiloop_odoo.client import Client, batched
from kpiloop_odoo.wire import LeadId, OdooRow, at, lead_of, number_of
from kpiloop_odoo.wire_sales import PIPELINE

_BATCH = 500
_TRACKED = "mail.tracking.value"
_CHANGE = ("old_value_integer", "new_value_integer", "mail_message_id.date")


class LeadHistory(OdooRow):
    """When a lead was one, and when it became an opportunity."""

    id: LeadId
    type: Text = at("type")
    created_at: Instant = at("create_date")
    converted_at: Instant = at("date_conversion")

    def records(self) -> Iterator[Record]:
        """Both moments, where there were two."""
        if self.converted_at and self.type != "lead":
            yield self._entry("lead", self.created_at)
            yield self._entry("opportunity", self.converted_at)
        elif self.type:
            yield self._entry(self.type, self.created_at)

    def _entry(self, stage: str, moment: datetime | None) -> StageChange:
        return StageChange(
            id=f"{self.id}:{stage}",
            of_entity="contacts",
            parent_id=self.id,
            stage=stage,
            entered_at=moment,
        )


class Change(BaseModel):
    """One change of a stage; 0 is no stage."""

    model_config = ConfigDict(frozen=True)

    id: Id
    before: Text = at("old_value_integer")
    after: Text = at("new_value_integer")
    moment: Instant = at("mail_message_id.date")


class DealHistory(OdooRow):
    """An opportunity with all changes of its stage, and the person who stands behind it."""

    id: Id
    stage: Text = at("stage_id")
    created_at: Instant = at("create_date")
    changes: Items[Change] | None = None
    """No value: the key's user may not read them."""

    def records(self) -> Iterator[Record]:
        """The person; the stage that it began with, and each that came after."""
        yield Link(
            id=f"{self.id}:lead",
            from_entity="deals",
            parent_id=self.id,
            to_entity="contacts",
            to_id=lead_of(self.id),
            label="primary",
        )
        if self.changes is not None:
            first = self.changes[0].before if self.changes else self.stage
            yield self._entry(f"{self.id}:first", first, self.created_at)
            for each in self.changes:
                yield self._entry(each.id, each.after, each.moment)

    def _entry(self, key: str, stage: str | None, moment: datetime | None) -> StageChange:
        return StageChange(
            id=key,
            of_entity="deals",
            parent_id=self.id,
            pipeline_id=PIPELINE,
            stage=None if stage == "0" else stage,
            entered_at=moment,
        )


def _following(name: str, model: type[Wire]) -> Stream:
    return Stream(
        name=f"{name}_stages",
        models=(model,),
        cursor=Cursor.NONE,
        follows=name,
        absent=Absent.KEPT,
        ids_per_slice=10 * _BATCH,
    )


LEAD_STAGES = _following("leads", LeadHistory)
DEAL_STAGES = _following("opportunities", DealHistory)


def lead_stages(client: Client, read: Read) -> Iterator[Page]:
    """The moments of the leads that are asked for."""
    for ids, numbers in _batches(read):
        where = [("id", "in", numbers)]
        rows = client.rows("crm.lead", where, ("type", "create_date", "date_conversion"))
        yield Page.rows(rows, checkpoint=ids[-1], replaces=ids)


def deal_stages(client: Client, read: Read) -> Iterator[Page]:
    """All changes of the opportunities that are asked for."""
    may_read = client.call(_TRACKED, "has_access", operation="read")
    for ids, numbers in _batches(read):
        rows = client.rows("crm.lead", [("id", "in", numbers)], ("stage_id", "create_date"))
        if may_read:
            changes = _changes(client, numbers)
            rows = [{**row, "changes": changes.get(row["id"], [])} for row in rows]
        yield Page.rows(rows, checkpoint=ids[-1], replaces=ids)


def _changes(client: Client, numbers: Sequence[int]) -> dict[int, list[Any]]:
    where = [
        ("mail_message_id.model", "=", "crm.lead"),
        ("mail_message_id.res_id", "in", numbers),
        ("field_id.name", "=", "stage_id"),
    ]
    found: dict[int, list[Any]] = {}
    for row in client.rows(_TRACKED, where, (*_CHANGE, "mail_message_id.res_id")):
        found.setdefault(row["mail_message_id"]["res_id"], []).append(row)
    return found


def _batches(read: Read) -> Iterator[tuple[Sequence[str], list[int]]]:
    """The ids that are left to read, with the numbers that leads have in Odoo."""
    done = read.ids.index(str(read.checkpoint)) + 1 if read.checkpoint in read.ids else 0
    for ids in batched(read.ids[done:], _BATCH):
        yield ids, [number_of(each) for each in ids]
