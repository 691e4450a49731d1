"""Who else a person is: the contact that a lead became, and ids in other systems."""

from collections.abc import Iterator, Mapping

from kpiloop import Read
from kpiloop.web_api import Page
from kpiloop_salesforce.answers import Row
from kpiloop_salesforce.objects import MODIFIED, Objects
from kpiloop_salesforce.query import ById, ByTime
from kpiloop_salesforce.soql import Question
from kpiloop_salesforce.wire_people import SamePerson

_CONTACT, _DEAL = "ConvertedContactId", "ConvertedOpportunityId"


def same_people(
    objects: Objects, sobject: str, read: Read, cross_ids: Mapping[str, str]
) -> Iterator[Page]:
    """The leads that were converted, and whoever has an id in another system.

    `cross_ids` names the fields with such ids and the source that each belongs to.
    """
    visible = objects.describes.of(sobject)
    others = {field: cross_ids[field] for field in visible.of(cross_ids)}
    conditions = [f"{field} != null" for field in others]
    if _CONTACT in visible.names:
        conditions.append("IsConverted = true")
    if not conditions:
        return
    question = Question(
        sobject=sobject,
        fields=visible.of(("Id", MODIFIED, _CONTACT, _DEAL, *others)),
        where=(f"({' OR '.join(conditions)})",),
    )
    order = ById() if read.window.is_full else ByTime.of(MODIFIED, read.window)
    for batch in objects.queries.batches(question, order, read.checkpoint):
        rows = [_spelled(row, others) for row in batch.found.records]
        yield Page.rows(rows, of=SamePerson, checkpoint=batch.checkpoint)


def _spelled(row: Row, others: Mapping[str, str]) -> Row:
    own = [row[_CONTACT]] if row.get(_CONTACT) else []
    elsewhere = [f"{source}:{row[field]}" for field, source in others.items() if row.get(field)]
    return {
        "id": row["Id"],
        "same_as": ";".join([*own, *elsewhere]),
        "opportunity_id": row.get(_DEAL),
        "modified": row.get(MODIFIED),
    }
