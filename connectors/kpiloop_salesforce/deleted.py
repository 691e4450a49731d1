"""What was deleted, and which records were merged into which.

The recycle bin tells most, until Salesforce empties it after about 15 days. The log of deletions
also tells of what somebody deleted for good, but it may be cut off after two hours where much is
deleted. What neither tells any more is found by the next full read.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kpiloop import RefusedError, ScopeError, Wire
from kpiloop.web_api import Page
from kpiloop_salesforce.answers import parsed
from kpiloop_salesforce.describe import Describes
from kpiloop_salesforce.objects import CREATED, MODIFIED
from kpiloop_salesforce.paths import data
from kpiloop_salesforce.query import ById, Queries
from kpiloop_salesforce.soql import Question, moment
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
)

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

_MASTER = "MasterRecordId"


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


def log_pages(queries: Queries, sobject: str, now: datetime) -> Iterator[Page]:
    """What the log of deletions tells of an object; nothing where it has no such log.

    A record that was restored since then is newer than its line, which then says nothing.
    """
    path = data(queries.version, "sobjects", sobject, "deleted")
    try:
        answer = queries.api.get(path, {"start": moment(now - _LOGGED), "end": moment(now)})
    except (RefusedError, ScopeError):
        return
    lines = parsed(answer, _LOG).records
    yield Page.rows([{"Id": each.id, MODIFIED: each.at} for each in lines], of=BIN[sobject])


def bin_pages(queries: Queries, describes: Describes, sobject: str) -> Iterator[Page]:
    """The deleted records of an object; after them the records that others became.

    There are no checkpoints: which records became which is known only at the end.
    """
    wanted = ("Id", MODIFIED, CREATED, _MASTER)
    question = Question(
        sobject=sobject, fields=describes.of(sobject).of(wanted), where=("IsDeleted = true",)
    )
    became: dict[str, list[str]] = {}
    for batch in queries.batches(question, ById(), deleted=True):
        for row in batch.found.records:
            if row.get(_MASTER):
                became.setdefault(str(row[_MASTER]), []).append(str(row["Id"]))
        yield Page.json(batch.answer.body, rows="records", of=BIN[sobject])
    if became:
        yield Page.rows(
            [{"id": master, "merged_ids": ";".join(ids)} for master, ids in became.items()],
            of=MERGES[sobject],
        )
