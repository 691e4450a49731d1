"""Records of a simulated HubSpot account, and what the connector makes of them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from kpiloop import Page, Read, Window, Wire
from kpiloop_hubspot.reads import Hubspot
from kpiloop_sandbox.hubspot.edits import Editor
from kpiloop_sandbox.hubspot.kinds import kind_of
from kpiloop_sandbox.hubspot.objects import StoredObject
from kpiloop_sandbox.hubspot.store import Store

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
Connect = Callable[..., Hubspot]
EVERYTHING = Window(start=None, end=NOON + timedelta(days=3_000))


def editor(store: Store, object_type: str, at: datetime) -> Editor:
    """What changes records behind the API's back, at a moment."""
    return Editor(store=store, kind=kind_of(object_type), now=int(at.timestamp() * 1_000))


def stored(  # noqa: PLR0913 - a record has so many sides
    object_type: str,
    key: int,
    properties: Mapping[str, str] | None = None,
    *,
    at: datetime = NOON,
    archived_at: datetime | None = None,
    history: Mapping[str, Sequence[tuple[datetime, str]]] | None = None,
    merged_ids: tuple[str, ...] = (),
) -> StoredObject:
    """A record of the account, last changed at a moment."""
    return StoredObject(
        object_type=object_type,
        id=str(key),
        properties=properties or {},
        created_at=at,
        updated_at=at,
        archived_at=archived_at,
        history=history or {},
        merged_ids=merged_ids,
    )


def fields_of(model: type[Wire]) -> tuple[str, ...]:
    """The vendor's paths that a wire model needs, as the core asks for them."""
    found: list[str] = []
    for name in model.__annotations__:
        alias = model.model_fields[name].validation_alias if name in model.model_fields else None
        path = getattr(alias, "path", None)
        if path:
            found.append(".".join(str(part) for part in path))
    return tuple(found)


def asked(hubspot: Hubspot, stream: str, **read: Any) -> Read:
    """What the core asks of a stream."""
    models = hubspot.streams()[stream].models
    fields = {model: fields_of(model) for model in models}
    return Read(**{"window": EVERYTHING, "fields": fields, **read})


def pages_of(hubspot: Hubspot, stream: str, **read: Any) -> list[Page]:
    """The pages of a stream over all its slices."""
    request = asked(hubspot, stream, **read)
    cut = hubspot.streams()[stream].slices
    parts = cut(hubspot, request) if cut and not request.slice else (request.slice,)
    pages: list[Page] = []
    for part in parts:
        pages += getattr(hubspot, stream)(asked(hubspot, stream, **{**read, "slice": part}))
    return pages


def records_in(hubspot: Hubspot, stream: str, pages: Iterable[Page]) -> list[Any]:
    """The records of the common schema in these pages of a stream."""
    first = hubspot.streams()[stream].models[0]
    return [
        record
        for page in pages
        for row in parsed(page, page.of or first)
        for record in row.records()
    ]


def records_of(hubspot: Hubspot, stream: str, **read: Any) -> list[Any]:
    """The records of the common schema that a stream gives."""
    return records_in(hubspot, stream, pages_of(hubspot, stream, **read))


def parsed(page: Page, model: Any) -> list[Wire]:
    """The rows of one page."""
    adapter: TypeAdapter[list[Wire]] = TypeAdapter(list[model])
    if page.items is not None:
        return adapter.validate_python(page.items)
    return adapter.validate_python(json.loads(page.body or b"")[page.rows_at])
