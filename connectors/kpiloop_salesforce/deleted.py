"""What was deleted, and which records were merged into which.

The recycle bin tells most, until Salesforce empties it after about 15 days. The log of deletions
also tells of what somebody deleted for good, but it may be cut off after two hours where much is
deleted. What neither tells any more is found by the next full read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kpiloop import RefusedError, ScopeError, Wire
from kpiloop.web_api import Page
from kpiloop_salesforce.describe import Describes
from kpiloop_salesforce.objects import CREATED, MODIFIED
from kpiloop_salesforce.paths import data
from kpiloop_salesforce.query import Batch, ById, Queries
from kpiloop_salesforce.soql import Question, literals, moment
from kpiloop_salesforce.wire_deleted import (
    DeletedActivity,
    DeletedCampaign,
    DeletedCompany,
    DeletedContact,
    DeletedDeal,
    DeletedLead,
    DeletedMember,
    DeletedOrder,
    DeletedOrderLine,
    DeletedProduct,
    DeletedRole,
    DeletedStep,
    MergedCompany,
    MergedContact,
    PurgedLead,
)
from kpiloop_salesforce.wire_people import CONVERTED_TO

BIN: Mapping[str, type[Wire]] = MappingProxyType(
    {
        "Account": DeletedCompany,
        "Contact": DeletedContact,
        "Lead": DeletedLead,
        "Opportunity": DeletedDeal,
        "OpportunityHistory": DeletedStep,
        "OpportunityContactRole": DeletedRole,
        "Campaign": DeletedCampaign,
        "CampaignMember": DeletedMember,
        "Task": DeletedActivity,
        "Event": DeletedActivity,
        "Order": DeletedOrder,
        "OrderItem": DeletedOrderLine,
        "Product2": DeletedProduct,
    }
)
"""What can be in the bin, by object."""

MERGES: Mapping[str, type[Wire]] = MappingProxyType(
    {"Account": MergedCompany, "Contact": MergedContact, "Lead": MergedContact}
)
"""The objects whose records can be merged."""

PURGED: Mapping[str, type[Wire]] = MappingProxyType({"Lead": PurgedLead})
"""What the log alone tells of, where that is less than the bin does."""

_MASTER = "MasterRecordId"
_AT_ONCE = 200
"""How many ids a condition names: the address with them stays far below the legal 16 KB."""

_LOGGED = timedelta(days=14)
"""How far back the log is asked: at 15 days it would be refused where clocks differ a little."""


class LogRow(BaseModel):
    """A record that is gone."""

    model_config = ConfigDict(frozen=True)

    id: str
    at: str = Field(validation_alias="deletedDate")


class Log(BaseModel):
    """The deletions of a span of time."""

    model_config = ConfigDict(frozen=True)

    records: tuple[LogRow, ...] = Field(validation_alias="deletedRecords")


_LOG = TypeAdapter(Log)


def deleted_pages(
    queries: Queries, describes: Describes, sobject: str, now: datetime
) -> Iterator[Page]:
    """The deleted records of an object; after them the records that others became.

    There are no checkpoints: what neither lies in the bin nor lives is known only at the end.
    """
    logged = deletions(queries, sobject, now)
    became: dict[str, list[str]] = {}
    for batch in _bin(queries, describes, sobject):
        for row in batch.found.records:
            logged.pop(str(row["Id"]), None)
            if row.get(_MASTER):
                became.setdefault(str(row[_MASTER]), []).append(str(row["Id"]))
        yield Page.json(batch.answer.body, rows="records", of=BIN[sobject])
    gone = PURGED.get(sobject, BIN[sobject])
    yield Page.rows([{"Id": key, MODIFIED: at} for key, at in logged.items()], of=gone)
    for masters in _known(queries, sobject, sorted(became)):
        rows = [{"id": each, "merged_ids": ";".join(became[each])} for each in masters]
        yield Page.rows(rows, of=MERGES[sobject])


def deletions(queries: Queries, sobject: str, now: datetime) -> dict[str, str]:
    """What the log of deletions tells of an object, with times; nothing where there is no such log.

    A record that was restored since then is newer than its line, which then says nothing.
    """
    path = data(queries.version, "sobjects", sobject, "deleted")
    try:
        answer = queries.api.get(path, {"start": moment(now - _LOGGED), "end": moment(now)})
    except (RefusedError, ScopeError):
        return {}
    return {each.id: each.at for each in answer.parse(_LOG).records}


def _bin(queries: Queries, describes: Describes, sobject: str) -> Iterator[Batch]:
    wanted = ("Id", MODIFIED, CREATED, _MASTER, CONVERTED_TO)
    fields = describes.of(sobject).of(wanted)
    question = Question(sobject=sobject, fields=fields, where=("IsDeleted = true",))
    return queries.batches(question, ById(), deleted=True)


def _known(queries: Queries, sobject: str, ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Those of the records that live or lie in the bin: one that is gone for good is nobody."""
    for start in range(0, len(ids), _AT_ONCE):
        named = f"Id IN {literals(ids[start : start + _AT_ONCE])}"
        question = Question(sobject=sobject, fields=("Id",), where=(named,))
        for batch in queries.batches(question, ById(), deleted=True):
            yield [str(row["Id"]) for row in batch.found.records]
