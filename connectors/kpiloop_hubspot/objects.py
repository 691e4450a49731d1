"""Reading records of the CRM, whatever their type: those that changed, and those in the bin."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kpiloop import Connector, Read, Wire
from kpiloop.web_api import Api, Page
from kpiloop_hubspot.paths import OBJECTS
from kpiloop_hubspot.search import IdRange, ObjectType, Search

NEXT = "paging.next.after"
LIST_PAGE = 100
SEARCHES_AT_ONCE = 4
"""Ranges of ids that are read side by side: 5 searches a second need no more at 800 ms each."""


def id_ranges(of: ObjectType) -> Callable[[Connector[Any], Read], Sequence[str]]:
    """What cuts a read of a type into ranges of ids."""

    def cut(connector: Connector[Any], read: Read) -> Sequence[str]:
        search = Search(api=connector.api, of=of, window=read.window)
        return [str(ids) for ids in search.cut(SEARCHES_AT_ONCE)]

    return cut


def changed(api: Api, of: ObjectType, read: Read) -> Iterator[Page]:
    """The records of a slice that changed in the window."""
    search = Search(api=api, of=of, window=read.window)
    return search.pages(IdRange.parse(read.slice), read.fields_below("properties"), read.checkpoint)


def archived(api: Api, of: str, read: Read, model: type[Wire]) -> Iterator[Page]:
    """What lies in the recycling bin of a type, 90 days long; no other endpoint tells of it."""
    return api.pages(
        OBJECTS.at(of),
        {"limit": LIST_PAGE, "archived": "true", "properties": "hs_object_id"},
        rows="results",
        cursor=NEXT,
        of=model,
        start=read.checkpoint,
    )
