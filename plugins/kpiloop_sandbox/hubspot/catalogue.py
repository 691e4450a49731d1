"""The property definitions of an account: found, added, changed, archived, restored."""

from collections.abc import Iterable, Mapping

from kpiloop_sandbox.hubspot.definitions import (
    Group,
    Property,
    PropertyChange,
    PropertyDraft,
    numbered,
)
from kpiloop_sandbox.hubspot.errors import ApiError, bad_request
from kpiloop_sandbox.hubspot.kinds import KINDS
from kpiloop_sandbox.hubspot.standard import standard_groups, standard_properties
from kpiloop_sandbox.hubspot.times import iso
from kpiloop_sandbox.serving.database import Documents

FIELD_TYPES = {
    "string": {"text", "textarea", "html", "phonenumber", "file", "calculation_equation"},
    "number": {"number", "calculation_equation"},
    "date": {"date"},
    "datetime": {"date"},
    "bool": {"booleancheckbox", "calculation_equation"},
    "enumeration": {"select", "radio", "checkbox", "booleancheckbox", "calculation_equation"},
}
MAX_UNIQUE = 10


class Catalogue:
    """All definitions of one account, kept in memory and in the database."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._properties: dict[str, dict[str, Property]] = {}
        self._groups: dict[str, dict[str, Group]] = {}
        self._live: dict[str, Mapping[str, Property]] = {}
        for kind in (kind.name for kind in KINDS):
            own = [
                Property.model_validate_json(text) for text in documents.all(f"properties/{kind}")
            ]
            groups = [Group.model_validate_json(text) for text in documents.all(f"groups/{kind}")]
            self._properties[kind] = {p.name: p for p in [*standard_properties(kind), *own]}
            self._groups[kind] = {g.name: g for g in [*standard_groups(kind), *groups]}

    def live(self, kind: str) -> Mapping[str, Property]:
        """The properties that can be read and written, by name."""
        if kind not in self._live:
            every = self._properties[kind].items()
            self._live[kind] = {name: each for name, each in every if not each.archived}
        return self._live[kind]

    def find(self, kind: str, name: str) -> Property | None:
        """A property that is not archived."""
        found = self._properties[kind].get(name)
        return None if found is None or found.archived else found

    def properties(self, kind: str, *, archived: bool = False) -> list[Property]:
        """The definitions in the order in which they came."""
        return [p for p in self._properties[kind].values() if bool(p.archived) is archived]

    def groups(self, kind: str) -> list[Group]:
        """The groups of an object type."""
        return [group for group in self._groups[kind].values() if not group.archived]

    def group(self, kind: str, name: str) -> Group | None:
        """A group by its name."""
        found = self._groups[kind].get(name)
        return None if found is None or found.archived else found

    def add_group(self, kind: str, group: Group) -> Group:
        """Keep a new group.

        Raises:
            ApiError: 409 where the name is taken.
        """
        if self.group(kind, group.name) is not None:
            raise ApiError(
                409,
                f"A property group named '{group.name}' already exists.",
                "OBJECT_ALREADY_EXISTS",
                subCategory="Properties.PROPERTY_GROUP_WITH_NAME_EXISTS",
                context={"name": [group.name]},
            )
        if group.display_order < 0:
            group = group.model_copy(update={"display_order": len(self._groups[kind])})
        self.put_group(kind, group)
        return group

    def put_group(self, kind: str, group: Group) -> None:
        """Keep a group, in place of one with its name."""
        self._groups[kind][group.name] = group
        self._documents.put(f"groups/{kind}", group.name, group.model_dump(by_alias=True))

    def add(self, kind: str, draft: PropertyDraft, now: int) -> Property:
        """Keep a new property; an archived one with its name comes back to life.

        Raises:
            ApiError: 409 where the name is taken, 400 where the definition is not legal.
        """
        known = self._properties[kind].get(draft.name)
        if known is not None and not known.archived:
            raise ApiError(
                409,
                f"A property named '{draft.name}' already exists.",
                "OBJECT_ALREADY_EXISTS",
                subCategory="Properties.PROPERTY_WITH_NAME_EXISTS",
                context={"name": [draft.name]},
            )
        self._check(kind, draft)
        since = known.created_at if known else iso(now)
        made = Property(
            **draft.model_dump(exclude={"options"}),
            options=numbered(draft.options),
            created_at=since,
            updated_at=iso(now),
            archived=False,
        )
        self.put(kind, made)
        return made

    def change(self, kind: str, name: str, change: PropertyChange, now: int) -> Property:
        """Change the given members; `options` replaces all options."""
        known = self.own(kind, name)
        update: dict[str, object] = {member: value for member, value in change if value is not None}
        if change.options is not None:
            update["options"] = numbered(change.options)
        changed = known.model_copy(update={**update, "updated_at": iso(now)})
        _check_types(changed.type, changed.field_type)
        self.put(kind, changed)
        return changed

    def archive(self, kind: str, name: str, now: int) -> None:
        """Hide a property; adding its name again restores it."""
        known = self.own(kind, name)
        self.put(kind, known.model_copy(update={"archived": True, "archived_at": iso(now)}))

    def own(self, kind: str, name: str) -> Property:
        """A property that the account itself has defined.

        Raises:
            ApiError: 404 where there is none, 400 where it is HubSpot's own.
        """
        known = self.find(kind, name)
        if known is None:
            raise ApiError(
                404,
                f'Property "{name}" does not exist',
                "OBJECT_NOT_FOUND",
                context={"propertyName": [name]},
            )
        if known.modification_metadata.read_only_definition:
            raise bad_request(f"{name} is defined by HubSpot and cannot be changed")
        return known

    def put(self, kind: str, definition: Property) -> None:
        """Keep a definition, in place of one with its name."""
        self._properties[kind][definition.name] = definition
        self._live.pop(kind, None)
        body = definition.model_dump(by_alias=True, mode="json")
        self._documents.put(f"properties/{kind}", definition.name, body)

    def learn(self, kind: str, names: Iterable[str]) -> None:
        """Define as text what a seed uses without a definition of its own."""
        group = next(iter(self._groups[kind]))
        for name in sorted(set(names) - self._properties[kind].keys()):
            label = name.replace("_", " ").strip().capitalize()
            self.put(
                kind,
                Property(
                    name=name, label=label, type="string", field_type="text", group_name=group
                ),
            )

    def _check(self, kind: str, draft: PropertyDraft) -> None:
        _check_name(draft.name)
        _check_types(draft.type, draft.field_type)
        if self.group(kind, draft.group_name) is None:
            raise bad_request(f"Property group {draft.group_name} does not exist")
        if draft.type == "enumeration" and not draft.options and not draft.external_options:
            raise bad_request(f"Enumeration property {draft.name} must have options")
        unique = sum(p.has_unique_value for p in self.live(kind).values() if not p.hubspot_defined)
        if draft.has_unique_value and unique >= MAX_UNIQUE:
            raise bad_request(f"Limit of {MAX_UNIQUE} unique properties per object is reached")


def _check_name(name: str) -> None:
    legal = name and name[0].isalpha() and name.replace("_", "a").isalnum() and name.islower()
    if not legal or not name.isascii():
        raise bad_request(
            f"Property name '{name}' must start with a letter and hold only lowercase letters,"
            " digits and underscores"
        )


def _check_types(kind: str, field: str) -> None:
    if kind not in FIELD_TYPES:
        raise bad_request(f"Invalid property type: {kind}. Legal: {', '.join(sorted(FIELD_TYPES))}")
    if field not in FIELD_TYPES[kind]:
        legal = ", ".join(sorted(FIELD_TYPES[kind]))
        raise bad_request(f"Field type {field} is not valid for type {kind}. Legal: {legal}")
