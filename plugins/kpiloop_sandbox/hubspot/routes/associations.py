"""`/crm/associations/{type}/{to}/batch/…`, in the shape of version 4 (version 3 on its path)."""

import itertools
from collections.abc import Iterable, Sequence

from pydantic import Field, TypeAdapter

from kpiloop_sandbox.hubspot.batching import Rows, batch_answer, check_size
from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.definitions import Wire
from kpiloop_sandbox.hubspot.kinds import Kind, kind_of
from kpiloop_sandbox.hubspot.links import PRIMARY, UNLABELED, Link
from kpiloop_sandbox.hubspot.objects import StoredLink
from kpiloop_sandbox.hubspot.routes.objects import LinkType, Target, number

MAX_READ, MAX_WRITE, MAX_LINKED = 1_000, 2_000, 500
_PATH = "/crm/associations/{type}/{to}"
_OF_ONE = "/crm/objects/{type}/{id}/associations"
_READ, _WRITE = "crm.objects.{type}.read", "crm.objects.{type}.write"
_TYPES = TypeAdapter(tuple[LinkType, ...])


class From(Wire):
    """A record whose associations are wanted, from a cursor on."""

    id: str
    after: str | None = None


class BatchRead(Wire):
    """Records whose associations are wanted."""

    inputs: tuple[From, ...]


class Pair(Wire):
    """Two records to associate; without a type, the plain one."""

    source: Target = Field(alias="from")
    to: Target
    types: tuple[LinkType, ...] = ()


class Parting(Wire):
    """A record and those that it is no longer associated with."""

    source: Target = Field(alias="from")
    to: tuple[Target, ...]


class BatchCreate(Wire):
    """Associations to make."""

    inputs: tuple[Pair, ...]


class BatchArchive(Wire):
    """Associations to remove."""

    inputs: tuple[Parting, ...]


def batch_read(call: Call) -> Answer:
    """The associations of each record; one error for each record that has none."""
    wanted = call.read(BatchRead)
    check_size(wanted.inputs, MAX_READ)
    target = kind_of(call.path["to"])
    linked = call.store.links.of(call.kind, [number(each.id) for each in wanted.inputs], target)
    results: Rows = []
    errors: Rows = []
    for each in wanted.inputs:
        links = [
            link
            for link in linked.get(number(each.id), ())
            if link.to_id >= number(each.after or "0")
        ]
        if links:
            results.append({"from": {"id": each.id}, **_page(links, call.version)})
        else:
            errors.append(_none(call.kind, each.id, target))
    return batch_answer(call, results, errors)


def batch_create(call: Call) -> Answer:
    """New associations, with their ways back."""
    wanted = call.read(BatchCreate)
    check_size(wanted.inputs, MAX_WRITE)
    source, target = call.kind, kind_of(call.path["to"])
    plain = LinkType(association_type_id=UNLABELED[source.name, target.name])
    call.store.load_links(
        StoredLink(
            from_type=source.name,
            from_id=pair.source.id,
            to_type=target.name,
            to_id=pair.to.id,
            type_id=kind.association_type_id,
        )
        for pair in wanted.inputs
        for kind in pair.types or (plain,)
    )
    results = [_made(call, pair.source.id, pair.to.id) for pair in wanted.inputs]
    return batch_answer(call, results, [], status=201)


def batch_archive(call: Call) -> Answer:
    """Associations that end, both ways."""
    target = kind_of(call.path["to"])
    for parting in call.read(BatchArchive).inputs:
        for other in parting.to:
            call.store.links.remove(call.kind, number(parting.source.id), target, number(other.id))
    return Answer(status=204)


def of_one(call: Call) -> Answer:
    """The associations of one record."""
    target = kind_of(call.path["to"])
    limit = call.limit(MAX_LINKED, MAX_LINKED)
    linked = call.store.links.of(call.kind, [number(call.path["id"])], target)
    groups = _grouped(linked.get(number(call.path["id"]), ()))
    groups = [group for group in groups if group[0].to_id >= number(call.one("after", "0"))]
    body: dict[str, object] = {"results": [_end(group, "v4") for group in groups[:limit]]}
    if len(groups) > limit:
        body.update(call.next_page(str(groups[limit][0].to_id)))
    return Answer(body=body)


