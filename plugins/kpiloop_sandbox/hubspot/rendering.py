"""Records as the API shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpiloop_sandbox.hubspot.calls import Call
from kpiloop_sandbox.hubspot.definitions import Property
from kpiloop_sandbox.hubspot.kinds import Kind, kind_of
from kpiloop_sandbox.hubspot.links import Link
from kpiloop_sandbox.hubspot.records import Record
from kpiloop_sandbox.hubspot.times import iso

MAX_LINKED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which properties, histories and associations of a record are shown."""

    kind: Kind
    portal_id: int
    properties: tuple[str, ...]
    history: tuple[str, ...] = ()

    def show(self, record: Record) -> dict[str, object]:
        """The record in HubSpot's JSON; a shown property without a value is null."""
        values = record.properties
        shown: dict[str, object] = {
            "id": str(record.id),
            "properties": {name: values.get(name) for name in self.properties},
        }
        if self.history:
            shown["propertiesWithHistory"] = {
                name: _versions(record, name) for name in self.history
            }
        return self._finish(shown, record)

    def show_written(self, record: Record, names: Iterable[str]) -> dict[str, object]:
        """The record as the answer to a write: what was written and what HubSpot keeps itself."""
        own = (self.kind.created, "hs_object_id", self.kind.modified)
        values = {name: record.properties.get(name) for name in sorted({*names, *own})}
        return self._finish({"id": str(record.id), "properties": values}, record)

    def _finish(self, shown: dict[str, object], record: Record) -> dict[str, object]:
        shown["createdAt"] = iso(record.created)
        shown["updatedAt"] = record.properties[self.kind.modified]
        shown["archived"] = record.archived is not None
        if record.archived is not None:
            shown["archivedAt"] = iso(record.archived)
        place = f"{self.portal_id}/record/{self.kind.type_id}/{record.id}"
        shown["url"] = f"https://app.hubspot.com/contacts/{place}"
        return shown


def view(call: Call, asked: Sequence[str], history: Sequence[str] = ()) -> View:
    """The view that shows what was asked for; a name that is unknown is left out, silently."""
    known = call.store.catalogue.live(call.kind.name)
    always = (call.kind.created, "hs_object_id", call.kind.modified)
    names = sorted({*_known(asked or call.kind.shown, known), *always})
    return View(
        kind=call.kind,
        portal_id=call.account.options.portal_id,
        properties=tuple(names),
        history=tuple(_known(history, known)),
    )


def associations(
    call: Call, records: Sequence[Record], targets: Sequence[str]
) -> dict[int, dict[str, object]]:
    """The `associations` member of each record, by its id."""
    members: dict[int, dict[str, object]] = {}
    for target in [kind_of(name) for name in targets]:
        linked = call.store.links.of(call.kind, [record.id for record in records], target)
        for key, links in linked.items():
            members.setdefault(key, {})[target.name] = _collection(links)
    return members


def _collection(links: Sequence[Link]) -> dict[str, object]:
    results: list[dict[str, str]] = [
        {"id": str(link.to_id), "type": _type_name(link)} for link in links[:MAX_LINKED]
    ]
    collection: dict[str, object] = {"results": results}
    if len(links) > MAX_LINKED:
        collection["paging"] = {"next": {"after": str(links[MAX_LINKED].to_id)}}
    return collection


def _type_name(link: Link) -> str:
    pair = f"{kind_of(link.from_kind).singular}_to_{kind_of(link.to_kind).singular}"
    return f"{pair}_unlabeled" if link.label is None and "company" in pair else pair


def _known(names: Iterable[str], known: Mapping[str, Property]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name in known]


def _versions(record: Record, name: str) -> list[dict[str, object]]:
    return [
        {
            "value": version.value,
            "timestamp": iso(version.since),
            "sourceType": version.source,
            "sourceId": "kpiloop" if version.source == "INTEGRATION" else "userId:1",
        }
        for version in reversed(record.versions(name))
    ]
