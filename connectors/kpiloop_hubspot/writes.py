"""What is written to HubSpot: values of custom properties, a hundred records a call.

An update by id may be repeated: it leaves the same values behind. It never makes a record, and
its answer tells the fate of each row, which may differ from the status of the whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kpiloop import Batching, Capacity, Change, Current, Definition, Kind, Outcome, Value, Writer
from kpiloop.web_api import Api
from kpiloop_hubspot.answers import OBJECTS_IN_BATCH, refuse_partial
from kpiloop_hubspot.batches import batched
from kpiloop_hubspot.capacity import capacity
from kpiloop_hubspot.paths import OBJECTS
from kpiloop_hubspot.properties import Properties
from kpiloop_hubspot.updates import Updates
from kpiloop_hubspot.values import read_back

BATCH = 100


class HubspotWriter(Writer):
    """Writes KPIs into custom properties of contacts, companies and deals."""

    def __init__(self, api: Api, calls_per_second: float) -> None:
        self._api = api
        self._calls_per_second = calls_per_second

    def batching(self, entity: str) -> Batching:  # noqa: ARG002 - the same for all of them
        """A hundred records a call, both ways."""
        return Batching(write=BATCH, read=BATCH, calls_per_second=self._calls_per_second)

    def capacity(self, entity: str) -> Capacity:
        """The rights of the key, and how many properties the account may still define."""
        return capacity(self._api, entity)

    def define(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Make the property group and the properties that are missing."""
        return [
            outcome
            for entity, own in _by_entity(definitions).items()
            for outcome in Properties(self._api, entity).define(own)
        ]

    def current(
        self, entity: str, ids: Sequence[str], definitions: Sequence[Definition]
    ) -> Iterator[Current]:
        """What the records hold now, by batch read: a search would answer from an index.

        A record that was merged away answers under another id, and is left out.
        """
        kinds = {each.field: each.kind for each in definitions if each.entity == entity}
        for batch in batched(ids, BATCH):
            body = {"properties": [*kinds], "inputs": [{"id": each} for each in batch]}
            answer = self._api.post(OBJECTS.at(entity, "batch", "read"), body)
            asked = {*batch}
            refuse_partial(answer)
            for row in answer.parse(OBJECTS_IN_BATCH).results:
                if row.id in asked:
                    yield Current(id=row.id, values=_values(row.properties, kinds))

    def write(
        self, changes: Iterable[Change], definitions: Sequence[Definition]
    ) -> Iterator[Outcome]:
        """Send the changes; each gets its outcome, whatever happens to the others."""
        return Updates(self._api, definitions).outcomes(changes, BATCH)

    def retire(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Remove the properties; HubSpot keeps an archived one for a while."""
        return [
            outcome
            for entity, own in _by_entity(definitions).items()
            for outcome in Properties(self._api, entity).retire(own)
        ]


def _values(properties: Mapping[str, str | None], kinds: Mapping[str, Kind]) -> Mapping[str, Value]:
    return {name: read_back(properties.get(name), kind) for name, kind in kinds.items()}


def _by_entity(definitions: Sequence[Definition]) -> Mapping[str, Sequence[Definition]]:
    found: dict[str, list[Definition]] = {}
    for each in definitions:
        found.setdefault(each.entity, []).append(each)
    return found
