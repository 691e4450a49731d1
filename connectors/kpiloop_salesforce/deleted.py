"""The recycle bin: what was deleted, and which records were merged into which.

Salesforce empties the bin after about 15 days; what was deleted before that, or for good, is found
by the next full read.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from kpiloop import Wire
from kpiloop.web_api import Page
from kpiloop_salesforce.describe import Describes
from kpiloop_salesforce.objects import CREATED, MODIFIED
from kpiloop_salesforce.query import ById, Queries
from kpiloop_salesforce.soql import Question
from kpiloop_salesforce.wire_deleted import (
    DeletedActivity,
    DeletedCampaign,
    DeletedCompany,
    DeletedContact,
    DeletedDeal,
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
        "Lead": DeletedContact,
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