def link_one(call: Call) -> Answer:
    """Two records associated; the body lists the types, without one it is the plain one."""
    given = _TYPES.validate_json(call.body) if call.body else ()
    target = kind_of(call.path["to"])
    plain = LinkType(association_type_id=UNLABELED[call.kind.name, target.name])
    call.store.load_links(
        StoredLink(
            from_type=call.kind.name,
            from_id=call.path["id"],
            to_type=target.name,
            to_id=call.path["to_id"],
            type_id=kind.association_type_id,
        )
        for kind in given or (plain,)
    )
    return Answer(body=_made(call, call.path["id"], call.path["to_id"]), status=201)


def unlink_one(call: Call) -> Answer:
    """Two records no longer associated."""
    target = kind_of(call.path["to"])
    call.store.links.remove(call.kind, number(call.path["id"]), target, number(call.path["to_id"]))
    return Answer(status=204)


def labels(call: Call) -> Answer:
    """The association types between two object types."""
    source, target = call.kind.name, kind_of(call.path["to"]).name
    types: list[dict[str, object]] = [
        {"category": "HUBSPOT_DEFINED", "typeId": UNLABELED[source, target], "label": None}
    ]
    if (source, target) in PRIMARY:
        types.append(
            {
                "category": "HUBSPOT_DEFINED",
                "typeId": PRIMARY[source, target],
                "label": "Primary",
            }
        )
    return Answer(body={"results": types})


def _made(call: Call, source: str, target: str) -> dict[str, object]:
    to = kind_of(call.path["to"])
    if call.version == "v3":
        pair = f"{call.kind.singular}_to_{to.singular}"
        return {"from": {"id": source}, "to": {"id": target}, "type": pair}
    return {
        "fromObjectTypeId": call.kind.type_id,
        "fromObjectId": number(source),
        "toObjectTypeId": to.type_id,
        "toObjectId": number(target),
        "labels": [],
    }


def _page(links: Sequence[Link], version: str) -> dict[str, object]:
    groups = _grouped(links)
    page: dict[str, object] = {"to": [_end(group, version) for group in groups[:MAX_LINKED]]}
    if len(groups) > MAX_LINKED:
        page["paging"] = {"next": {"after": str(groups[MAX_LINKED][0].to_id)}}
    return page


def _grouped(links: Iterable[Link]) -> list[list[Link]]:
    return [list(group) for _, group in itertools.groupby(links, lambda link: link.to_id)]


def _end(group: Sequence[Link], version: str) -> dict[str, object]:
    if version == "v3":
        first = group[0]
        pair = f"{kind_of(first.from_kind).singular}_to_{kind_of(first.to_kind).singular}"
        return {"id": str(first.to_id), "type": pair}
    return {
        "toObjectId": group[0].to_id,
        "associationTypes": [
            {"category": link.category, "typeId": link.type_id, "label": link.label}
            for link in group
        ],
    }


def _none(source: Kind, key: str, target: Kind) -> dict[str, object]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {target.singular} is associated with {source.singular} {key}.",
        "context": {
            "fromObjectId": [key],
            "fromObjectType": [source.singular],
            "toObjectType": [target.singular],
        },
    }


ENDPOINTS = (
    Endpoint(method="POST", path=f"{_PATH}/batch/read", handler=batch_read, scope=_READ),
    Endpoint(method="POST", path=f"{_PATH}/batch/create", handler=batch_create, scope=_WRITE),
    Endpoint(
        method="POST", path=f"{_PATH}/batch/associate/default", handler=batch_create, scope=_WRITE
    ),
    Endpoint(method="POST", path=f"{_PATH}/batch/archive", handler=batch_archive, scope=_WRITE),
    Endpoint(method="GET", path=f"{_PATH}/labels", handler=labels, scope=_READ),
    Endpoint(method="GET", path=f"{_OF_ONE}/{{to}}", handler=of_one, scope=_READ),
    Endpoint(
        method="PUT", path=f"{_OF_ONE}/default/{{to}}/{{to_id}}", handler=link_one, scope=_WRITE
    ),
    Endpoint(method="PUT", path=f"{_OF_ONE}/{{to}}/{{to_id}}", handler=link_one, scope=_WRITE),
    Endpoint(method="DELETE", path=f"{_OF_ONE}/{{to}}/{{to_id}}", handler=unlink_one, scope=_WRITE),
)
