"""The way of leads through their statuses, of which Salesforce keeps only the changes.

The status that a lead began with is the old value of its first change. A lead without any change
has been in its status since it was made, and needs no history.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from kpiloop import Id, Instant, Items, Read, StageChange, Text, Wire
from kpiloop.web_api import Page
from kpiloop_salesforce.answers import Row
from kpiloop_salesforce.describe import Describes
from kpiloop_salesforce.query import ById, Queries
from kpiloop_salesforce.soql import Question, literals

CONVERTED = "Converted"
"""The stage of a lead that became a contact: orgs name its status as they like."""

_CONVERSION = "leadConverted"
_FIELDS = ("Id", "LeadId", "Field", "OldValue", "NewValue", "CreatedDate", "Lead.CreatedDate")
_WHICH = f"Field IN {literals(('Status', _CONVERSION))}"
LEADS_AT_ONCE = 300
"""Ids that one question names: the address with them stays far below the 16 KB that are legal."""


class Change(BaseModel):
    """One change of a lead's status, or its conversion."""

    model_config = ConfigDict(frozen=True)

    id: Id = Field(validation_alias="Id")
    field: str = Field(validation_alias="Field")
    before: Text = Field(None, validation_alias="OldValue")
    after: Text = Field(None, validation_alias="NewValue")
    at: Instant = Field(validation_alias="CreatedDate")


class LeadHistory(Wire):
    """A lead with all the changes of its status."""

    id: Id
    created_at: Instant = None
    changes: Items[Change] = ()

    def records(self) -> Iterator[StageChange]:
        """The status that it began with, and each that came after."""
        ordered = sorted(self.changes, key=lambda each: (str(each.at), each.id))
        first = next((each for each in ordered if each.field != _CONVERSION), None)
        if first and first.before and self.created_at:
            yield self._entry(f"{self.id}:first", first.before, self.created_at)
        for each in ordered:
            stage = CONVERTED if each.field == _CONVERSION else each.after
            yield self._entry(each.id, stage, each.at)

    def _entry(self, key: str, stage: str | None, at: datetime | None) -> StageChange:
        return StageChange(
            id=key, of_entity="contacts", parent_id=self.id, stage=stage, entered_at=at
        )


def lead_histories(queries: Queries, describes: Describes, read: Read) -> Iterator[Page]:
    """All changes of the leads that are asked for; leads without any have none stored after it."""
    fields = describes.of("LeadHistory").of(_FIELDS)
    for ids in _batches(_waiting(read)):
        question = Question(
            sobject="LeadHistory", fields=fields, where=(_WHICH, f"LeadId IN {literals(ids)}")
        )
        found = [row for batch in queries.batches(question, ById()) for row in batch.found.records]
        yield Page.rows(_by_lead(found), checkpoint=ids[-1], replaces=ids)


def _by_lead(rows: Sequence[Row]) -> Sequence[Row]:
    leads: dict[str, dict[str, object]] = {}
    changes: dict[str, list[Row]] = {}
    for row in rows:
        key = str(row["LeadId"])
        lead: Row | None = row.get("Lead")
        leads[key] = {"id": key, "created_at": lead["CreatedDate"] if lead else None}
        changes.setdefault(key, []).append(row)
    return [{**lead, "changes": changes[key]} for key, lead in leads.items()]


def _waiting(read: Read) -> Sequence[str]:
    """The ids that are left to read: those behind the checkpoint."""
    if isinstance(read.checkpoint, str) and read.checkpoint in read.ids:
        return read.ids[read.ids.index(read.checkpoint) + 1 :]
    return read.ids


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), LEADS_AT_ONCE):
        yield ids[start : start + LEADS_AT_ONCE]
