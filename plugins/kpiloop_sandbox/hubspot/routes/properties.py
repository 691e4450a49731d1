"""`/crm/properties/{type}`: definitions, groups and how many more the account may have."""

from kpiloop_sandbox.hubspot.batching import Rows, batch_answer, check_size
from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.definitions import Group, PropertyChange, PropertyDraft, Wire
from kpiloop_sandbox.hubspot.errors import ApiError, bad_request, not_found
from kpiloop_sandbox.hubspot.kinds import KINDS

MAX_BATCH = 100
_PATH = "/crm/properties/{type}"
_READ, _WRITE = "crm.schemas.{type}.read", "crm.schemas.{type}.write"


class BatchCreate(Wire):
    """Properties to define."""

    inputs: tuple[PropertyDraft, ...]


class Name(Wire):
    """One property by its name."""

    name: str


class BatchNames(Wire):
    """Properties to read or archive."""

    inputs: tuple[Name, ...]
    archived: bool = False


def list_properties(call: Call) -> Answer:
    """All definitions; there is only one page."""
    found = call.store.catalogue.properties(call.kind.name, archived=call.flag("archived"))
    return Answer(body={"results": [each.wire() for each in found]})


def create_property(call: Call) -> Answer:
    """A new definition, or an archived one back."""
    made = call.store.catalogue.add(call.kind.name, call.read(PropertyDraft), call.now)
    return Answer(body=made.wire(), status=201)


def read_property(call: Call) -> Answer:
    """One definition."""
    wanted = call.path["name"]
    for each in call.store.catalogue.properties(call.kind.name, archived=call.flag("archived")):
        if each.name == wanted:
            return Answer(body=each.wire())
    raise ApiError(
        404,
        f'Property "{wanted}" does not exist',
        "OBJECT_NOT_FOUND",
        subCategory="Properties.PROPERTY_NOT_FOUND",
    )


def change_property(call: Call) -> Answer:
    """Changed members of a definition."""
    change = call.read(PropertyChange)
    changed = call.store.catalogue.change(call.kind.name, call.path["name"], change, call.now)
    return Answer(body=changed.wire())


def archive_property(call: Call) -> Answer:
    """A definition into the recycle bin."""
    call.store.catalogue.archive(call.kind.name, call.path["name"], call.now)
    return Answer(status=204)


def batch_create(call: Call) -> Answer:
    """New definitions; those whose names are taken are told one by one."""
    drafts = call.read(BatchCreate).inputs
    check_size(drafts, MAX_BATCH)
    results: Rows = []
    errors: Rows = []
    for draft in drafts:
        try:
            made = call.store.catalogue.add(call.kind.name, draft, call.now)
            results.append(made.wire())
        except ApiError as error:
            errors.append(error.row(name=[draft.name]))
    return batch_answer(call, results, errors, status=201)


def batch_read(call: Call) -> Answer:
    """Definitions by name; unknown names are told one by one."""
    wanted = call.read(BatchNames)
    check_size(wanted.inputs, MAX_BATCH)
    known = call.store.catalogue.properties(call.kind.name, archived=wanted.archived)
    by_name = {each.name: each for each in known}
    results: Rows = []
    errors: Rows = []
    for each in wanted.inputs:
        if each.name in by_name:
            results.append(by_name[each.name].wire())
        else:
            missing = ApiError(404, f"No property found with name {each.name}", "OBJECT_NOT_FOUND")
            errors.append(missing.row(name=[each.name]))
    return batch_answer(call, results, errors)


def batch_archive(call: Call) -> Answer:
    """Definitions into the recycle bin."""
    for each in call.read(BatchNames).inputs:
        call.store.catalogue.archive(call.kind.name, each.name, call.now)
    return Answer(status=204)


def list_groups(call: Call) -> Answer:
    """All groups."""
    groups = call.store.catalogue.groups(call.kind.name)
    return Answer(body={"results": [group.model_dump(by_alias=True) for group in groups]})


