"""What is read beside a record: its way through the stages, and whether it is written to.

Of opportunities Odoo tracks the changes of stages: the one that an opportunity began with is the
old value of its first change, or the present one where there is none. Merging moves the changes of
all that were merged to the one that is left. Who wants no e-mail stands on a list of addresses, of
which neither leads nor contacts take notice: they are looked up by what is on it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from kpiloop import Absent, Cursor, Id, Instant, Link, Page, Read, Record, Stream, Text
from pydantic import BaseModel

from kpiloop_odoo.client import Client, Row, batched, records
from kpiloop_odoo.tables import Table
from kpiloop_odoo.wire import OdooRow, OptOut, at, entered, lead_of

_BATCH = 500
_TRACKED = "mail.tracking.value"
_CHANGE = ("old_value_integer", "new_value_integer", "mail_message_id.date")
_BLACKLIST = Table("opt_outs", "mail.blacklist", OptOut)


class Change(BaseModel):
    """One change of a stage; 0 is no stage."""

    id: Id
    before: Text = at("old_value_integer")
    after: Text = at("new_value_integer")
    moment: Instant = at("mail_message_id.date")


class DealHistory(OdooRow):
    """An opportunity with all changes of its stage, and the person who stands behind it."""

    id: Id
    stage_id: Text = None
    create_date: Instant = None
    changes: tuple[Change, ...] | None = None
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
            first = self.changes[0].before if self.changes else self.stage_id
            yield entered(self.id, first, self.create_date, key=f"{self.id}:first")
            for each in self.changes:
                yield entered(self.id, each.after, each.moment, key=each.id)


DEAL_STAGES = Stream(
    name="opportunities_stages",
    models=(DealHistory,),
    cursor=Cursor.NONE,
    follows="opportunities",
    absent=Absent.KEPT,
    ids_per_slice=10 * _BATCH,
)
OPT_OUTS = Stream(
    name="opt_outs", models=(OptOut,), cursor=Cursor.NONE, absent=Absent.KEPT, optional=True
)


def deal_stages(client: Client, read: Read) -> Iterator[Page]:
    """All changes of the opportunities that are asked for."""
    may_read = client.call(_TRACKED, "has_access", operation="read")
    for ids, numbers in _batches(read):
        rows = client.rows("crm.lead", [("id", "in", numbers)], ("stage_id", "create_date"))
        if may_read:
            changes = _changes(client, numbers)
            rows = [{**row, "changes": changes.get(row["id"], [])} for row in rows]
        yield Page.rows(rows, checkpoint=ids[-1], replaces=ids)


def opt_outs(client: Client, read: Read) -> Iterator[Page]:
    """The leads and contacts whose address came to the list, or left it: then it is archived."""
    for page in _BLACKLIST.walk(client, read, ("email", "active", "write_date")):
        listed = {row["email"]: row for row in records(page)}
        found: list[Row] = []
        for model, named in (("crm.lead", lead_of), ("res.partner", str)):
            where = [("email_normalized", "in", [*listed])]
            for person in client.rows(model, where, ("email_normalized",)):
                entry = listed[person["email_normalized"]]
                moment = entry["active"] and entry["write_date"]
                key = named(person["id"])
                found.append({"id": key, "opted_out": entry["active"], "opted_out_at": moment})
        yield Page.rows(found, checkpoint=page.checkpoint)


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
    """The ids that are left to read, as texts and as Odoo's numbers."""
    done = read.ids.index(str(read.checkpoint)) + 1 if read.checkpoint in read.ids else 0
    for ids in batched(read.ids[done:], _BATCH):
        yield ids, [int(each) for each in ids]
