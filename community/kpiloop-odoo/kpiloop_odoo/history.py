"""The way of opportunities through their stages, of which Odoo tracks the changes.

The stage that one began with is the old value of its first change, or the present one where there
is none. Merging moves the changes of all that were merged to the one that is left.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from kpiloop import Absent, Cursor, Id, Instant, Items, Page, Read, StageChange, Stream, Text
from pydantic import BaseModel, ConfigDict

from kpiloop_odoo.client import Client, batched
from kpiloop_odoo.wire import OdooRow, at
from kpiloop_odoo.wire_sales import PIPELINE

BATCH = 500


class Change(BaseModel):
    """One change of a stage; 0 is no stage."""

    model_config = ConfigDict(frozen=True)

    id: Id
    before: Text = at("old_value_integer")
    after: Text = at("new_value_integer")
    moment: Instant = at("mail_message_id.date")


class DealHistory(OdooRow):
    """An opportunity with all changes of its stage."""

    id: Id
    stage: Text = at("stage_id")
    created_at: Instant = at("create_date")
    changes: Items[Change] = ()

    def records(self) -> Iterator[StageChange]:
        """The stage that it began with, and each that came after."""
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


HISTORY = Stream(
    name="opportunity_stages",
    models=(DealHistory,),
    cursor=Cursor.NONE,
    follows="opportunities",
    absent=Absent.KEPT,
    ids_per_slice=10 * BATCH,
    optional=True,
)


def histories(client: Client, read: Read) -> Iterator[Page]:
    """All changes of the opportunities that are asked for."""
    done = read.ids.index(str(read.checkpoint)) + 1 if read.checkpoint else 0
    for ids in batched(read.ids[done:], BATCH):
        changes = _changes(client, ids)
        rows = client.rows(
            "crm.lead", [("id", "in", [*map(int, ids)])], ("stage_id", "create_date")
        )
        found = [{**row, "changes": changes.get(row["id"], [])} for row in rows]
        yield Page.rows(found, checkpoint=ids[-1], replaces=ids)


def _changes(client: Client, ids: Sequence[str]) -> dict[int, list[object]]:
    where = [
        ("mail_message_id.model", "=", "crm.lead"),
        ("mail_message_id.res_id", "in", [*map(int, ids)]),
        ("field_id.name", "=", "stage_id"),
    ]
    paths = (
        "old_value_integer",
        "new_value_integer",
        "mail_message_id.date",
        "mail_message_id.res_id",
    )
    found: dict[int, list[object]] = {}
    for row in client.rows("mail.tracking.value", where, paths):
        found.setdefault(row["mail_message_id"]["res_id"], []).append(row)
    return found