def create_group(call: Call) -> Answer:
    """A new group."""
    group = call.store.catalogue.add_group(call.kind.name, call.read(Group))
    return Answer(body=group.model_dump(by_alias=True), status=201)


def read_group(call: Call) -> Answer:
    """One group."""
    return Answer(body=_group(call).model_dump(by_alias=True))


def change_group(call: Call) -> Answer:
    """A group's new label or place."""
    given = call.read(GroupChange)
    update = given.model_dump(exclude_none=True)
    changed = _group(call).model_copy(update=update)
    call.store.catalogue.put_group(call.kind.name, changed)
    return Answer(body=changed.model_dump(by_alias=True))


def archive_group(call: Call) -> Answer:
    """A group that goes; it must be empty."""
    group, live = _group(call), call.store.catalogue.live(call.kind.name)
    if any(each.group_name == group.name for each in live.values()):
        raise bad_request(f"Property group {group.name} still has properties")
    call.store.catalogue.put_group(call.kind.name, group.model_copy(update={"archived": True}))
    return Answer(status=204)


class GroupChange(Wire):
    """What may be changed about a group."""

    label: str | None = None
    display_order: int | None = None


def custom_property_limits(call: Call) -> Answer:
    """How many custom properties each object type has, and may have."""
    limit = call.account.options.custom_properties
    by_type: list[dict[str, object]] = []
    usages = [
        sum(not each.hubspot_defined for each in call.store.catalogue.live(kind.name).values())
        for kind in KINDS
    ]
    for kind, usage in zip(KINDS, usages, strict=True):
        by_type.append(
            {
                "objectTypeId": kind.type_id,
                "singularLabel": kind.singular.capitalize(),
                "pluralLabel": kind.name.capitalize(),
                "limit": limit,
                "usage": usage,
                "percentage": _percentage(usage, limit),
            }
        )
    overall, used = limit * len(KINDS), sum(usages)
    return Answer(
        body={
            "byObjectType": by_type,
            "overallLimit": overall,
            "overallPercentage": _percentage(used, overall),
            "overallUsage": used,
        }
    )


def _percentage(usage: int, limit: int) -> float:
    return round(100 * usage / limit, 2) if limit else 100.0


def _group(call: Call) -> Group:
    group = call.store.catalogue.group(call.kind.name, call.path["name"])
    if group is None:
        raise not_found(f'Property group "{call.path["name"]}" does not exist')
    return group


_GROUPS = f"{_PATH}/groups"
_GROUP, _PROPERTY = f"{_GROUPS}/{{name}}", f"{_PATH}/{{name}}"
ENDPOINTS = (
    Endpoint(method="POST", path=f"{_PATH}/batch/create", handler=batch_create, scope=_WRITE),
    Endpoint(method="POST", path=f"{_PATH}/batch/read", handler=batch_read, scope=_READ),
    Endpoint(method="POST", path=f"{_PATH}/batch/archive", handler=batch_archive, scope=_WRITE),
    Endpoint(method="GET", path=_GROUPS, handler=list_groups, scope=_READ),
    Endpoint(method="POST", path=_GROUPS, handler=create_group, scope=_WRITE),
    Endpoint(method="GET", path=_GROUP, handler=read_group, scope=_READ),
    Endpoint(method="PATCH", path=_GROUP, handler=change_group, scope=_WRITE),
    Endpoint(method="DELETE", path=_GROUP, handler=archive_group, scope=_WRITE),
    Endpoint(method="GET", path=_PATH, handler=list_properties, scope=_READ),
    Endpoint(method="POST", path=_PATH, handler=create_property, scope=_WRITE),
    Endpoint(method="GET", path=_PROPERTY, handler=read_property, scope=_READ),
    Endpoint(method="PATCH", path=_PROPERTY, handler=change_property, scope=_WRITE),
    Endpoint(method="DELETE", path=_PROPERTY, handler=archive_property, scope=_WRITE),
    Endpoint(
        method="GET",
        path="/crm/limits/custom-properties",
        handler=custom_property_limits,
        scope="crm.objects.contacts.read",
    ),
)
