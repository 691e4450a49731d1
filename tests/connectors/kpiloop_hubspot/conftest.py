"""A simulated HubSpot account on a real socket, and the connector that talks to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kpiloop import Page, Read, Source, Window, Wire
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_sandbox.hubspot.objects import StoredObject
from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from pydantic import SecretStr, TypeAdapter

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EVERYTHING = Window(start=None, end=NOON + timedelta(days=3_000))

Connect = Callable[..., Hubspot]


@pytest.fixture
def store() -> Iterator[Store]:
    """The account's records, to be seeded."""
    with Store() as store:
        yield store


@pytest.fixture
def sandbox(store: Store) -> Iterator[HubspotSandbox]:
    """The account, served."""
    with HubspotSandbox(store) as sandbox:
        yield sandbox


@pytest.fixture
def connect(sandbox: HubspotSandbox) -> Iterator[Connect]:
    """Make a connector for the account; settings may be overridden."""
    made: list[Hubspot] = []

    def make(**settings: object) -> Hubspot:
        given: dict[str, Any] = {
            "token": SecretStr(DEFAULT_TOKEN),
            "base_url": sandbox.base_url,
            # The limits have tests of their own; waiting for them would only slow these down.
            "calls_per_10_seconds": 100_000,
            "searches_per_second": 10_000,
            **settings,
        }
        made.append(Hubspot(HubspotSettings(**given), Source(name="hubspot", share=1.0)))
        return made[-1]

    yield make
    for connector in made:
        connector.close()


@pytest.fixture
def hubspot(connect: Connect) -> Hubspot:
    """The connector with a key that may do everything."""
    return connect()


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


def rows_of(hubspot: Hubspot, stream: str, **read: Any) -> list[Wire]:
    """The rows of a stream, parsed by their wire models."""
    models = hubspot.streams()[stream].models
    return [
        row
        for page in pages_of(hubspot, stream, **read)
        for row in parsed(page, page.of or models[0])
    ]


def parsed(page: Page, model: Any) -> list[Wire]:
    """The rows of one page."""
    adapter: TypeAdapter[list[Wire]] = TypeAdapter(list[model])
    if page.items is not None:
        return adapter.validate_python(page.items)
    envelope: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
    return adapter.validate_python(envelope.validate_json(page.body or b"")[page.rows_at])


def records_of(hubspot: Hubspot, stream: str, **read: Any) -> list[Any]:
    """The records of the common schema that a stream gives."""
    return [record for row in rows_of(hubspot, stream, **read) for record in row.records()]
