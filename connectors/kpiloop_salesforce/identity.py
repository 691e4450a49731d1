"""Who else a person is: the contact that a lead became, and ids in other systems."""

from collections.abc import Iterator, Mapping

from kpiloop import Read
from kpiloop.web_api import Page
from kpiloop_salesforce.answers import Row
from kpiloop_salesforce.objects import MODIFIED, Objects
from kpiloop_salesforce.query import ById, ByTime
from kpiloop_salesforce.soql import Question
from kpiloop_salesforce.wire_people import CONVERTED_TO, SamePerson

_CONTACT = "ConvertedContactId"


def same_people(
    objects: Objects, sobject: str, read: Read, cross_ids: Mapping[str, str]
) -> Iterator[Page]:
    """The leads that were converted, and whoever has an id in another system.

    `cross_ids` names the fields with such ids and the source that each belongs to. Where there are
    any, everybody is read: whose id was taken away is somebody else from then on, and long texts
    cannot be filtered by.
    """
    visible = objects.describes.of(sobject)
    others = {field: cross_ids[field] for field in visible.of(cross_ids)}
    if not others and _CONTACT not in visible.names:
        return
    question = Question(
        sobject=sobject,
        fields=visible.of(("Id", MODIFIED, _CONTACT, CONVERTED_TO, *others)),
        where=() if others else ("IsConverted = true",),
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
        "opportunity_id": row.get(CONVERTED_TO),
        "modified": row.get(MODIFIED),
    }
